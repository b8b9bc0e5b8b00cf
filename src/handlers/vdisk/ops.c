// SPDX-License-Identifier: GPL-2.0
/*
 * What a virtual disk does with each operation code. The core has decoded the
 * CDB, checked range, length, READ_ONLY and unit attentions before.
 */
#include <linux/bits.h>
#include <linux/cache.h>
#include <linux/init.h>
#include <scsi/scsi_proto.h>

#include "vdisk.h"

/* Byte 1 of READ and WRITE with 10 and more bytes, SBC-4 5.13. */
#define VDISK_RW_FUA		BIT(3)
#define VDISK_RW_PROTECT	0xe0

/**
 * struct vdisk_op - what to do with an operation code, or one service action
 * @op: operation code
 * @sa: service action, or SCST_OP_NO_SA
 * @medium: reads or writes blocks: the answer may come later
 * @reply: answers from what is known, in any context
 * @thread: answers in a thread, or later
 * @any_state: works without a medium, and when the unit is stopped
 */
struct vdisk_op {
	u8 op;
	u16 sa;
	enum scst_exec_res (*medium)(struct scst_cmd *cmd,
				     struct vdisk_dev *vdev);
	void (*reply)(struct scst_cmd *cmd, struct vdisk_dev *vdev);
	enum scst_exec_res (*thread)(struct scst_cmd *cmd,
				     struct vdisk_dev *vdev);
	bool any_state;
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
	bool fua = READ_ONCE(vdev->unit.write_through) ||
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

#define VDISK_OP(code, ...)		{ (code), SCST_OP_NO_SA, __VA_ARGS__ }
#define VDISK_SA(code, action, ...)	{ (code), (action), __VA_ARGS__ }

/*
 * All that a virtual disk does, besides what the core answers for it. The rows of
 * an operation code stand side by side, one for each service action. What has no
 * row is refused by the core, and REPORT SUPPORTED OPERATION CODES leaves it out.
 */
static const struct vdisk_op vdisk_ops[] = {
	VDISK_OP(TEST_UNIT_READY, .reply = vdisk_test_unit_ready),
	VDISK_OP(INQUIRY, .reply = vdisk_inquiry, .any_state = true),
	VDISK_OP(MODE_SENSE, .reply = vdisk_mode_sense, .any_state = true),
	VDISK_OP(MODE_SENSE_10, .reply = vdisk_mode_sense, .any_state = true),
	VDISK_OP(MODE_SELECT, .thread = vdisk_mode_select, .any_state = true),
	VDISK_OP(MODE_SELECT_10, .thread = vdisk_mode_select, .any_state = true),
	VDISK_OP(START_STOP, .thread = vdisk_start_stop, .any_state = true),
	VDISK_OP(ALLOW_MEDIUM_REMOVAL, .reply = vdisk_prevent_allow,
		 .any_state = true),
	VDISK_OP(READ_CAPACITY, .reply = vdisk_read_capacity),
	VDISK_SA(SERVICE_ACTION_IN_16, SAI_READ_CAPACITY_16,
		 .reply = vdisk_read_capacity_16),
	VDISK_OP(READ_6, .medium = op_read),
	VDISK_OP(READ_10, .medium = op_read),
	VDISK_OP(READ_12, .medium = op_read),
	VDISK_OP(READ_16, .medium = op_read),
	VDISK_OP(WRITE_6, .medium = op_write),
	VDISK_OP(WRITE_10, .medium = op_write),
	VDISK_OP(WRITE_12, .medium = op_write),
	VDISK_OP(WRITE_16, .medium = op_write),
	VDISK_OP(SYNCHRONIZE_CACHE, .medium = op_sync_cache),
	VDISK_OP(SYNCHRONIZE_CACHE_16, .medium = op_sync_cache),
};

/* For each operation code the number of its first row, counted from 1, or 0. */
static u8 vdisk_op_index[256] __ro_after_init;

int __init vdisk_ops_init(void)
{
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(vdisk_ops) > U8_MAX);
	for (i = 0; i < ARRAY_SIZE(vdisk_ops); i++) {
		u8 op = vdisk_ops[i].op;

		if (!vdisk_op_index[op]) {
			vdisk_op_index[op] = i + 1;
		} else if (vdisk_ops[i - 1].op != op) {
			scst_err("vdisk: the rows of operation code 0x%02x are apart: scst_vdisk was built from damaged sources\n",
				 op);
			return -EINVAL;
		}
	}
	return 0;
}

static const struct vdisk_op *op_find(u8 op, u16 sa)
{
	const struct vdisk_op *row = &vdisk_ops[vdisk_op_index[op] - 1];

	if (!vdisk_op_index[op])
		return NULL;
	if (row->sa == SCST_OP_NO_SA)
		return row;
	for (; row < vdisk_ops + ARRAY_SIZE(vdisk_ops) && row->op == op; row++)
		if (row->sa == sa)
			return row;
	return NULL;
}

/* Never NULL: the core has refused what vdisk_supports_op() doesn't know. */
static const struct vdisk_op *op_of(const struct scst_cmd *cmd)
{
	return op_find(cmd->cdb[0], scst_cmd_service_action(cmd));
}

bool vdisk_supports_op(const struct scst_device *dev, u8 op, u16 sa)
{
	return op_find(op, sa);
}

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
	struct vdisk_dev *vdev = cmd->dev->dh_priv;
	int err = scst_sbc_generic_parse(cmd);

	if (unlikely(err)) {
		/* Perhaps it knows more: the next command goes by what is there. */
		vdisk_size_refresh(vdev);
		return err;
	}
	if (cmd->data_len > VDISK_MAX_XFER && op_of(cmd)->medium) {
		scst_set_invalid_field(cmd, rw_length_byte(cmd), -1);
		return -EINVAL;
	}
	return 0;
}

enum scst_exec_res vdisk_exec(struct scst_cmd *cmd)
{
	struct vdisk_dev *vdev = cmd->dev->dh_priv;
	const struct vdisk_op *op = op_of(cmd);

	if (unlikely(READ_ONCE(vdev->unit.not_ready)) && !op->any_state) {
		vdisk_set_not_ready(cmd, READ_ONCE(vdev->unit.not_ready));
		return vdisk_finish(cmd);
	}
	if (op->medium)
		return op->medium(cmd, vdev);
	if (op->thread)
		return cmd->context == SCST_CONTEXT_THREAD ?
			op->thread(cmd, vdev) : SCST_EXEC_NEED_THREAD;
	op->reply(cmd, vdev);
	return vdisk_finish(cmd);
}
