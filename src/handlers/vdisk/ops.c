// SPDX-License-Identifier: GPL-2.0
/*
 * What a virtual disk does with each operation code. The core has decoded the
 * CDB, checked range, length, READ_ONLY and unit attentions before.
 */
#include <linux/bits.h>
#include <linux/cache.h>
#include <linux/init.h>
#include <scsi/scsi_proto.h>

#include "blocks.h"
#include "xcopy.h"

/* What <scsi/scsi_proto.h> doesn't have. */
#define VDISK_PRE_FETCH			0x34
#define VDISK_SANITIZE			0x48
#define VDISK_SA_OVERWRITE		0x01
#define VDISK_SA_BLOCK_ERASE		0x02
#define VDISK_SA_EXIT_FAILURE_MODE	0x1f
#define VDISK_EXTENDED_COPY		0x83
#define VDISK_RECEIVE_COPY		0x84
#define VDISK_ORWRITE_16		0x8b
#define VDISK_WRITE_AND_VERIFY_16	0x8e
#define VDISK_PRE_FETCH_16		0x90
#define VDISK_WRITE_ATOMIC_16		0x9c
#define VDISK_READ_DEFECT_DATA_12	0xb7
#define VDISK_SA_VERIFY_32		0x000a
#define VDISK_SA_WRITE_AND_VERIFY_32	0x000c
#define VDISK_SA_WRITE_SAME_32		0x000d
#define VDISK_SA_GET_LBA_STATUS_32	0x0012

/**
 * struct vdisk_op - what to do with an operation code, or one service action
 * @op: operation code
 * @sa: service action, or SCST_OP_NO_SA
 * @is_there: does a device have it? NULL: all have
 * @medium: moves blocks: no more than limits.max_xfer, the answer may come later
 * @reply: answers from what is known, in any context
 * @thread: answers in a thread, or later
 * @syncs: of a medium command: it says itself what was lost, see lost.c
 * @any_state: works without a medium, and when the unit is stopped
 * @always: also while SANITIZE or FORMAT UNIT has the device, or has failed
 */
struct vdisk_op {
	u8 op;
	u16 sa;
	bool (*is_there)(const struct vdisk_dev *vdev);
	enum scst_exec_res (*medium)(struct scst_cmd *cmd,
				     struct vdisk_dev *vdev);
	void (*reply)(struct scst_cmd *cmd, struct vdisk_dev *vdev);
	enum scst_exec_res (*thread)(struct scst_cmd *cmd,
				     struct vdisk_dev *vdev);
	bool syncs;
	bool any_state;
	bool always;
};

static bool has_unmap(const struct vdisk_dev *vdev)
{
	return vdev->limits.max_unmap;
}

static bool has_zeroing_unmap(const struct vdisk_dev *vdev)
{
	return vdev->space.unmap_zeroes;
}

static bool has_atomic(const struct vdisk_dev *vdev)
{
	return vdev->limits.max_atomic;
}

static bool rw_has_fua(const struct scst_cmd *cmd)
{
	return cmd->cdb_len > 6 && vdisk_cdb_flags(cmd) & VDISK_CDB_FUA;
}

/* Unless others have the blocks for themselves: see range.c. */
static enum scst_exec_res rw_exec(struct scst_cmd *cmd, struct vdisk_dev *vdev,
				  u32 len, bool write, bool fua)
{
	enum scst_exec_res res;

	if (!vdisk_range_enter_rw(cmd, &vdev->ranges))
		return SCST_EXEC_COMPLETED;
	res = vdev->mode->rw(cmd, vdev, len, write, fua);
	if (res == SCST_EXEC_NEED_THREAD)
		vdisk_range_leave(cmd, &vdev->ranges);
	return res;
}

static enum scst_exec_res op_read(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	/* Nothing can be newer than the medium in the second case. */
	bool fua = rw_has_fua(cmd) && !(vdev->flags & (VDISK_F_NV_CACHE |
						       VDISK_F_WRITE_THROUGH));

	if (!cmd->bufflen)
		return vdisk_finish(cmd);
	return rw_exec(cmd, vdev, cmd->bufflen, false, fua);
}

