// SPDX-License-Identifier: GPL-2.0
/*
 * Devices with logical blocks. Their size is followed by what they answer to READ
 * CAPACITY, whoever asks; ranges are the device's to check.
 */
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <scsi/scsi_common.h>

#include "passthru.h"

#define CAPACITY_10_LEN		8
#define CAPACITY_16_LEN		32
#define CAPACITY_TRIES		5	/* unit attentions come first */

/* Where the LOGICAL BLOCK LENGTH IN BYTES is, SBC-4 5.20.2, 5.21.2. */
#define CAPACITY_10_BLOCK	4
#define CAPACITY_16_BLOCK	8

static bool block_size_is_usable(u32 size)
{
	return is_power_of_2(size) && size >= 256 && size <= SZ_1M;
}

/* Without a medium: what media of the type usually have. */
static u8 block_shift_usual(const struct scst_device *dev)
{
	return dev->type == TYPE_ROM ? 11 : 9;
}

static int block_ask_size(struct scst_device *dev, u8 *buf, u32 *size)
{
	static const u8 cdb[10] = { READ_CAPACITY };
	struct scsi_sense_hdr sense;
	int tries = CAPACITY_TRIES;
	int ret;

	do {
		ret = scst_midlevel_ask(dev, cdb, sizeof(cdb), buf,
					CAPACITY_10_LEN, &sense);
	} while (ret == -EIO && sense.sense_key == UNIT_ATTENTION && --tries);
	if (!ret)
		*size = get_unaligned_be32(&buf[CAPACITY_10_BLOCK]);
	return ret;
}

int passthru_block_attach(struct scst_device *dev)
{
	u8 *buf = kzalloc(CAPACITY_10_LEN, GFP_KERNEL);
	u32 size = 0;
	int ret;

	if (!buf)
		return -ENOMEM;
	ret = block_ask_size(dev, buf, &size);
	kfree(buf);
	dev->nblocks = U64_MAX;
	dev->block_shift = block_shift_usual(dev);
	if (ret == -EIO)	/* not ready, or no medium */
		return 0;
	if (ret)
		return ret;
	if (!block_size_is_usable(size)) {
		scst_err("device %s: blocks of %u bytes can't be exported\n",
			 dev->name, size);
		return -EINVAL;
	}
	dev->block_shift = ilog2(size);
	return 0;
}
SCST_EXPORT(passthru_block_attach);

void passthru_block_detach(struct scst_device *dev)
{
}
SCST_EXPORT(passthru_block_detach);

int passthru_block_parse(struct scst_cmd *cmd)
{
	return scst_sbc_generic_parse(cmd);
}
SCST_EXPORT(passthru_block_parse);

static void block_learn_size(struct scst_cmd *cmd, unsigned int at)
{
	u8 buf[CAPACITY_16_LEN];
	u32 size;

	if (cmd->resp_data_len < at + 4)
		return;
	sg_copy_to_buffer(cmd->sg, cmd->sg_cnt, buf, at + 4);
	size = get_unaligned_be32(&buf[at]);
	if (block_size_is_usable(size))
		WRITE_ONCE(cmd->dev->block_shift, ilog2(size));
}

void passthru_block_done(struct scst_cmd *cmd)
{
	if (cmd->status)
		return;
	if (cmd->cdb[0] == READ_CAPACITY)
		block_learn_size(cmd, CAPACITY_10_BLOCK);
	else if (cmd->cdb[0] == SERVICE_ACTION_IN_16 &&
		 (cmd->cdb[1] & 0x1f) == SAI_READ_CAPACITY_16)
		block_learn_size(cmd, CAPACITY_16_BLOCK);
}
SCST_EXPORT(passthru_block_done);
