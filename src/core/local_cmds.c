// SPDX-License-Identifier: GPL-2.0
/*
 * Commands that the core answers itself: for LUNs that aren't mapped, and where
 * the answer is the session's, not the device's.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <scsi/scsi_proto.h>

#include "scst_priv.h"

#define SCST_LUNS_CHUNK		64	/* LUNs that are copied at once */

/**
 * scst_response_put() - a piece of parameter data
 * @cmd: the command, Data-In
 * @off: where it belongs
 * @data: the piece; what is beyond the buffer is left out
 * @len: its length
 *
 * No gap may be left before the end of the last piece.
 *
 * Context: any.
 */
void scst_response_put(struct scst_cmd *cmd, u32 off, const void *data, u32 len)
{
	cmd->resp_wanted = max_t(u64, cmd->resp_wanted,
				 min_t(u64, off + len, cmd->data_len));
	if (off >= cmd->bufflen)
		return;
	len = min(len, cmd->bufflen - off);
	sg_pcopy_from_buffer(cmd->sg, cmd->sg_cnt, data, len, off);
	cmd->resp_data_len = max(cmd->resp_data_len, off + len);
}

/* The LUNs from @lun on into @buf; their number. @lun is where to go on. */
static unsigned int luns_collect(struct scst_session *sess, unsigned long *lun,
				 u8 *buf)
{
	unsigned long index, start = *lun;
	unsigned int n = 0;
	void *entry;

	rcu_read_lock();
	xa_for_each_start(&sess->luns, index, entry, start) {
		if (n == SCST_LUNS_CHUNK)
			break;
		scst_lun_pack(index, buf + 8 * n++);
		*lun = index + 1;
	}
	rcu_read_unlock();
	return n;
}

static void exec_report_luns(struct scst_cmd *cmd)
{
	u8 buf[8 * SCST_LUNS_CHUNK] = { };
	unsigned long lun = 0;
	unsigned int n;
	u32 off = 8;

	if (cmd->cdb[2] > 2) {
		scst_set_invalid_field(cmd, 2, -1);
		return;
	}
	if (cmd->data_len < 16) {
		scst_set_invalid_field(cmd, 6, -1);
		return;
	}
	scst_ua_luns_told(cmd);

	/* SELECT REPORT 1: well-known logical units only; there are none. */
	while (cmd->cdb[2] != 1 &&
	       (n = luns_collect(cmd->sess, &lun, buf))) {
		scst_response_put(cmd, off, buf, 8 * n);
		off += 8 * n;
	}
	memset(buf, 0, 8);
	put_unaligned_be32(off - 8, buf);
	scst_response_put(cmd, 0, buf, 8);
}

/* SPC-5 6.6.2: peripheral qualifier 3, no device can be there. */
static void exec_inquiry_unmapped(struct scst_cmd *cmd)
{
	u8 buf[36] = {
		[0] = 3 << 5 | 0x1f,
		[2] = 0x06,	/* SPC-4 */
		[3] = 0x02,	/* response data format */
		[4] = 36 - 5,	/* additional length */
	};

	if (cmd->cdb[1] & 0x01) {
		scst_set_invalid_field(cmd, 1, 0);
		return;
	}
	if (cmd->cdb[2]) {
		scst_set_invalid_field(cmd, 2, -1);
		return;
	}
	memcpy(buf + 8, "SCST    ", 8);
	memcpy(buf + 16, "unmapped LUN    ", 16);
	memcpy(buf + 32, "    ", 4);
	scst_copy_response(cmd, buf, sizeof(buf));
}

/* SPC-5 6.39: a pending unit attention, which is reported with that, or nothing. */
static void exec_request_sense(struct scst_cmd *cmd)
{
	struct scst_sense sense = { .descriptor = cmd->cdb[1] & 0x01 };
	u8 buf[SCST_MAX_SENSE_LEN];
	unsigned int len;

	if (!cmd->tgt_dev) {
		sense.key = ILLEGAL_REQUEST;
		sense.asc = 0x25;	/* LOGICAL UNIT NOT SUPPORTED */
	} else {
		if (!scst_ua_take(cmd, &sense))
			scst_dev_get_condition(cmd->dev, &sense);
	}
	len = scst_sense_build(buf, sizeof(buf), &sense);
	scst_copy_response(cmd, buf, len);
}

