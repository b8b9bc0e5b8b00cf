// SPDX-License-Identifier: GPL-2.0
/* EXEC: the program carries a command out. */
#include <scsi/scsi_proto.h>

#include "user.h"
#include "write_same.h"

#define USER_EXEC_TIMEOUT	60	/* seconds that programs are told */

/* Data-Out goes into the program's memory, where the core has its own. */
static bool exec_send_data(struct user_cmd *ucmd)
{
	struct scst_cmd *cmd = ucmd->cmd;

	if (ucmd->parent)
		return user_ws_fill(ucmd);
	if (ucmd->own_sg || cmd->data_direction != SCST_DATA_WRITE ||
	    !cmd->bufflen)
		return true;
	return user_copy_to_program(cmd, ucmd->addr, cmd->bufflen);
}

static bool exec_give(struct user_req *req, struct scst_user_get_cmd *get)
{
	struct user_cmd *ucmd = user_cmd_of(req);
	struct scst_user_scsi_cmd_exec *e = &get->exec_cmd;

	if (!user_cmd_give_check(ucmd))
		return false;
	if (unlikely(!exec_send_data(ucmd))) {
		user_cmd_bad_buffer(ucmd);
		return false;
	}
	if (ucmd->direction == SCST_DATA_WRITE)
		ucmd->dirty = true;
	e->sess_h = ucmd->sess->handle;
	memcpy(e->cdb, ucmd->cdb, min_t(u16, ucmd->cdb_len, sizeof(e->cdb)));
	e->cdb_len = ucmd->cdb_len;
	e->lba = ucmd->lba;
	e->data_len = ucmd->data_len;
	e->bufflen = ucmd->bufflen;
	e->alloc_len = ucmd->bufflen ? ucmd->alloc_len : 0;
	e->pbuf = ucmd->addr;
	e->queue_type = ucmd->queue_type;
	e->data_direction = ucmd->direction;
	e->timeout = USER_EXEC_TIMEOUT;
	e->sn = req->handle;
	if (ucmd->parent) {
		e->parent_cmd_h = ucmd->parent->req.handle;
		e->parent_cmd_data_len = min_t(u64, ucmd->parent->data_len,
					       S32_MAX);
	}
	return true;
}

/* Data-In: from the program's memory, or the memory itself. */
static bool exec_take_data(struct user_cmd *ucmd, struct scst_cmd *cmd, u64 addr)
{
	if (!ucmd->addr && user_mem_accept(ucmd, addr))
		return false;
	if (ucmd->own_sg)
		return !user_mem_pin(ucmd, cmd);
	return user_copy_from_program(cmd, ucmd->addr, cmd->resp_data_len);
}

static int exec_result(struct user_cmd *ucmd, struct scst_cmd *cmd,
		       const struct scst_user_scsi_cmd_reply_exec *r)
{
	u32 len = max(r->resp_data_len, 0);

	if (unlikely(r->status))
		user_set_status(cmd, r->status, r->psense_buffer, r->sense_len);
	if (cmd->data_direction != SCST_DATA_READ)
		return 0;
	if (unlikely(r->resp_data_len < 0 || len > cmd->bufflen))
		scst_warn_rl("device %s: the program answers command %02x with %d bytes, there is room for %u\n",
			     cmd->dev->name, cmd->cdb[0], r->resp_data_len,
			     cmd->bufflen);
	scst_set_resp_data_len(cmd, len);
	if (!cmd->resp_data_len || exec_take_data(ucmd, cmd, r->pbuf))
		return 0;
	scst_warn_rl("device %s: the program's buffer for command %02x can't be used: HARDWARE ERROR\n",
		     cmd->dev->name, cmd->cdb[0]);
	scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_hardw_error));
	return -EFAULT;
}

/* Used or not, ON_FREE_CMD names the buffer that came with the answer. */
static void exec_note_buffer(struct user_cmd *ucmd,
			     const struct scst_user_scsi_cmd_reply_exec *r)
{
	if (!ucmd->addr && ucmd->direction == SCST_DATA_READ)
		ucmd->addr = r->pbuf;
}

/* GOOD for the initiator; the program has more to do and answers once more. */
static int exec_background(struct user_cmd *ucmd,
			   const struct scst_user_scsi_cmd_reply_exec *r)
{
	struct scst_cmd *cmd;
	int ret = 0;

	if (ucmd->background || ucmd->parent) {
		user_req_wait(&ucmd->req);
		return -EINVAL;
	}
	cmd = user_cmd_claim(ucmd);
	if (cmd)
		ret = exec_result(ucmd, cmd, r);
	exec_note_buffer(ucmd, r);
	ucmd->background = true;
	user_req_wait(&ucmd->req);
	if (cmd)
		scst_cmd_done(cmd, SCST_CONTEXT_DIRECT);
	return ret;
}

static int exec_completed(struct user_cmd *ucmd,
			  const struct scst_user_scsi_cmd_reply_exec *r)
{
	struct scst_cmd *cmd = user_cmd_claim(ucmd);
	int ret = 0;

	if (cmd)
		ret = exec_result(ucmd, cmd, r);
	exec_note_buffer(ucmd, r);
	user_req_idle(&ucmd->req);
	if (ucmd->parent)
		user_ws_written(ucmd, !r->status);
	if (cmd)
		scst_cmd_done(cmd, SCST_CONTEXT_DIRECT);
	user_cmd_put(ucmd, true);
	return ret;
}

static int exec_reply(struct user_req *req,
		      const struct scst_user_reply_cmd *reply)
{
	const struct scst_user_scsi_cmd_reply_exec *r = &reply->exec_reply;
	struct user_cmd *ucmd = user_cmd_of(req);
	int ret = -EINVAL;

	switch (r->reply_type) {
	case SCST_EXEC_REPLY_BACKGROUND:
		return exec_background(ucmd, r);
	case SCST_EXEC_REPLY_COMPLETED:
		return exec_completed(ucmd, r);
	case SCST_EXEC_REPLY_DO_WRITE_SAME:
		ret = user_ws_start(ucmd, r->ws_descriptors,
				    r->ws_descriptors_len);
		break;
	}
	if (ret)
		user_req_wait(req);
	return ret;
}

const struct user_sub user_sub_exec = {
	.code = SCST_USER_EXEC,
	.size = sizeof(struct scst_user_scsi_cmd_exec),
	.give = exec_give,
	.reply = exec_reply,
	.drop = user_cmd_drop,
};
