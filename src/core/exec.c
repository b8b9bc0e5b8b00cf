// SPDX-License-Identifier: GPL-2.0
/*
 * Execution: the last checks, then the core itself or the device's handler.
 */
#include "scst_priv.h"

/*
 * The order of SAM-5 5.3.3: unit attentions of resets and lost nexuses, then
 * reservation conflicts, then all other unit attentions, then what else ends the
 * command: here the asymmetric access state.
 */
static bool nexus_lets(struct scst_cmd *cmd)
{
	bool tell = !(cmd->op->flags & SCST_OP_SKIP_UA);

	if (tell && READ_ONCE(cmd->tgt_dev->ua) & SCST_UA_BEFORE_CONFLICT &&
	    scst_ua_report(cmd))
		return false;
	if (!scst_resv_allows(cmd))
		return false;
	if (tell && scst_ua_report(cmd))
		return false;
	return scst_alua_allows(cmd);
}

bool scst_check_local_events(struct scst_cmd *cmd)
{
	struct scst_tgt_dev *tgt_dev = cmd->tgt_dev;

	if (unlikely(scst_cmd_must_end(cmd)))
		return false;
	if (tgt_dev && unlikely(READ_ONCE(tgt_dev->ua) |
				READ_ONCE(tgt_dev->resv) |
				READ_ONCE(tgt_dev->access)))
		return nexus_lets(cmd);
	return true;
}
SCST_EXPORT(scst_check_local_events);

static bool cmd_may_write(struct scst_cmd *cmd)
{
	if (likely(!(cmd->op->flags & SCST_OP_WRITES)) || !cmd->tgt_dev)
		return true;
	/* SWP of the control mode page, SPC-5 7.5.10. */
	if (unlikely(READ_ONCE(cmd->dev->control.swp)))
		goto refuse;
	if (likely(!cmd->tgt_dev->read_only))
		return true;
	scst_warn_rl("device %s is read-only for initiator %s: %s refused\n",
		     cmd->dev->name, cmd->sess->initiator_name, cmd->op->name);
refuse:
	scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_data_protect));
	return false;
}

/* The driver's last look at a command with its data. */
static enum scst_cmd_next cmd_pre_exec(struct scst_cmd *cmd)
{
	switch (cmd->sess->tgt->tgtt->pre_exec(cmd)) {
	case SCST_PREPROCESS_STATUS_SUCCESS:
		scst_cmd_set_state(cmd, SCST_CMD_STATE_EXEC);
		return SCST_CMD_GO;
	case SCST_PREPROCESS_STATUS_NEED_THREAD:
		/* In vain for one that has a thread and is not content with it. */
		if (cmd->context == SCST_CONTEXT_THREAD)
			break;
		return scst_cmd_to_thread(cmd);
	case SCST_PREPROCESS_STATUS_ERROR_SENSE_SET:
		scst_cmd_set_state(cmd, SCST_CMD_STATE_XMIT);
		return SCST_CMD_GO;
	case SCST_PREPROCESS_STATUS_ERROR_FATAL:
		set_bit(SCST_CMD_F_DELIVERY_FAILED, &cmd->flags);
		scst_cmd_set_state(cmd, SCST_CMD_STATE_FINISH);
		return SCST_CMD_GO;
	case SCST_PREPROCESS_STATUS_ERROR:
		break;
	}
	scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_internal_failure));
	scst_cmd_set_state(cmd, SCST_CMD_STATE_XMIT);
	return SCST_CMD_GO;
}

enum scst_cmd_next scst_step_check(struct scst_cmd *cmd)
{
	if (SCST_OPT(DEBUG_TM) && cmd->tgt_dev && scst_tm_dbg_holds(cmd))
		return SCST_CMD_PARKED;
	if (!scst_check_local_events(cmd) || !cmd_may_write(cmd)) {
		scst_cmd_set_state(cmd, SCST_CMD_STATE_XMIT);
		return SCST_CMD_GO;
	}
	if (unlikely(cmd->sess->tgt->tgtt->pre_exec))
		return cmd_pre_exec(cmd);
	scst_cmd_set_state(cmd, SCST_CMD_STATE_EXEC);
	return SCST_CMD_GO;
}

static enum scst_cmd_next exec_local(struct scst_cmd *cmd)
{
	if (!scst_context_may_sleep(cmd->context))
		return scst_cmd_to_thread(cmd);
	if (cmd->dev && ((cmd->op->flags & SCST_OP_LOCAL_WORK) ||
			 scst_resv_needs_work(cmd)))
		return scst_exec_local_work(cmd);
	scst_exec_local(cmd);
	scst_cmd_set_state(cmd, SCST_CMD_STATE_XMIT);
	return SCST_CMD_GO;
}

static enum scst_cmd_next exec_midlevel(struct scst_cmd *cmd)
{
	/* A virtual device has no mid-level device that could execute it. */
	if (!cmd->dev->scsi_dev) {
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_invalid_opcode));
		return SCST_CMD_GO;
	}
	if (scst_midlevel_exec(cmd) == SCST_EXEC_COMPLETED)
		return SCST_CMD_PARKED;
	scst_cmd_set_state(cmd, SCST_CMD_STATE_EXEC);
	return scst_cmd_to_thread(cmd);
}

/* REQUEST SENSE: a real device doesn't know of unit attentions that the core keeps. */
static bool core_answers(const struct scst_cmd *cmd)
{
	if (test_bit(SCST_CMD_F_LOCAL_DONE, &cmd->flags))
		return false;
	if (!cmd->dev || !(cmd->op->flags & SCST_OP_VIRTUAL) || !cmd->dev->scsi_dev)
		return true;
	return cmd->op->flags & SCST_OP_SKIP_UA && READ_ONCE(cmd->tgt_dev->ua);
}

enum scst_cmd_next scst_step_exec(struct scst_cmd *cmd)
{
	const struct scst_dev_type *handler;

	if (unlikely(!cmd->dev || (cmd->op->flags & SCST_OP_LOCAL)) &&
	    core_answers(cmd))
		return exec_local(cmd);

	handler = cmd->dev->handler;
	if (unlikely(!handler->exec_atomic) &&
	    !scst_context_may_sleep(cmd->context))
		return scst_cmd_to_thread(cmd);
	if (cmd->context == SCST_CONTEXT_THREAD && scst_cmd_must_end(cmd) &&
	    !cmd->dh_priv) {
		/* It may have waited for the thread for long. */
		scst_cmd_set_state(cmd, SCST_CMD_STATE_XMIT);
		return SCST_CMD_GO;
	}

	/* Before the call: the handler may complete it from anywhere at once. */
	scst_cmd_set_state(cmd, SCST_CMD_STATE_DEV_DONE);
	switch (handler->exec(cmd)) {
	case SCST_EXEC_COMPLETED:
		return SCST_CMD_PARKED;
	case SCST_EXEC_NEED_THREAD:
		scst_cmd_set_state(cmd, SCST_CMD_STATE_EXEC);
		return scst_cmd_to_thread(cmd);
	case SCST_EXEC_NOT_COMPLETED:
		return exec_midlevel(cmd);
	}
	return SCST_CMD_GO;
}

enum scst_cmd_next scst_step_dev_done(struct scst_cmd *cmd)
{
	const struct scst_dev_type *handler = cmd->dev->handler;

	if (handler->dev_done) {
		if (!handler->dev_done_atomic &&
		    !scst_context_may_sleep(cmd->context))
			return scst_cmd_to_thread(cmd);
		handler->dev_done(cmd);
	}
	scst_cmd_set_state(cmd, SCST_CMD_STATE_XMIT);
	return SCST_CMD_GO;
}
