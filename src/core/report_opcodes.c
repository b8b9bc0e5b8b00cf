// SPDX-License-Identifier: GPL-2.0
/*
 * REPORT SUPPORTED OPERATION CODES and REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS
 * (SPC-5 6.34, 6.35): from the opcode table and what the device supports of it.
 */
#include "scst_priv.h"

/* REPORTING OPTIONS, SPC-5 table 245. */
enum {
	RSOC_ALL,
	RSOC_ONE,		/* an operation code without service actions */
	RSOC_ONE_SA,		/* one with service actions */
	RSOC_ONE_ANY,		/* either; SERVICE ACTION is 0 for the first */
};

#define RSOC_RCTD		0x80	/* return command timeouts */
#define RSOC_CTDP_ALL		0x02	/* in a command descriptor */
#define RSOC_SERVACTV		0x01
#define RSOC_CTDP_ONE		0x80	/* in one_command parameter data */
#define RSOC_NOT_SUPPORTED	0x01
#define RSOC_STANDARD		0x03

#define RSOC_TIMEOUTS_LEN	12

/* How long the backing takes is not for us to say: both times are "unspecified". */
static u32 put_timeouts(struct scst_cmd *cmd, u32 off)
{
	static const u8 timeouts[RSOC_TIMEOUTS_LEN] = { [1] = 0x0a };

	scst_response_put(cmd, off, timeouts, sizeof(timeouts));
	return sizeof(timeouts);
}

static bool row_is_there(const struct scst_device *dev, const struct scst_op *row)
{
	return row->types & SCST_OP_TYPE(dev->type) && scst_dev_supports(dev, row);
}

static u32 put_descriptor(struct scst_cmd *cmd, u32 off,
			  const struct scst_op *row, bool timeouts)
{
	u8 d[8] = { [0] = row->op };

	if (row->sa != SCST_OP_NO_SA) {
		put_unaligned_be16(row->sa, &d[2]);
		d[5] |= RSOC_SERVACTV;
	}
	if (timeouts)
		d[5] |= RSOC_CTDP_ALL;
	put_unaligned_be16(row->cdb_len, &d[6]);
	scst_response_put(cmd, off, d, sizeof(d));
	return sizeof(d) +
	       (timeouts ? put_timeouts(cmd, off + sizeof(d)) : 0);
}

static void report_all(struct scst_cmd *cmd, bool timeouts)
{
	u8 header[4];
	unsigned int i;
	u32 off = sizeof(header);

	for (i = 0; i < scst_op_table_size; i++)
		if (row_is_there(cmd->dev, &scst_op_table[i]))
			off += put_descriptor(cmd, off, &scst_op_table[i],
					      timeouts);
	put_unaligned_be32(off - sizeof(header), header);
	scst_response_put(cmd, 0, header, sizeof(header));
}

/* @row: NULL: not supported. */
static void report_one(struct scst_cmd *cmd, const struct scst_op *row,
		       bool timeouts)
{
	u8 data[4 + SCST_MAX_CDB_LEN] = { [1] = RSOC_NOT_SUPPORTED };
	u32 len = 4;

	if (row) {
		data[1] = RSOC_STANDARD | (timeouts ? RSOC_CTDP_ONE : 0);
		put_unaligned_be16(row->cdb_len, &data[2]);
		scst_op_usage(row, &data[4]);
		len += row->cdb_len;
	}
	scst_response_put(cmd, 0, data, len);
	if (row && timeouts)
		put_timeouts(cmd, len);
}

/* Any row of an operation code says whether it has service actions. */
static const struct scst_op *find_row(const struct scst_device *dev, u8 op,
				      bool any_sa, u16 sa)
{
	unsigned int i;

	for (i = 0; i < scst_op_table_size; i++) {
		const struct scst_op *row = &scst_op_table[i];

		if (row->op == op && row_is_there(dev, row) &&
		    (any_sa || row->sa == sa || row->sa == SCST_OP_NO_SA))
			return row;
	}
	return NULL;
}

/**
 * scst_exec_report_opcodes() - REPORT SUPPORTED OPERATION CODES
 * @cmd: the command, mapped
 *
 * Context: process context.
 */
void scst_exec_report_opcodes(struct scst_cmd *cmd)
{
	bool timeouts = cmd->cdb[2] & RSOC_RCTD;
	u8 option = cmd->cdb[2] & 0x07;
	u16 sa = get_unaligned_be16(&cmd->cdb[4]);
	const struct scst_op *row = find_row(cmd->dev, cmd->cdb[3], true, 0);
	bool has_sa = row && row->sa != SCST_OP_NO_SA;

	if (option == RSOC_ALL) {
		report_all(cmd, timeouts);
		return;
	}
	if (option > RSOC_ONE_ANY || (option == RSOC_ONE && has_sa) ||
	    (option == RSOC_ONE_SA && row && !has_sa)) {
		scst_set_invalid_field(cmd, 2, 2);
		return;
	}
	if (has_sa)
		row = find_row(cmd->dev, cmd->cdb[3], false, sa);
	else if (option == RSOC_ONE_ANY && sa)
		row = NULL;
	report_one(cmd, row, timeouts);
}

/* Bits of bytes 0 and 1; TARGET RESET and WAKEUP have left the standard. */
static const struct {
	enum scst_mgmt_fn fn;
	u8 byte;
	u8 bit;
} tm_bits[] = {
	{ SCST_ABORT_TASK, 0, 7 },
	{ SCST_ABORT_TASK_SET, 0, 6 },
	{ SCST_CLEAR_ACA, 0, 5 },
	{ SCST_CLEAR_TASK_SET, 0, 4 },
	{ SCST_LUN_RESET, 0, 3 },
	{ SCST_QUERY_TASK, 0, 2 },
	{ SCST_QUERY_ASYNC_EVENT, 1, 2 },
	{ SCST_QUERY_TASK_SET, 1, 1 },
	{ SCST_NEXUS_LOSS_SESS, 1, 0 },
};

#define RSTMF_REPD		0x80	/* return extended parameter data */
#define RSTMF_LEN		4
#define RSTMF_EXTENDED_LEN	16

/**
 * scst_exec_report_tm() - REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS
 * @cmd: the command, mapped
 *
 * The extended data say nothing about times (TMFTMOV is 0).
 *
 * Context: process context.
 */
void scst_exec_report_tm(struct scst_cmd *cmd)
{
	u8 data[RSTMF_EXTENDED_LEN] = { };
	bool extended = cmd->cdb[2] & RSTMF_REPD;
	unsigned int i;

	if (cmd->data_len < RSTMF_LEN) {
		scst_set_invalid_field(cmd, 6, -1);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(tm_bits); i++)
		if (scst_tm_supports(tm_bits[i].fn))
			data[tm_bits[i].byte] |= BIT(tm_bits[i].bit);
	if (extended)
		data[3] = RSTMF_EXTENDED_LEN - RSTMF_LEN;
	scst_copy_response(cmd, data,
			   extended ? RSTMF_EXTENDED_LEN : RSTMF_LEN);
}
