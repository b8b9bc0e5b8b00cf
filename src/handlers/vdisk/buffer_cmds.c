// SPDX-License-Identifier: GPL-2.0
/*
 * READ BUFFER and WRITE BUFFER (SPC-5 6.18, 6.49): a buffer of data for everybody,
 * and the echo buffer. There is no microcode.
 */
#include <linux/mutex.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "vdisk.h"

/* MODE, SPC-5 tables 236, 328 */
enum {
	BUFFER_DATA		= 0x02,
	BUFFER_DESCRIPTOR	= 0x03,
	BUFFER_ECHO		= 0x0a,
	BUFFER_ECHO_DESCRIPTOR	= 0x0b,
};

/* Where READ BUFFER (16) has other places for its fields. */
struct buffer_cdb {
	u8 mode;
	u8 id;
	u8 id_at;
	u8 off_at;
	u8 len_at;
	u64 off;
};

static void cdb_decode(struct buffer_cdb *c, const u8 *cdb)
{
	c->mode = cdb[1] & 0x1f;
	if (cdb[0] == VDISK_READ_BUFFER_16) {
		c->id_at = 14;
		c->off_at = 2;
		c->len_at = 10;
		c->off = get_unaligned_be64(&cdb[2]);
	} else {
		c->id_at = 2;
		c->off_at = 3;
		c->len_at = 6;
		c->off = get_unaligned_be32(&cdb[2]) & 0xffffff;
	}
	c->id = cdb[c->id_at];
}

/* Buffer 0 is the one that exists. */
static bool data_check(struct scst_cmd *cmd, const struct buffer_cdb *c)
{
	if (c->id)
		scst_set_invalid_field(cmd, c->id_at, -1);
	else if (c->off > VDISK_BUFFER_LEN)
		scst_set_invalid_field(cmd, c->off_at, -1);
	else
		return true;
	return false;
}

static void data_read(struct scst_cmd *cmd, struct vdisk_unit *unit,
		      const struct buffer_cdb *c)
{
	if (data_check(cmd, c))
		scst_copy_response(cmd, unit->buffers->data + c->off,
				   VDISK_BUFFER_LEN - c->off);
}

static void data_write(struct scst_cmd *cmd, struct vdisk_unit *unit,
		       const struct buffer_cdb *c)
{
	if (!data_check(cmd, c))
		return;
	if (cmd->bufflen > VDISK_BUFFER_LEN - c->off)
		scst_set_invalid_field(cmd, c->len_at, -1);
	else
		scst_get_param_list(cmd, unit->buffers->data + c->off, 0,
				    cmd->bufflen);
}

/* OFFSET BOUNDARY 0: any byte. Of another buffer: zeroes. */
static void data_descriptor(struct scst_cmd *cmd, const struct buffer_cdb *c)
{
	u8 buf[4] = {};

	if (c->off) {
		scst_set_invalid_field(cmd, c->off_at, -1);
		return;
	}
	if (!c->id)
		put_unaligned_be32(VDISK_BUFFER_LEN, buf);
	scst_copy_response(cmd, buf, sizeof(buf));
}

/* SPC-5 6.18.6: what this initiator has written, or an error. */
static void echo_read(struct scst_cmd *cmd, struct vdisk_unit *unit)
{
	const struct vdisk_buffers *b = unit->buffers;

	if (b->echo_owner == cmd->tgt_dev)
		scst_copy_response(cmd, b->echo, b->echo_len);
	else if (b->echo_owner)
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_echo_overwritten));
	else
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_command_sequence));
}

static void echo_write(struct scst_cmd *cmd, struct vdisk_unit *unit,
		       const struct buffer_cdb *c)
{
	struct vdisk_buffers *b = unit->buffers;

	if (cmd->bufflen > VDISK_BUFFER_LEN) {
		scst_set_invalid_field(cmd, c->len_at, -1);
		return;
	}
	b->echo_len = scst_get_param_list(cmd, b->echo, 0, cmd->bufflen);
	b->echo_owner = cmd->tgt_dev;
}

/* EBOS: initiators don't see each other's echoes. */
static void echo_descriptor(struct scst_cmd *cmd)
{
	u8 buf[4] = { 0x01, 0x00, VDISK_BUFFER_LEN >> 8, VDISK_BUFFER_LEN & 0xff };

	scst_copy_response(cmd, buf, sizeof(buf));
}

static void read_buffer(struct scst_cmd *cmd, struct vdisk_unit *unit,
			const struct buffer_cdb *c)
{
	switch (c->mode) {
	case BUFFER_DATA:
		data_read(cmd, unit, c);
		break;
	case BUFFER_DESCRIPTOR:
		data_descriptor(cmd, c);
		break;
	case BUFFER_ECHO:
		echo_read(cmd, unit);
		break;
	case BUFFER_ECHO_DESCRIPTOR:
		echo_descriptor(cmd);
		break;
	default:
		scst_set_invalid_field(cmd, 1, 4);
		break;
	}
}

static void write_buffer(struct scst_cmd *cmd, struct vdisk_unit *unit,
			 const struct buffer_cdb *c)
{
	if (c->mode == BUFFER_DATA)
		data_write(cmd, unit, c);
	else if (c->mode == BUFFER_ECHO)
		echo_write(cmd, unit, c);
	else
		scst_set_invalid_field(cmd, 1, 4);
}

static enum scst_exec_res with_buffers(struct scst_cmd *cmd,
				       struct vdisk_unit *unit,
				       void (*op)(struct scst_cmd *cmd,
						  struct vdisk_unit *unit,
						  const struct buffer_cdb *c))
{
	struct buffer_cdb c;

	cdb_decode(&c, cmd->cdb);
	mutex_lock(&unit->mutex);
	if (!unit->buffers)
		unit->buffers = kzalloc(sizeof(*unit->buffers), GFP_NOIO);
	if (unit->buffers)
		op(cmd, unit, &c);
	else
		scst_set_busy(cmd);
	mutex_unlock(&unit->mutex);
	return vdisk_finish(cmd);
}

/* In a thread. */
enum scst_exec_res vdisk_read_buffer(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	return with_buffers(cmd, &vdev->unit, read_buffer);
}

enum scst_exec_res vdisk_write_buffer(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	return with_buffers(cmd, &vdev->unit, write_buffer);
}

/* The nexus is gone, and another one may come to its place in memory. */
void vdisk_echo_end(struct scst_tgt_dev *tgt_dev, struct vdisk_unit *unit)
{
	mutex_lock(&unit->mutex);
	if (unit->buffers && unit->buffers->echo_owner == tgt_dev)
		unit->buffers->echo_owner = NULL;
	mutex_unlock(&unit->mutex);
}
