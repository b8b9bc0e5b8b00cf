// SPDX-License-Identifier: GPL-2.0
/*
 * Devices with logical blocks. Their size is what they answer to READ CAPACITY; it
 * needn't be a power of two. Ranges are the device's to check.
 */
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "passthru.h"

#define CAPACITY_10_LEN		8
#define CAPACITY_16_LEN		32

/* Where the LOGICAL BLOCK LENGTH IN BYTES is, SBC-4 5.20.2, 5.21.2. */
#define CAPACITY_10_BLOCK	4
#define CAPACITY_16_BLOCK	8
#define CAPACITY_16_PROT	12	/* PROT_EN; P_I_EXPONENT in the next byte */

static bool block_size_is_usable(u32 size)
{
	return size && size <= PASSTHRU_MAX_BLOCK;
}

/* Without a medium: what media of the type usually have. */
static u32 block_size_usual(const struct scst_device *dev)
{
	return dev->type == TYPE_ROM ? 2048 : 512;
}

static void block_set_size(struct passthru_dev *pd, u32 size)
{
	if (block_size_is_usable(size))
		passthru_set_block(pd, size, "READ CAPACITY");
	else
		scst_warn_rl("device %s: blocks of %u bytes can't be; taken for %u\n",
			     pd->dev->name, size, READ_ONCE(pd->block));
}

/* SBC-4 4.21.3: 8 bytes for each protection information interval. */
static void block_set_prot(struct passthru_dev *pd, const u8 *capacity)
{
	const u8 *p = &capacity[CAPACITY_16_PROT];

	WRITE_ONCE(pd->prot, p[0] & 0x01 ? 8u << (p[1] >> 4) : 0);
}

/* Not ready, or without a medium: -EIO. */
static int block_ask_capacity(struct passthru_dev *pd, u8 *buf)
{
	static const u8 cdb16[16] = {
		SERVICE_ACTION_IN_16, SAI_READ_CAPACITY_16, [13] = CAPACITY_16_LEN
	};
	static const u8 cdb10[10] = { READ_CAPACITY };
	int ret = -EIO;

	if (pd->dev->type == TYPE_DISK)
		ret = passthru_ask(pd->dev, cdb16, sizeof(cdb16), buf,
				   CAPACITY_16_LEN);
	if (!ret) {
		block_set_prot(pd, buf);
		block_set_size(pd, get_unaligned_be32(&buf[CAPACITY_16_BLOCK]));
	}
	if (ret != -EIO)
		return ret;
	ret = passthru_ask(pd->dev, cdb10, sizeof(cdb10), buf, CAPACITY_10_LEN);
	if (!ret)
		block_set_size(pd, get_unaligned_be32(&buf[CAPACITY_10_BLOCK]));
	return ret;
}

static int block_ask(struct passthru_dev *pd)
{
	u8 *buf = kzalloc(CAPACITY_16_LEN, GFP_NOIO);
	int ret = -ENOMEM;

	if (buf)
		ret = block_ask_capacity(pd, buf);
	kfree(buf);
	return ret;
}

int passthru_block_attach(struct scst_device *dev)
{
	struct passthru_dev *pd = passthru_dev_alloc(dev, block_ask);
	int ret;

	if (IS_ERR(pd))
		return PTR_ERR(pd);
	dev->nblocks = U64_MAX;
	dev->block_shift = 0;
	pd->block = block_size_usual(dev);
	ret = block_ask(pd);
	if (!ret || ret == -EIO)
		return 0;
	passthru_dev_free(pd);
	return ret;
}
SCST_EXPORT(passthru_block_attach);

void passthru_block_detach(struct scst_device *dev)
{
	passthru_dev_free(dev->dh_priv);
}
SCST_EXPORT(passthru_block_detach);

int passthru_block_parse(struct scst_cmd *cmd)
{
	const struct passthru_dev *pd = cmd->dev->dh_priv;

	return scst_sbc_parse_blocks(cmd, READ_ONCE(pd->block),
				     READ_ONCE(pd->prot));
}
SCST_EXPORT(passthru_block_parse);

static void block_listen_10(struct passthru_dev *pd, const struct scst_cmd *cmd)
{
	u8 buf[CAPACITY_10_LEN];

	if (cmd->resp_data_len < sizeof(buf))
		return;
	sg_copy_to_buffer(cmd->sg, cmd->sg_cnt, buf, sizeof(buf));
	block_set_size(pd, get_unaligned_be32(&buf[CAPACITY_10_BLOCK]));
}

static void block_listen_16(struct passthru_dev *pd, const struct scst_cmd *cmd)
{
	u8 buf[CAPACITY_16_PROT + 2];

	if ((cmd->cdb[1] & 0x1f) != SAI_READ_CAPACITY_16 ||
	    cmd->resp_data_len < sizeof(buf))
		return;
	sg_copy_to_buffer(cmd->sg, cmd->sg_cnt, buf, sizeof(buf));
	block_set_prot(pd, buf);
	block_set_size(pd, get_unaligned_be32(&buf[CAPACITY_16_BLOCK]));
}

/* SCSI-2 14.2.10: CD-ROM drives take the block length at once, disks by a format. */
static void block_listen_mode(struct passthru_dev *pd, const struct scst_cmd *cmd)
{
	u32 size;

	if (pd->dev->type == TYPE_ROM && passthru_mode_block_of(cmd, &size) && size)
		passthru_set_block(pd, size, "MODE SELECT");
}

void passthru_block_done(struct scst_cmd *cmd)
{
	struct passthru_dev *pd = cmd->dev->dh_priv;

	if (unlikely(cmd->status || cmd->cdb[0] == REQUEST_SENSE)) {
		if (passthru_hears_of_change(cmd))
			passthru_learn(pd);
		return;
	}
	switch (cmd->cdb[0]) {
	case READ_CAPACITY:
		block_listen_10(pd, cmd);
		break;
	case SERVICE_ACTION_IN_16:
		block_listen_16(pd, cmd);
		break;
	case MODE_SELECT:
	case MODE_SELECT_10:
		block_listen_mode(pd, cmd);
		break;
	case FORMAT_UNIT:
		passthru_learn(pd);
		break;
	}
}
SCST_EXPORT(passthru_block_done);
