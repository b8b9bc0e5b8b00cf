// SPDX-License-Identifier: GPL-2.0
/*
 * The start of a command in two stages: the driver learns direction, length and
 * buffer, and lets the command go on when it has what it needs.
 */
#include "scst_priv.h"

void scst_cmd_init_stage1_done(struct scst_cmd *cmd,
			       enum scst_exec_context context)
{
	if (likely(cmd->sess->tgt->tgtt->preprocessing_done))
		__set_bit(SCST_CMD_F_TWO_STAGE, &cmd->flags);
	else
		WARN_ONCE(1, "scst: target driver %s has no preprocessing_done()\n",
			  cmd->sess->tgt->tgtt->name);
	scst_cmd_init_done(cmd, context);
}
SCST_EXPORT(scst_cmd_init_stage1_done);

enum scst_cmd_next scst_step_preproc(struct scst_cmd *cmd)
{
	const struct scst_tgt_template *tgtt = cmd->sess->tgt->tgtt;

	if (!tgtt->preprocessing_done_atomic &&
	    !scst_context_may_sleep(cmd->context))
		return scst_cmd_to_thread(cmd);
	tgtt->preprocessing_done(cmd);
	return SCST_CMD_PARKED;
}

void scst_restart_cmd(struct scst_cmd *cmd, enum scst_preprocess_status status,
		      enum scst_exec_context context)
{
	clear_bit(SCST_CMD_F_TWO_STAGE, &cmd->flags);
	switch (status) {
	case SCST_PREPROCESS_STATUS_SUCCESS:
		break;
	case SCST_PREPROCESS_STATUS_NEED_THREAD:
		context = SCST_CONTEXT_THREAD;
		break;
	case SCST_PREPROCESS_STATUS_ERROR:
		if (!scst_cmd_ended(cmd))
			scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_internal_failure));
		break;
	case SCST_PREPROCESS_STATUS_ERROR_SENSE_SET:
		break;
	case SCST_PREPROCESS_STATUS_ERROR_FATAL:
		set_bit(SCST_CMD_F_DELIVERY_FAILED, &cmd->flags);
		scst_cmd_set_state(cmd, SCST_CMD_STATE_FINISH);
		scst_cmd_resume(cmd, context);
		return;
	}
	if (unlikely(scst_cmd_ended(cmd)))
		scst_cmd_set_state(cmd, SCST_CMD_STATE_XMIT);
	else
		scst_cmd_set_prepared(cmd);
	scst_cmd_resume(cmd, context);
}
SCST_EXPORT(scst_restart_cmd);
