// SPDX-License-Identifier: GPL-2.0
/*
 * Tape drives. With FIXED = 1 a length counts blocks of the size that the mode
 * parameter block descriptor says (SSC-5 4.4): it is followed by what passes through
 * MODE SELECT and MODE SENSE.
 */
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <scsi/scsi_common.h>

#include "passthru.h"

#define TAPE_FIXED		0x01	/* byte 1 of READ, WRITE, VERIFY */
#define TAPE_TRIES		5	/* unit attentions come first */
#define TAPE_DESC_LEN		8	/* of a mode parameter block descriptor */

/* BLOCK LENGTH; @head: bytes of the mode parameter header; false: it isn't there. */
static bool tape_block_of(const u8 *buf, u32 len, unsigned int head, u32 *block)
{
	unsigned int desc = head == 4 ? buf[3] : get_unaligned_be16(&buf[6]);

	if (desc < TAPE_DESC_LEN || len < head + TAPE_DESC_LEN)
		return false;
	*block = get_unaligned_be32(&buf[head + 4]) & 0xffffff;
	return true;
}

static void tape_set_block(struct scst_device *dev, u32 block)
{
	WRITE_ONCE(*(u32 *)dev->dh_priv, block);
}

static int tape_ask_block(struct scst_device *dev, u8 *buf)
{
	static const u8 cdb[6] = { MODE_SENSE, 0, 0, 0, 4 + TAPE_DESC_LEN };
	struct scsi_sense_hdr sense;
	int tries = TAPE_TRIES;
	u32 block;
	int ret;

	do {
		ret = scst_midlevel_ask(dev, cdb, sizeof(cdb), buf, cdb[4],
					&sense);
	} while (ret == -EIO && sense.sense_key == UNIT_ATTENTION && --tries);
	if (!ret && tape_block_of(buf, cdb[4], 4, &block))
		tape_set_block(dev, block);
	return ret == -EIO ? 0 : ret;	/* not ready: variable blocks */
}

int passthru_tape_attach(struct scst_device *dev)
{
	u8 *buf;
	int ret = -ENOMEM;

	dev->dh_priv = kzalloc(sizeof(u32), GFP_KERNEL);
	buf = kzalloc(4 + TAPE_DESC_LEN, GFP_KERNEL);
	if (dev->dh_priv && buf)
		ret = tape_ask_block(dev, buf);
	kfree(buf);
	if (ret)
		kfree(dev->dh_priv);
	return ret;
}
SCST_EXPORT(passthru_tape_attach);

void passthru_tape_detach(struct scst_device *dev)
{
	kfree(dev->dh_priv);
}
SCST_EXPORT(passthru_tape_detach);

static bool tape_counts_blocks(const struct scst_cmd *cmd)
{
	switch (cmd->cdb[0]) {
	case READ_6:
	case WRITE_6:
	case READ_REVERSE:
	case RECOVER_BUFFERED_DATA:
	case READ_16:
	case WRITE_16:
		return cmd->cdb[1] & TAPE_FIXED;
	}
	return false;
}

int passthru_tape_parse(struct scst_cmd *cmd)
{
	if (tape_counts_blocks(cmd))
		cmd->data_len *= READ_ONCE(*(u32 *)cmd->dev->dh_priv);
	return 0;
}
SCST_EXPORT(passthru_tape_parse);

void passthru_tape_done(struct scst_cmd *cmd)
{
	bool six = cmd->cdb[0] == MODE_SENSE || cmd->cdb[0] == MODE_SELECT;
	bool in = cmd->cdb[0] == MODE_SENSE || cmd->cdb[0] == MODE_SENSE_10;
	unsigned int head = six ? 4 : 8;
	u8 buf[8 + TAPE_DESC_LEN];
	u32 len, block;

	if (cmd->status || (!in && cmd->cdb[0] != MODE_SELECT &&
			    cmd->cdb[0] != MODE_SELECT_10))
		return;
	/* Page control 01b, 10b: not the current values. */
	if (in && cmd->cdb[2] >> 6)
		return;
	len = min_t(u32, in ? cmd->resp_data_len : cmd->bufflen,
		    head + TAPE_DESC_LEN);
	if (len < head + TAPE_DESC_LEN)
		return;
	sg_copy_to_buffer(cmd->sg, cmd->sg_cnt, buf, len);
	if (tape_block_of(buf, len, head, &block))
		tape_set_block(cmd->dev, block);
}
SCST_EXPORT(passthru_tape_done);
