// SPDX-License-Identifier: GPL-2.0
/*
 * UNMAP (SBC-4 5.35) and GET LBA STATUS (5.7, 5.8): which blocks have space on the
 * backing, and giving it back.
 */
#include <linux/slab.h>
#include <scsi/scsi_proto.h>

#include "blocks.h"

#define UNMAP_HEADER		8
#define UNMAP_DESC		16
#define UNMAP_ANCHOR		0x01

#define STATUS_HEADER		8
#define STATUS_DESC		16
#define STATUS_MAX_DESCS	256
#define STATUS_MAPPED		0	/* or unknown */
#define STATUS_DEALLOCATED	1

/* ---- UNMAP ---- */

static int unmap_extents(struct scst_cmd *cmd, struct vdisk_dev *vdev,
			 const struct vdisk_extent *extents, unsigned int n)
{
	struct vdisk_pieces p = { .vdev = vdev, .cmd = cmd };
	unsigned int i;
	int err;

	err = vdisk_pieces_begin(&p);
	if (err) {
		scst_set_busy(cmd);
		return err;
	}
	for (i = 0; i < n && !err; i++) {
		p.pos = extents[i].start << vdev->block_shift;
		p.len = (extents[i].end - extents[i].start) << vdev->block_shift;
		if (p.len)
			err = vdisk_pieces_unmap(&p);
		if (!err && p.len)
			err = vdisk_pieces_make_stable(&p);
	}
	vdisk_pieces_end(&p);
	vdisk_pieces_fail(&p, err);
	return err;
}

static bool unmap_read_desc(struct scst_cmd *cmd, struct vdisk_dev *vdev,
			    unsigned int i, struct vdisk_extent *e)
{
	u8 desc[UNMAP_DESC];
	u64 blocks;

	scst_get_param_list(cmd, desc, UNMAP_HEADER + i * UNMAP_DESC,
			    sizeof(desc));
	e->start = get_unaligned_be64(&desc[0]);
	blocks = get_unaligned_be32(&desc[8]);
	if (e->start > vdisk_nblocks(vdev) ||
	    blocks > vdisk_nblocks(vdev) - e->start) {
		scst_set_cmd_error_info(cmd,
					SCST_LOAD_SENSE(scst_sense_block_out_range_error),
					max(e->start, vdisk_nblocks(vdev)));
		return false;
	}
	e->end = e->start + blocks;
	return true;
}

/* All of the list is checked before anything is unmapped. */
static bool unmap_read_list(struct scst_cmd *cmd, struct vdisk_dev *vdev,
			    struct vdisk_extent *extents, unsigned int n)
{
	u64 total = 0;
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!unmap_read_desc(cmd, vdev, i, &extents[i]))
			return false;
		total += extents[i].end - extents[i].start;
		if (total > vdev->limits.max_unmap) {
			scst_set_invalid_field_in_param(cmd, UNMAP_HEADER +
							i * UNMAP_DESC + 8, -1);
			return false;
		}
	}
	return true;
}

/* Complete descriptors; a part of one at the end does not count. -1: refused. */
static int unmap_count(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u8 header[UNMAP_HEADER];
	u32 n;

	if (scst_get_param_list(cmd, header, 0, sizeof(header)) < sizeof(header)) {
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_parameter_list_length_invalid));
		return -1;
	}
	n = min_t(u32, get_unaligned_be16(&header[2]),
		  cmd->bufflen - UNMAP_HEADER) / UNMAP_DESC;
	if (n > vdev->limits.max_unmap_desc) {
		scst_set_invalid_field_in_param(cmd, 2, -1);
		return -1;
	}
	return n;
}

static enum scst_exec_res unmap_in_thread(struct scst_cmd *cmd,
					  struct vdisk_dev *vdev, unsigned int n)
{
	struct vdisk_extent *extents;