/* By operation code and service action; rows of larger commands have own files. */
static const struct local_cmd {
	u8 op;
	u16 sa;		/* or SCST_OP_NO_SA */
	void (*exec)(struct scst_cmd *cmd);
} local_cmds[] = {
	{ REQUEST_SENSE, SCST_OP_NO_SA, exec_request_sense },
	{ INQUIRY, SCST_OP_NO_SA, exec_inquiry_unmapped },
	{ SCST_RESERVE_6, SCST_OP_NO_SA, scst_exec_reserve },
	{ SCST_RELEASE_6, SCST_OP_NO_SA, scst_exec_release },
	{ RESERVE_10, SCST_OP_NO_SA, scst_exec_reserve },
	{ RELEASE_10, SCST_OP_NO_SA, scst_exec_release },
	{ PERSISTENT_RESERVE_IN, 0x00, scst_exec_pr_read_keys },
	{ PERSISTENT_RESERVE_IN, 0x01, scst_exec_pr_read_reservation },
	{ PERSISTENT_RESERVE_IN, SCST_PR_IN_CAPABILITIES,
	  scst_exec_pr_report_capabilities },
	{ PERSISTENT_RESERVE_IN, 0x03, scst_exec_pr_read_full_status },
	{ PERSISTENT_RESERVE_OUT, 0x00, scst_exec_pr_out },
	{ PERSISTENT_RESERVE_OUT, 0x01, scst_exec_pr_out },
	{ PERSISTENT_RESERVE_OUT, 0x02, scst_exec_pr_out },
	{ PERSISTENT_RESERVE_OUT, 0x03, scst_exec_pr_out },
	{ PERSISTENT_RESERVE_OUT, 0x04, scst_exec_pr_out },
	{ PERSISTENT_RESERVE_OUT, 0x05, scst_exec_pr_out },
	{ PERSISTENT_RESERVE_OUT, 0x06, scst_exec_pr_out },
	{ PERSISTENT_RESERVE_OUT, 0x07, scst_exec_pr_out },
	{ PERSISTENT_RESERVE_OUT, 0x08, scst_exec_pr_out },
	{ REPORT_LUNS, SCST_OP_NO_SA, exec_report_luns },
	{ MAINTENANCE_IN, MI_REPORT_TARGET_PGS, scst_exec_report_tpgs },
	{ MAINTENANCE_OUT, MO_SET_TARGET_PGS, scst_exec_set_tpgs },
	{ MAINTENANCE_IN, MI_REPORT_SUPPORTED_OPERATION_CODES,
	  scst_exec_report_opcodes },
	{ MAINTENANCE_IN, MI_REPORT_SUPPORTED_TASK_MANAGEMENT_FUNCTIONS,
	  scst_exec_report_tm },
};

static const struct local_cmd *local_find(const struct scst_op *op)
{
	const struct local_cmd *lc;

	for (lc = local_cmds; lc < local_cmds + ARRAY_SIZE(local_cmds); lc++)
		if (lc->op == op->op && lc->sa == op->sa)
			return lc;
	return NULL;
}

/**
 * scst_local_knows() - can the core answer it?
 * @op: a row of the opcode table
 *
 * Context: any.
 */
bool scst_local_knows(const struct scst_op *op)
{
	return local_find(op);
}

/**
 * scst_exec_local() - answer a command in the core
 * @cmd: of an unmapped LUN (flag SCST_OP_ANY_LUN), or with SCST_OP_LOCAL
 *
 * Context: process context.
 */
void scst_exec_local(struct scst_cmd *cmd)
{
	const struct local_cmd *lc = local_find(cmd->op);

	if (lc)
		lc->exec(cmd);
	else
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_invalid_opcode));
}

/* A command with SCST_OP_LOCAL_WORK on its way. */
struct local_work {
	struct work_struct work;
	struct scst_cmd *cmd;
};

static struct workqueue_struct *local_wq;

static bool handler_is_told(const struct scst_cmd *cmd)
{
	return cmd->dev->pr_notify && cmd->op->op == PERSISTENT_RESERVE_OUT &&
	       !scst_cmd_ended(cmd);
}

static void local_work_fn(struct work_struct *work)
{
	struct local_work *lw = container_of(work, struct local_work, work);
	struct scst_cmd *cmd = lw->cmd;

	kfree(lw);
	scst_exec_local(cmd);
	if (handler_is_told(cmd))
		set_bit(SCST_CMD_F_LOCAL_DONE, &cmd->flags);
	else
		scst_cmd_set_state(cmd, SCST_CMD_STATE_XMIT);
	scst_cmd_run(cmd, SCST_CONTEXT_DIRECT);
}

/**
 * scst_exec_local_work() - answer a command in the core, in a work item
 * @cmd: with SCST_OP_LOCAL_WORK; not the caller's any more if it is parked
 *
 * It may wait for other commands, which may need the threads of the pool, and write
 * files, for which memory may have to be reclaimed with the help of those threads.
 *
 * Context: process context.
 */
enum scst_cmd_next scst_exec_local_work(struct scst_cmd *cmd)
{
	struct local_work *lw = kmalloc(sizeof(*lw), GFP_NOIO);

	if (!lw) {
		scst_set_busy(cmd);
		scst_cmd_set_state(cmd, SCST_CMD_STATE_XMIT);
		return SCST_CMD_GO;
	}
	INIT_WORK(&lw->work, local_work_fn);
	lw->cmd = cmd;
	queue_work(local_wq, &lw->work);
	return SCST_CMD_PARKED;
}

int scst_local_init(void)
{
	local_wq = alloc_workqueue("scst_local_cmds", WQ_UNBOUND, 0);
	return local_wq ? 0 : -ENOMEM;
}

void scst_local_exit(void)
{
	destroy_workqueue(local_wq);
}
