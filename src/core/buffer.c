// SPDX-License-Identifier: GPL-2.0
/*
 * The data buffer of a command: lent by the target driver, or from the core's
 * pool; and the driver's fetching of Data-Out into it.
 */
#include "events.h"
#include "scst_priv.h"
#include "sgv.h"

/* Entries as long as they come, and such as are no longer than a page. */
static struct sgv_pool *cmd_pool;
static struct sgv_pool *cmd_pool_pages;

/* The driver's buffer. As alloc_data_buf(): above 0: the core's, please. */
static int buffer_of_driver(struct scst_cmd *cmd)
{
	const struct scst_tgt_template *tgtt = cmd->sess->tgt->tgtt;
	int ret;

	if (!tgtt->alloc_data_buf)
		return 1;
	ret = tgtt->alloc_data_buf(cmd);
	if (ret)
		return ret;
	if (WARN_ONCE(!cmd->sg || cmd->sg_cnt <= 0,
		      "scst: target driver %s: alloc_data_buf() without a buffer\n",
		      tgtt->name))
		return -EINVAL;
	set_bit(SCST_CMD_F_SG_LENT, &cmd->flags);
	return 0;
}

/* The device's, for what it carries out itself: enum scst_buf_res or an error. */
static int buffer_of_handler(struct scst_cmd *cmd)
{
	if (!cmd->dev || !cmd->dev->handler->alloc_data_buf ||
	    cmd->op->flags & SCST_OP_LOCAL)
		return SCST_BUF_CORE;
	return cmd->dev->handler->alloc_data_buf(cmd);
}

/*
 * NOIO wherever one may sleep: reclaim must not wait for a write that waits for
 * this very command.
 */
static int buffer_of_core(struct scst_cmd *cmd, gfp_t gfp)
{
	const struct scst_tgt_template *tgtt = cmd->sess->tgt->tgtt;

	cmd->sgv = sgv_pool_alloc(tgtt->no_clustering ? cmd_pool_pages : cmd_pool,
				  cmd->bufflen, gfp, tgtt->no_clustering ? 0 :
						     tgtt->sg_tablesize);
	if (!cmd->sgv)
		return -ENOMEM;
	cmd->sg = cmd->sgv->sg;
	cmd->sg_cnt = cmd->sgv->sg_cnt;
	return 0;
}

/* What would not fit the driver's table however the memory looks. */
static bool buffer_too_long(const struct scst_cmd *cmd)
{
	const struct scst_tgt_template *tgtt = cmd->sess->tgt->tgtt;

	return tgtt->no_clustering && tgtt->sg_tablesize &&
	       cmd->bufflen > (u64)tgtt->sg_tablesize << PAGE_SHIFT;
}

static enum scst_cmd_next buffer_fail(struct scst_cmd *cmd, bool too_long)
{
	scst_warn_rl("device %s, initiator %s: %s %u bytes, answered %s\n",
		     cmd->dev ? cmd->dev->name : "(none)",
		     cmd->sess->initiator_name, too_long ?
		     "the target driver can't take" : "no memory for",
		     cmd->bufflen, too_long ? "CHECK CONDITION" : "BUSY");
	cmd->bufflen = 0;
	if (too_long)
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_invalid_field_in_cdb));
	else
		scst_set_busy(cmd);
	scst_cmd_set_failed(cmd);
	return SCST_CMD_GO;
}

/* There is one: Data-Out may come. */
static enum scst_cmd_next buffer_ready(struct scst_cmd *cmd)
{
	if (cmd->data_direction == SCST_DATA_WRITE &&
	    cmd->sess->tgt->tgtt->rdy_to_xfer &&
	    !test_bit(SCST_CMD_F_TWO_STAGE, &cmd->flags))
		scst_cmd_set_state(cmd, SCST_CMD_STATE_RX);
	else
		scst_cmd_set_prepared(cmd);
	return SCST_CMD_GO;
}

/* The handler was asked and has answered later. */
static enum scst_cmd_next buffer_back(struct scst_cmd *cmd)
{
	clear_bit(SCST_CMD_F_HANDLER_BACK, &cmd->flags);
	if (!scst_cmd_ended(cmd))
		return buffer_ready(cmd);
	cmd->bufflen = 0;
	scst_cmd_set_failed(cmd);
	return SCST_CMD_GO;
}

void scst_cmd_buffer_done(struct scst_cmd *cmd, enum scst_exec_context context)
{
	set_bit(SCST_CMD_F_HANDLER_BACK, &cmd->flags);
	scst_cmd_resume(cmd, context);
}
SCST_EXPORT(scst_cmd_buffer_done);

enum scst_cmd_next scst_step_buffer(struct scst_cmd *cmd)
{
	bool atomic = !scst_context_may_sleep(cmd->context);
	int ret;

	if (unlikely(test_bit(SCST_CMD_F_HANDLER_BACK, &cmd->flags)))
		return buffer_back(cmd);
	ret = buffer_of_driver(cmd);
	if (ret > 0)
		ret = buffer_of_handler(cmd);
	if (ret == SCST_BUF_PARKED)
		return SCST_CMD_PARKED;
	if (ret > 0 && buffer_too_long(cmd))
		return buffer_fail(cmd, true);
	if (ret > 0)
		ret = buffer_of_core(cmd, atomic ? GFP_ATOMIC : GFP_NOIO);
	if (ret && atomic)
		return scst_cmd_to_thread(cmd);
	if (ret)
		return buffer_fail(cmd, false);
	return buffer_ready(cmd);
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

int scst_get_buf_next(struct scst_cmd *cmd, u8 **buf)
{
	struct scatterlist *sg = cmd->buf_sg;
	u32 len;

	if (!cmd->buf_left || !sg)
		return 0;
	if (PageHighMem(sg_page(sg)))
		return -EINVAL;
	len = min(sg->length, cmd->buf_left);
	*buf = sg_virt(sg);
	cmd->buf_left -= len;
	cmd->buf_sg = sg_next(sg);
	return len;
}
SCST_EXPORT(scst_get_buf_next);

int scst_get_buf_first(struct scst_cmd *cmd, u8 **buf)
{
	cmd->buf_sg = cmd->sg;
	cmd->buf_left = cmd->bufflen;
	return scst_get_buf_next(cmd, buf);
}
SCST_EXPORT(scst_get_buf_first);

int scst_buffers_init(void)
{
	cmd_pool = sgv_pool_create("sgv", true);
	if (IS_ERR(cmd_pool))
		return PTR_ERR(cmd_pool);
	cmd_pool_pages = sgv_pool_create("sgv-page", false);
	if (!IS_ERR(cmd_pool_pages))
		return 0;
	sgv_pool_destroy(cmd_pool);
	return PTR_ERR(cmd_pool_pages);
}

void scst_buffers_exit(void)
{
	sgv_pool_destroy(cmd_pool_pages);
	sgv_pool_destroy(cmd_pool);
}
