// SPDX-License-Identifier: GPL-2.0
/*
 * Calls into the target driver that it may not be ready for: fetching data and
 * sending the response. "Queue full" puts the command on a list that is tried
 * again a little later.
 */
#include <linux/jiffies.h>
#include <scsi/scsi_proto.h>

#include "events.h"
#include "scst_priv.h"

#define SCST_RETRY_DELAY	(HZ / 100 + 1)

static DEFINE_SPINLOCK(retry_lock);	/* protects retry_list; any context */
static LIST_HEAD(retry_list);		/* struct scst_cmd.queue_entry */

static void retry_work_fn(struct work_struct *work)
{
	struct scst_cmd *cmd, *tmp;
	LIST_HEAD(todo);

	spin_lock_irq(&retry_lock);
	list_splice_init(&retry_list, &todo);
	spin_unlock_irq(&retry_lock);

	list_for_each_entry_safe(cmd, tmp, &todo, queue_entry)
		scst_cmd_to_thread(cmd);
}

static DECLARE_DELAYED_WORK(retry_work, retry_work_fn);

static enum scst_cmd_next cmd_retry_later(struct scst_cmd *cmd)
{
	unsigned long flags;

	cmd->retries++;
	scst_event_retry(cmd);
	spin_lock_irqsave(&retry_lock, flags);
	list_add_tail(&cmd->queue_entry, &retry_list);
	spin_unlock_irqrestore(&retry_lock, flags);
	schedule_delayed_work(&retry_work, SCST_RETRY_DELAY);
	return SCST_CMD_PARKED;
}

static enum scst_cmd_next cmd_drop(struct scst_cmd *cmd, int res, u8 state)
{
	scst_err_rl("target %s, initiator %s: the driver failed (%d) to %s, the command is dropped\n",
		    cmd->sess->tgt->name, cmd->sess->initiator_name, res,
		    scst_cmd_state_name(state));
	set_bit(SCST_CMD_F_DELIVERY_FAILED, &cmd->flags);
	cmd->state = SCST_CMD_STATE_FINISH;
	return SCST_CMD_GO;
}

/* The driver did not take the command: it is still ours, in state @again. */
static enum scst_cmd_next cmd_not_taken(struct scst_cmd *cmd, int res, u8 again)
{
	switch (res) {
	case SCST_TGT_RES_QUEUE_FULL:
		cmd->state = again;
		return cmd_retry_later(cmd);
	case SCST_TGT_RES_NEED_THREAD_CTX:
		/* One that has a thread and is not content would ask for ever. */
		if (cmd->context == SCST_CONTEXT_THREAD)
			break;
		cmd->state = again;
		return scst_cmd_to_thread(cmd);
	}
	return cmd_drop(cmd, res, again);
}

enum scst_cmd_next scst_step_rx(struct scst_cmd *cmd)
{
	const struct scst_tgt_template *tgtt = cmd->sess->tgt->tgtt;
	int res;

	if (!tgtt->rdy_to_xfer_atomic && !scst_context_may_sleep(cmd->context))
		return scst_cmd_to_thread(cmd);
	if (unlikely(scst_cmd_must_end(cmd))) {
		scst_cmd_set_state(cmd, SCST_CMD_STATE_XMIT);
		return SCST_CMD_GO;
	}
	res = tgtt->rdy_to_xfer(cmd);
	if (likely(res == SCST_TGT_RES_SUCCESS))
		return SCST_CMD_PARKED;
	return cmd_not_taken(cmd, res, SCST_CMD_STATE_RX);
}

/* What others get to feel of the end, and what this one has felt of others. */
static void cmd_settle_status(struct scst_cmd *cmd)
{
	if (scst_cmd_aborted(cmd))
		return;
	if (test_bit(SCST_CMD_F_TASK_ABORTED, &cmd->flags))
		scst_set_cmd_error_status(cmd, SAM_STAT_TASK_ABORTED);
	else if (cmd->status == SAM_STAT_CHECK_CONDITION)
		scst_cmd_faulted(cmd);
}

enum scst_cmd_next scst_step_xmit(struct scst_cmd *cmd)
{
	const struct scst_tgt_template *tgtt = cmd->sess->tgt->tgtt;
	int res;

	if (unlikely(!tgtt->xmit_response_atomic) &&
	    !scst_context_may_sleep(cmd->context))
		return scst_cmd_to_thread(cmd);

	if (unlikely(cmd->status || scst_cmd_must_end(cmd)))
		cmd_settle_status(cmd);

	scst_event_data_in(cmd);
	/* Before the call: the driver may be done with it at once. */
	scst_cmd_set_state(cmd, SCST_CMD_STATE_FINISH);
	res = tgtt->xmit_response(cmd);
	if (likely(res == SCST_TGT_RES_SUCCESS))
		return SCST_CMD_PARKED;
	return cmd_not_taken(cmd, res, SCST_CMD_STATE_XMIT);
}

void scst_tgt_cmd_done(struct scst_cmd *cmd, enum scst_exec_context context)
{
	scst_cmd_resume(cmd, context);
}
SCST_EXPORT(scst_tgt_cmd_done);

int scst_xmit_init(void)
{
	return 0;
}

/* No command is left, but the work may still be looking at an empty list. */
void scst_xmit_exit(void)
{
	cancel_delayed_work_sync(&retry_work);
}
