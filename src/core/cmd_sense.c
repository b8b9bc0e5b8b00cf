// SPDX-License-Identifier: GPL-2.0
/*
 * How a command ends other than GOOD: status and sense data (SAM-5 5.3,
 * SPC-5 4.4). Builds in user space too (src/tools/fileio_tgt).
 */
#include <scsi/scsi_proto.h>

#include "kapi_base.h"
#include "scsi_tgt.h"
#include "cmd_sense.h"
#include "opcode.h"

/**
 * scst_set_cmd_sense() - end with CHECK CONDITION
 * @cmd: the command
 * @sense: why; its format is chosen here
 *
 * Context: any.
 */
void scst_set_cmd_sense(struct scst_cmd *cmd, struct scst_sense *sense)
{
	sense->descriptor = cmd->dev && READ_ONCE(cmd->dev->control.d_sense);
	cmd->sense_len = scst_sense_build(cmd->sense, sizeof(cmd->sense), sense);
	cmd->status = SAM_STAT_CHECK_CONDITION;
	cmd->resp_data_len = 0;
	set_bit(SCST_CMD_F_ENDED, &cmd->flags);
}

void scst_set_cmd_sense_data(struct scst_cmd *cmd, const u8 *sense, u32 len)
{
	cmd->sense_len = min_t(u32, len, sizeof(cmd->sense));
	memcpy(cmd->sense, sense, cmd->sense_len);
	cmd->status = SAM_STAT_CHECK_CONDITION;
	cmd->resp_data_len = 0;
	set_bit(SCST_CMD_F_ENDED, &cmd->flags);
}
SCST_EXPORT(scst_set_cmd_sense_data);

void scst_set_cmd_error(struct scst_cmd *cmd, u8 key, u8 asc, u8 ascq)
{
	struct scst_sense sense = { .key = key, .asc = asc, .ascq = ascq };

	scst_set_cmd_sense(cmd, &sense);
}
SCST_EXPORT(scst_set_cmd_error);

void scst_set_invalid_field(struct scst_cmd *cmd, unsigned int byte, int bit)
{
	struct scst_sense sense = {
		.key = ILLEGAL_REQUEST,
		.asc = 0x24,
		.field_valid = true,
		.field_byte = byte,
		.field_bit = bit,
	};

	scst_set_cmd_sense(cmd, &sense);
}
SCST_EXPORT(scst_set_invalid_field);

void scst_set_invalid_field_in_param(struct scst_cmd *cmd, unsigned int byte,
				     int bit)
{
	struct scst_sense sense = {
		.key = ILLEGAL_REQUEST,
		.asc = 0x26,
		.field_valid = true,
		.field_in_data = true,
		.field_byte = byte,
		.field_bit = bit,
	};

	scst_set_cmd_sense(cmd, &sense);
}
SCST_EXPORT(scst_set_invalid_field_in_param);

void scst_set_cmd_error_info(struct scst_cmd *cmd, u8 key, u8 asc, u8 ascq,
			     u64 info)
{
	struct scst_sense sense = {
		.key = key,
		.asc = asc,
		.ascq = ascq,
		.info_valid = true,
		.info = info,
	};

	scst_set_cmd_sense(cmd, &sense);
}
SCST_EXPORT(scst_set_cmd_error_info);

void scst_set_copy_aborted(struct scst_cmd *cmd, u8 asc, u8 ascq, u16 segment)
{
	struct scst_sense sense = {
		.key = COPY_ABORTED,
		.asc = asc,
		.ascq = ascq,
		.specific_valid = true,
		.specific = segment,
	};

	scst_set_cmd_sense(cmd, &sense);
}
SCST_EXPORT(scst_set_copy_aborted);

void scst_set_cmd_condition(struct scst_cmd *cmd)
{
	struct scst_sense sense = { };

	if (scst_dev_get_condition(cmd->dev, &sense))
		scst_set_cmd_sense(cmd, &sense);
	else
		scst_set_busy(cmd);	/* it has just gone: try again */
}
SCST_EXPORT(scst_set_cmd_condition);

void scst_set_cmd_error_status(struct scst_cmd *cmd, u8 status)
{
	cmd->status = status;
	cmd->sense_len = 0;
	cmd->resp_data_len = 0;
	set_bit(SCST_CMD_F_ENDED, &cmd->flags);
}
SCST_EXPORT(scst_set_cmd_error_status);

