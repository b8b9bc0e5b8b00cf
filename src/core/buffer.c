// SPDX-License-Identifier: GPL-2.0
/*
 * The data buffer of a command: lent by the target driver, or from the core's
 * pool; and the driver's fetching of Data-Out into it.
 */
#include "events.h"
#include "scst_priv.h"
#include "sgv.h"

static struct sgv_pool *cmd_pool;

enum scst_cmd_next scst_step_buffer(struct scst_cmd *cmd)
{
	const struct scst_tgt_template *tgtt = cmd->sess->tgt->tgtt;
	bool atomic = !scst_context_may_sleep(cmd->context);

	/*
	 * NOIO wherever one may sleep: reclaim must not wait for a write that
	 * waits for this very command.
	 */
	cmd->sgv = sgv_pool_alloc(cmd_pool, cmd->bufflen,
				  atomic ? GFP_ATOMIC : GFP_NOIO,
				  tgtt->sg_tablesize);
	if (!cmd->sgv && atomic)
		return scst_cmd_to_thread(cmd);
	if (!cmd->sgv) {
		scst_warn_rl("device %s, initiator %s: no memory for %u bytes, answered BUSY\n",
			     cmd->dev ? cmd->dev->name : "(none)",
			     cmd->sess->initiator_name, cmd->bufflen);
		cmd->bufflen = 0;
		scst_set_busy(cmd);
		scst_cmd_set_state(cmd, SCST_CMD_STATE_XMIT);
		return SCST_CMD_GO;
	}
	cmd->sg = cmd->sgv->sg;
	cmd->sg_cnt = cmd->sgv->sg_cnt;

	if (cmd->data_direction == SCST_DATA_WRITE && tgtt->rdy_to_xfer)
		scst_cmd_set_state(cmd, SCST_CMD_STATE_RX);
	else
		scst_cmd_set_prepared(cmd);
	return SCST_CMD_GO;
}

void scst_cmd_free_buffer(struct scst_cmd *cmd)
{
	sgv_pool_free(cmd->sgv);
	cmd->sgv = NULL;
	cmd->sg = NULL;
	cmd->sg_cnt = 0;
}

void scst_rx_data(struct scst_cmd *cmd, enum scst_rx_status status,
		  enum scst_exec_context context)
{
	switch (status) {
	case SCST_RX_STATUS_SUCCESS:
		scst_event_data_out(cmd);
		scst_cmd_set_prepared(cmd);
		break;
	case SCST_RX_STATUS_ERROR:
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_data_phase_error));
		scst_cmd_set_state(cmd, SCST_CMD_STATE_XMIT);
		break;
	case SCST_RX_STATUS_ERROR_SENSE_SET:
		scst_cmd_set_state(cmd, SCST_CMD_STATE_XMIT);
		break;
	case SCST_RX_STATUS_ERROR_FATAL:
		set_bit(SCST_CMD_F_DELIVERY_FAILED, &cmd->flags);
		scst_cmd_set_state(cmd, SCST_CMD_STATE_FINISH);
		break;
	}
	scst_cmd_resume(cmd, context);
}
SCST_EXPORT(scst_rx_data);

int scst_buffers_init(void)
{
	cmd_pool = sgv_pool_create("sgv", true);
	return PTR_ERR_OR_ZERO(cmd_pool);
}

void scst_buffers_exit(void)
{
	sgv_pool_destroy(cmd_pool);
}
