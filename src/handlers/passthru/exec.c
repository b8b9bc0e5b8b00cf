// SPDX-License-Identifier: GPL-2.0
/* Who carries commands out: the device, or nobody. */
#include <linux/scatterlist.h>

#include "passthru.h"

/* The device does it. */
enum scst_exec_res passthru_exec(struct scst_cmd *cmd)
{
	return SCST_EXEC_NOT_COMPLETED;
}
SCST_EXPORT(passthru_exec);

static bool perf_skips_32(const u8 *cdb)
{
	u16 sa = get_unaligned_be16(&cdb[8]);

	return sa == READ_32 || sa == WRITE_32;
}

static bool perf_skips(const u8 *cdb)
{
	switch (cdb[0]) {
	case READ_6:
	case READ_10:
	case READ_12:
	case READ_16:
	case WRITE_6:
	case WRITE_10:
	case WRITE_12:
	case WRITE_16:
		return true;
	case VARIABLE_LENGTH_CMD:
		return perf_skips_32(cdb);
	}
	return false;
}

/*
 * For measurements: READ and WRITE end well at once. A buffer of the core's may hold
 * another initiator's data, which must not leave with ours. A lent one has what its
 * owner left there.
 */
enum scst_exec_res passthru_exec_perf(struct scst_cmd *cmd)
{
	if (!perf_skips(cmd->cdb))
		return SCST_EXEC_NOT_COMPLETED;
	if (cmd->data_direction == SCST_DATA_READ && cmd->bufflen) {
		if (!test_bit(SCST_CMD_F_SG_LENT, &cmd->flags))
			sg_zero_buffer(cmd->sg, cmd->sg_cnt, cmd->bufflen, 0);
		scst_set_resp_data_len(cmd, cmd->bufflen);
	}
	scst_cmd_done(cmd, SCST_CONTEXT_SAME);
	return SCST_EXEC_COMPLETED;
}
SCST_EXPORT(passthru_exec_perf);