void scst_set_busy(struct scst_cmd *cmd)
{
	scst_set_cmd_error_status(cmd, SAM_STAT_BUSY);
}
SCST_EXPORT(scst_set_busy);

void scst_sense_for_errno_at(struct scst_cmd *cmd, int err, bool write, u64 lba)
{
	switch (err) {
	case -ENOSPC:
	case -EDQUOT:
		scst_set_cmd_error_info(cmd,
					SCST_LOAD_SENSE(scst_sense_space_alloc_failed),
					lba);
		break;
	case -EROFS:
	case -EPERM:
	case -EACCES:
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_data_protect));
		break;
	case -ENOMEM:
	case -EAGAIN:
	case -EINTR:
		scst_set_busy(cmd);
		break;
	case -ENODEV:
	case -ENXIO:
	case -ESTALE:
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_hardw_error));
		break;
	default:
		if (write)
			scst_set_cmd_error_info(cmd,
						SCST_LOAD_SENSE(scst_sense_medium_write_error),
						lba);
		else
			scst_set_cmd_error_info(cmd,
						SCST_LOAD_SENSE(scst_sense_read_error),
						lba);
		break;
	}
	scst_err_rl("device %s, initiator %s: %s at LBA %llu failed: error %d\n",
		    cmd->dev->name, cmd->sess->initiator_name,
		    cmd->op->name, lba, err);
}
SCST_EXPORT(scst_sense_for_errno_at);

void scst_sense_for_errno(struct scst_cmd *cmd, int err, bool write)
{
	scst_sense_for_errno_at(cmd, err, write, cmd->lba);
}
SCST_EXPORT(scst_sense_for_errno);

void scst_set_resp_data_len(struct scst_cmd *cmd, u32 len)
{
	cmd->resp_data_len = min(len, cmd->bufflen);
}
SCST_EXPORT(scst_set_resp_data_len);

void scst_copy_response(struct scst_cmd *cmd, const void *data, u32 len)
{
	cmd->resp_wanted = min_t(u64, len, cmd->data_len);
	len = min(len, cmd->bufflen);
	if (len)
		sg_copy_from_buffer(cmd->sg, cmd->sg_cnt, data, len);
	cmd->resp_data_len = len;
}
SCST_EXPORT(scst_copy_response);

u32 scst_get_param_list(const struct scst_cmd *cmd, void *data, u32 off, u32 len)
{
	if (off >= cmd->bufflen)
		return 0;
	len = min(len, cmd->bufflen - off);
	return sg_pcopy_to_buffer(cmd->sg, cmd->sg_cnt, data, len, off);
}
SCST_EXPORT(scst_get_param_list);

/* What it would have moved if the initiator had provided for more. */
static u64 cmd_wanted(const struct scst_cmd *cmd)
{
	switch (cmd->data_direction) {
	case SCST_DATA_WRITE:
		/* One that is too short was refused for that. */
		return cmd->expected_direction == SCST_DATA_READ ?
		       0 : cmd->data_len;
	case SCST_DATA_READ:
		if (cmd->resp_data_len != cmd->expected_len)
			return 0;
		/* An allocation length may be larger than what there is. */
		return cmd->op && cmd->op->flags & SCST_OP_LEN_BLOCKS ?
		       cmd->data_len : cmd->resp_wanted;
	default:
		return 0;
	}
}

s64 scst_cmd_get_residual(const struct scst_cmd *cmd)
{
	u64 wanted = cmd_wanted(cmd);
	u32 moved = 0;

	if (unlikely(wanted > cmd->expected_len))
		return (s64)(cmd->expected_len - wanted);
	if (cmd->data_direction == SCST_DATA_READ ||
	    test_bit(SCST_CMD_F_MOVED, &cmd->flags))
		moved = cmd->resp_data_len;
	else if (cmd->data_direction == SCST_DATA_WRITE &&
		 !test_bit(SCST_CMD_F_ENDED, &cmd->flags))
		moved = cmd->bufflen;
	return cmd->expected_len - moved;
}
SCST_EXPORT(scst_cmd_get_residual);