	extents = kcalloc(n, sizeof(*extents), GFP_NOIO);
	if (!extents) {
		scst_set_busy(cmd);
		return vdisk_finish(cmd);
	}
	if (unmap_read_list(cmd, vdev, extents, n)) {
		if (!vdisk_range_enter(cmd, &vdev->ranges, extents, n,
				       VDISK_RANGE_WRITES)) {
			kfree(extents);
			return SCST_EXEC_COMPLETED;
		}
		unmap_extents(cmd, vdev, extents, n);
	}
	kfree(extents);
	return vdisk_finish(cmd);
}

enum scst_exec_res vdisk_unmap(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	int n;

	if (cmd->cdb[1] & UNMAP_ANCHOR) {
		scst_set_invalid_field(cmd, 1, 0);
		return vdisk_finish(cmd);
	}
	if (!cmd->data_len)
		return vdisk_finish(cmd);
	n = unmap_count(cmd, vdev);
	if (n <= 0)
		return vdisk_finish(cmd);
	return unmap_in_thread(cmd, vdev, n);
}

/* ---- GET LBA STATUS ---- */

/* The state of the block at @pos, and the first byte that has another one. */
static u8 status_at(struct vdisk_dev *vdev, u64 pos, u64 *end)
{
	*end = vdev->size;
	if (!vdev->mode->space->mapped ||
	    vdev->mode->space->mapped(vdev, pos, end))
		return STATUS_MAPPED;
	return STATUS_DEALLOCATED;
}

/* Fills descriptors; returns how many. */
static unsigned int status_collect(struct scst_cmd *cmd, struct vdisk_dev *vdev,
				   u8 *desc, unsigned int max)
{
	u64 lba = cmd->lba;
	unsigned int n;

	for (n = 0; n < max && lba < vdisk_nblocks(vdev); n++) {
		u64 end, blocks;

		desc[12] = status_at(vdev, lba << vdev->block_shift, &end);
		blocks = min_t(u64, (end >> vdev->block_shift) - lba, U32_MAX);
		put_unaligned_be64(lba, &desc[0]);
		put_unaligned_be32(blocks, &desc[8]);
		lba += blocks;
		desc += STATUS_DESC;
		if (scst_cmd_must_end(cmd))
			break;
	}
	return n;
}

static void status_answer(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	struct vdisk_fs_task task;
	unsigned int max = 1, n;
	u8 *buf;

	if (cmd->bufflen > STATUS_HEADER + STATUS_DESC)
		max = min_t(u32, (cmd->bufflen - STATUS_HEADER) / STATUS_DESC,
			    STATUS_MAX_DESCS);
	buf = kzalloc(STATUS_HEADER + max * STATUS_DESC, GFP_NOIO);
	if (!buf) {
		scst_set_busy(cmd);
		return;
	}
	vdisk_fs_enter(&task);
	n = status_collect(cmd, vdev, buf + STATUS_HEADER, max);
	vdisk_fs_leave(&task);
	put_unaligned_be32(STATUS_HEADER - 4 + n * STATUS_DESC, buf);
	scst_copy_response(cmd, buf, STATUS_HEADER + n * STATUS_DESC);
	kfree(buf);
}

enum scst_exec_res vdisk_get_lba_status(struct scst_cmd *cmd,
					struct vdisk_dev *vdev)
{
	bool is_32 = cmd->cdb[0] == VARIABLE_LENGTH_CMD;
	unsigned int type_at = is_32 ? 10 : 14;

	if (cmd->cdb[type_at]) {	/* REPORT TYPE: nothing but "all" */
		scst_set_invalid_field(cmd, type_at, -1);
		return vdisk_finish(cmd);
	}
	if (cmd->lba >= vdisk_nblocks(vdev)) {
		scst_set_cmd_error_info(cmd,
					SCST_LOAD_SENSE(scst_sense_block_out_range_error),
					cmd->lba);
		return vdisk_finish(cmd);
	}
	status_answer(cmd, vdev);
	return vdisk_finish(cmd);
}