static enum scst_exec_res op_write(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	bool fua = vdisk_is_write_through(vdev, rw_has_fua(cmd));
	/* An initiator that sends less than it says doesn't get half a block. */
	u32 len = round_down(cmd->bufflen, 1U << vdev->block_shift);

	if (!len)
		return vdisk_finish(cmd);
	return rw_exec(cmd, vdev, len, true, fua);
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
	VDISK_OP(INQUIRY, .reply = vdisk_inquiry, .any_state = true,
		 .always = true),
	VDISK_OP(MODE_SENSE, .reply = vdisk_mode_sense, .any_state = true,
		 .always = true),
	VDISK_OP(MODE_SENSE_10, .reply = vdisk_mode_sense, .any_state = true,
		 .always = true),
	VDISK_OP(MODE_SELECT, .thread = vdisk_mode_select, .any_state = true),
	VDISK_OP(MODE_SELECT_10, .thread = vdisk_mode_select, .any_state = true),
	VDISK_OP(START_STOP, .thread = vdisk_start_stop, .any_state = true),
	VDISK_OP(LOG_SELECT, .thread = vdisk_log_select, .any_state = true),
	VDISK_OP(LOG_SENSE, .thread = vdisk_log_sense, .any_state = true),
	VDISK_OP(SEND_DIAGNOSTIC, .thread = vdisk_send_diagnostic),
	VDISK_OP(RECEIVE_DIAGNOSTIC, .reply = vdisk_receive_diagnostic,
		 .any_state = true),
	VDISK_OP(WRITE_BUFFER, .thread = vdisk_write_buffer, .any_state = true),
	VDISK_OP(READ_BUFFER, .thread = vdisk_read_buffer, .any_state = true),
	VDISK_OP(VDISK_READ_BUFFER_16, .thread = vdisk_read_buffer, .any_state = true),
	VDISK_SA(MAINTENANCE_IN, MI_REPORT_IDENTIFYING_INFORMATION,
		 .thread = vdisk_report_ident, .any_state = true),
	VDISK_SA(MAINTENANCE_IN, MI_REPORT_TIMESTAMP,
		 .thread = vdisk_report_timestamp, .any_state = true),
	VDISK_SA(MAINTENANCE_OUT, MO_SET_IDENTIFYING_INFORMATION,
		 .thread = vdisk_set_ident, .any_state = true),
	VDISK_SA(MAINTENANCE_OUT, MO_SET_TIMESTAMP,
		 .thread = vdisk_set_timestamp, .any_state = true),
	VDISK_OP(ALLOW_MEDIUM_REMOVAL, .reply = vdisk_prevent_allow,
		 .any_state = true),
	VDISK_OP(READ_CAPACITY, .reply = vdisk_read_capacity),
	VDISK_SA(SERVICE_ACTION_IN_16, SAI_READ_CAPACITY_16,
		 .reply = vdisk_read_capacity_16),
	VDISK_SA(SERVICE_ACTION_IN_16, SAI_GET_LBA_STATUS,
		 .thread = vdisk_get_lba_status),
	VDISK_OP(READ_6, .medium = op_read),
	VDISK_OP(READ_10, .medium = op_read),
	VDISK_OP(READ_12, .medium = op_read),
	VDISK_OP(READ_16, .medium = op_read),
	VDISK_OP(WRITE_6, .medium = op_write),
	VDISK_OP(WRITE_10, .medium = op_write),
	VDISK_OP(WRITE_12, .medium = op_write),
	VDISK_OP(WRITE_16, .medium = op_write),
	VDISK_OP(SYNCHRONIZE_CACHE, .medium = op_sync_cache, .syncs = true),
	VDISK_OP(SYNCHRONIZE_CACHE_16, .medium = op_sync_cache, .syncs = true),
	VDISK_OP(VERIFY, .medium = vdisk_verify),
	VDISK_OP(VERIFY_12, .medium = vdisk_verify),
	VDISK_OP(VERIFY_16, .medium = vdisk_verify),
	VDISK_OP(WRITE_VERIFY, .medium = vdisk_write_and_verify),
	VDISK_OP(WRITE_VERIFY_12, .medium = vdisk_write_and_verify),
	VDISK_OP(VDISK_WRITE_AND_VERIFY_16, .medium = vdisk_write_and_verify),
	VDISK_OP(COMPARE_AND_WRITE, .medium = vdisk_compare_and_write),
	VDISK_OP(VDISK_ORWRITE_16, .medium = vdisk_orwrite),
	VDISK_OP(VDISK_WRITE_ATOMIC_16, .medium = vdisk_write_atomic,
		 .is_there = has_atomic),
	VDISK_OP(WRITE_SAME, .thread = vdisk_write_same),
	VDISK_OP(WRITE_SAME_16, .thread = vdisk_write_same),
	VDISK_OP(UNMAP, .thread = vdisk_unmap, .is_there = has_unmap),
	VDISK_SA(VARIABLE_LENGTH_CMD, READ_32, .medium = op_read),
	VDISK_SA(VARIABLE_LENGTH_CMD, WRITE_32, .medium = op_write),
	VDISK_SA(VARIABLE_LENGTH_CMD, VDISK_SA_VERIFY_32, .medium = vdisk_verify),
	VDISK_SA(VARIABLE_LENGTH_CMD, VDISK_SA_WRITE_AND_VERIFY_32,
		 .medium = vdisk_write_and_verify),
	VDISK_SA(VARIABLE_LENGTH_CMD, VDISK_SA_WRITE_SAME_32,
		 .thread = vdisk_write_same),
	VDISK_SA(VARIABLE_LENGTH_CMD, VDISK_SA_GET_LBA_STATUS_32,
		 .thread = vdisk_get_lba_status),
#if VDISK_HAS_COPY
	VDISK_SA(VDISK_EXTENDED_COPY, VDISK_SA_COPY_LID1,
		 .thread = vdisk_extended_copy),
	VDISK_SA(VDISK_EXTENDED_COPY, VDISK_SA_POPULATE_TOKEN,
		 .thread = vdisk_populate_token),
	VDISK_SA(VDISK_EXTENDED_COPY, VDISK_SA_WRITE_USING_TOKEN,
		 .thread = vdisk_write_using_token),
	VDISK_SA(VDISK_RECEIVE_COPY, VDISK_SA_COPY_STATUS,
		 .reply = vdisk_copy_status),
	VDISK_SA(VDISK_RECEIVE_COPY, VDISK_SA_COPY_PARAMETERS,
		 .reply = vdisk_copy_parameters, .any_state = true),
	VDISK_SA(VDISK_RECEIVE_COPY, VDISK_SA_COPY_DETAILS,
		 .reply = vdisk_copy_details),
	VDISK_SA(VDISK_RECEIVE_COPY, VDISK_SA_COPY_STATUS_LID4,
		 .reply = vdisk_copy_status_lid4),
	VDISK_SA(VDISK_RECEIVE_COPY, VDISK_SA_ROD_INFORMATION,
		 .reply = vdisk_rod_information),
#endif
	VDISK_OP(FORMAT_UNIT, .thread = vdisk_format_unit),
	VDISK_SA(VDISK_SANITIZE, VDISK_SA_OVERWRITE,
		 .thread = vdisk_sanitize_overwrite, .always = true),
	VDISK_SA(VDISK_SANITIZE, VDISK_SA_BLOCK_ERASE,
		 .thread = vdisk_sanitize_block_erase, .always = true,
		 .is_there = has_zeroing_unmap),
	VDISK_SA(VDISK_SANITIZE, VDISK_SA_EXIT_FAILURE_MODE,
		 .thread = vdisk_sanitize_exit_failure, .always = true),
	VDISK_OP(VDISK_PRE_FETCH, .thread = vdisk_prefetch),
	VDISK_OP(VDISK_PRE_FETCH_16, .thread = vdisk_prefetch),
	VDISK_OP(READ_DEFECT_DATA, .reply = vdisk_read_defects_10),
	VDISK_OP(VDISK_READ_DEFECT_DATA_12, .reply = vdisk_read_defects_12),
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
	const struct vdisk_op *row;

	if (!vdisk_op_index[op])
		return NULL;
	row = &vdisk_ops[vdisk_op_index[op] - 1];
	if (row->sa == SCST_OP_NO_SA)
		return row;
	for (; row < vdisk_ops + ARRAY_SIZE(vdisk_ops) && row->op == op; row++)
		if (row->sa == sa)
			return row;
	return NULL;
}

