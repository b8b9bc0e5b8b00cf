// SPDX-License-Identifier: GPL-2.0
/*
 * What a virtual disk does with each operation code. The core has decoded the
 * CDB, checked range, length, READ_ONLY and unit attentions before.
 */
#include <linux/bits.h>
#include <scsi/scsi_proto.h>

#include "vdisk.h"

/* Byte 1 of READ and WRITE with 10 and more bytes, SBC-4 5.13. */
#define VDISK_RW_FUA		BIT(3)
#define VDISK_RW_PROTECT	0xe0

/**
 * struct vdisk_op - what to do with an operation code
 * @medium: reads or writes blocks: the answer may come later
 * @reply: answers from what is known, in any context
 */
struct vdisk_op {
	enum scst_exec_res (*medium)(struct scst_cmd *cmd,
				     struct vdisk_dev *vdev);
	void (*reply)(struct scst_cmd *cmd, struct vdisk_dev *vdev);
};

/* There is no protection information to check or transfer. */
static bool rw_check_flags(struct scst_cmd *cmd)
{
	if (cmd->cdb_len > 6 && cmd->cdb[1] & VDISK_RW_PROTECT) {
		scst_set_invalid_field(cmd, 1, 7);
		return false;
	}
	return true;
}

static bool rw_has_fua(const struct scst_cmd *cmd)
{
	return cmd->cdb_len > 6 && cmd->cdb[1] & VDISK_RW_FUA;
}

static enum scst_exec_res op_read(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	/* Nothing can be newer than the medium in the second case. */
	bool fua = rw_has_fua(cmd) && !(vdev->flags & (VDISK_F_NV_CACHE |
						       VDISK_F_WRITE_THROUGH));

	if (!rw_check_flags(cmd) || !cmd->bufflen)
		return vdisk_finish(cmd);
	return vdev->mode->rw(cmd, vdev, cmd->bufflen, false, fua);
}

static enum scst_exec_res op_write(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	bool fua = vdev->flags & VDISK_F_WRITE_THROUGH ||
		   (rw_has_fua(cmd) && !(vdev->flags & VDISK_F_NV_CACHE));
	/* An initiator that sends less than it says doesn't get half a block. */
	u32 len = round_down(cmd->bufflen, 1U << vdev->block_shift);

	if (!rw_check_flags(cmd) || !len)
		return vdisk_finish(cmd);
	return vdev->mode->rw(cmd, vdev, len, true, fua);
}

/* A count of 0 means: to the end (SBC-4 5.35). */
static enum scst_exec_res op_sync_cache(struct scst_cmd *cmd,
					struct vdisk_dev *vdev)
{
	u64 capacity = vdisk_nblocks(vdev);
	u64 blocks = cmd->cdb_len == 16 ? get_unaligned_be32(&cmd->cdb[10]) :
					  get_unaligned_be16(&cmd->cdb[7]);

	if (cmd->lba > capacity || blocks > capacity - cmd->lba) {
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_block_out_range_error));
		return vdisk_finish(cmd);
	}
	if (!blocks)
		blocks = capacity - cmd->lba;
	if (!blocks || vdev->flags & VDISK_F_NV_CACHE)
		return vdisk_finish(cmd);
	return vdev->mode->sync(cmd, vdev, cmd->lba, blocks);
}

static void op_test_unit_ready(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
}

static const struct vdisk_op vdisk_ops[256] = {
	[TEST_UNIT_READY]	= { .reply = op_test_unit_ready },
	[INQUIRY]		= { .reply = vdisk_inquiry },
	[MODE_SENSE]		= { .reply = vdisk_mode_sense },
	[MODE_SENSE_10]		= { .reply = vdisk_mode_sense },
	[READ_CAPACITY]		= { .reply = vdisk_read_capacity },
	[SERVICE_ACTION_IN_16]	= { .reply = vdisk_service_action_in },
	[READ_6]		= { .medium = op_read },
	[READ_10]		= { .medium = op_read },
	[READ_12]		= { .medium = op_read },
	[READ_16]		= { .medium = op_read },
	[WRITE_6]		= { .medium = op_write },
	[WRITE_10]		= { .medium = op_write },
	[WRITE_12]		= { .medium = op_write },
	[WRITE_16]		= { .medium = op_write },
	[SYNCHRONIZE_CACHE]	= { .medium = op_sync_cache },
	[SYNCHRONIZE_CACHE_16]	= { .medium = op_sync_cache },
};

/* First byte of the TRANSFER LENGTH of READ and WRITE. */
static unsigned int rw_length_byte(const struct scst_cmd *cmd)
{
	switch (cmd->cdb_len) {
	case 6:
		return 4;
	case 10:
		return 7;
	case 12:
		return 6;
	default:
		return 10;
	}
}

int vdisk_parse(struct scst_cmd *cmd)
{
	const struct vdisk_op *op = &vdisk_ops[cmd->cdb[0]];
	int err = scst_sbc_generic_parse(cmd);

	if (err)
		return err;
	if (op->medium && cmd->data_len > VDISK_MAX_XFER) {
		scst_set_invalid_field(cmd, rw_length_byte(cmd), -1);
		return -EINVAL;
	}
	return 0;
}

enum scst_exec_res vdisk_exec(struct scst_cmd *cmd)
{
	struct vdisk_dev *vdev = cmd->dev->dh_priv;
	const struct vdisk_op *op = &vdisk_ops[cmd->cdb[0]];

	if (op->medium)
		return op->medium(cmd, vdev);
	if (op->reply)
		op->reply(cmd, vdev);
	else
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_invalid_opcode));
	return vdisk_finish(cmd);
}