/*
 * Never NULL in exec(): the core has refused what vdisk_supports_op() doesn't know,
 * and has answered what it answers itself, such as REPORT LUNS. parse() sees those.
 */
static const struct vdisk_op *op_of(const struct scst_cmd *cmd)
{
	return op_find(cmd->cdb[0], scst_cmd_service_action(cmd));
}

bool vdisk_supports_op(const struct scst_device *dev, u8 op, u16 sa)
{
	const struct vdisk_op *row = op_find(op, sa);

	return row && (!row->is_there || row->is_there(dev->dh_priv));
}

int vdisk_parse(struct scst_cmd *cmd)
{
	struct vdisk_dev *vdev = cmd->dev->dh_priv;
	int err = scst_sbc_generic_parse(cmd);
	const struct vdisk_op *op;

	if (unlikely(err)) {
		/* Perhaps it knows more: the next command goes by what is there. */
		vdisk_size_refresh(vdev);
		return err;
	}
	if (likely(cmd->data_len <= VDISK_MAX_XFER))
		return 0;
	/* What SYNCHRONIZE CACHE counts isn't transferred. */
	op = op_of(cmd);
	if (op && op->medium && !op->syncs) {
		scst_set_invalid_field(cmd, vdisk_cdb_blocks_at(cmd), -1);
		return -EINVAL;
	}
	return 0;
}

enum scst_exec_res vdisk_exec(struct scst_cmd *cmd)
{
	struct vdisk_dev *vdev = cmd->dev->dh_priv;
	const struct vdisk_op *op = op_of(cmd);

	scst_trace(SCST_TRACE_DEBUG, "vdisk %s: operation code %02x, LBA %llu, %u bytes\n",
		   vdev->name, cmd->cdb[0], cmd->lba, cmd->bufflen);
	if (unlikely(READ_ONCE(vdev->long_op.state)) && !op->always) {
		scst_set_cmd_condition(cmd);
		return vdisk_finish(cmd);
	}
	if (unlikely(READ_ONCE(vdev->unit.not_ready)) && !op->any_state) {
		vdisk_set_not_ready(cmd, READ_ONCE(vdev->unit.not_ready));
		return vdisk_finish(cmd);
	}
	if (op->medium) {
		if (unlikely(vdisk_has_lost(vdev)) && !op->syncs &&
		    __vdisk_lost_report(cmd, vdev))
			return vdisk_finish(cmd);
		return op->medium(cmd, vdev);
	}
	if (op->thread)
		return cmd->context == SCST_CONTEXT_THREAD ?
			op->thread(cmd, vdev) : SCST_EXEC_NEED_THREAD;
	op->reply(cmd, vdev);
	return vdisk_finish(cmd);
}
