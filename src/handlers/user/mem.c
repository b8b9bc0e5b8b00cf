// SPDX-License-Identifier: GPL-2.0
/*
 * The buffer of a command: one that is kept from earlier ones, one that the program
 * is asked for (ALLOC_MEM), or, for Data-In, one that comes with the data.
 */
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "user.h"
#include "write_same.h"

bool user_mem_reused(const struct user_dev *dev, u8 direction)
{
	u8 type = READ_ONCE(dev->opt.memory_reuse_type);

	if (direction == SCST_DATA_READ)
		return type & SCST_USER_MEM_REUSE_READ;
	return direction == SCST_DATA_WRITE && type & SCST_USER_MEM_REUSE_WRITE;
}

/**
 * user_mem_is_direct() - shall the driver have the program's own pages?
 * @cmd: the command, without a buffer
 * @alloc_len: of the buffer
 *
 * Not if it wants entries of a page and they may be longer, or if there might be more of
 * them than it takes.
 */
bool user_mem_is_direct(const struct scst_cmd *cmd, u32 alloc_len)
{
	const struct scst_tgt_template *tgtt = cmd->sess->tgt->tgtt;
	const struct user_dev *dev = cmd->dev->dh_priv;

	return !(tgtt->no_clustering && dev->cache->clustered) &&
	       (!tgtt->sg_tablesize ||
		DIV_ROUND_UP(alloc_len, PAGE_SIZE) + 1 <= tgtt->sg_tablesize);
}

/* A kept one. */
bool user_mem_get(struct user_cmd *ucmd)
{
	struct user_dev *dev = ucmd->req.dev;

	if (!user_mem_reused(dev, ucmd->direction))
		return false;
	ucmd->buf = user_cache_take(dev, ucmd->alloc_len);
	if (!ucmd->buf)
		return false;
	ucmd->addr = ucmd->buf->addr;
	return true;
}

/**
 * user_mem_accept() - the program has brought a buffer
 * @ucmd: the command
 * @addr: where it is
 *
 * Return: 0; -EINVAL: it can't be one; -ENOMEM.
 */
int user_mem_accept(struct user_cmd *ucmd, u64 addr)
{
	struct user_dev *dev = ucmd->req.dev;
	bool reused = user_mem_reused(dev, ucmd->direction);
	int order = reused ? user_cache_order(dev->cache, ucmd->alloc_len) : -1;

	if (!addr || !access_ok(u64_to_user_ptr(addr), ucmd->alloc_len))
		return -EINVAL;
	if (reused && offset_in_page(addr))
		return -EINVAL;
	if (reused || ucmd->own_sg) {
		ucmd->buf = user_buf_alloc(dev, addr, ucmd->alloc_len, order,
					   GFP_NOIO);
		if (!ucmd->buf)
			return -ENOMEM;
	}
	ucmd->addr = addr;
	/* Those that follow in its place aren't in the program's context. */
	return order >= 0 ? user_buf_pin(ucmd->buf, true) : 0;
}

/* The driver gets the pages. 0 or -errno. */
int user_mem_pin(struct user_cmd *ucmd, struct scst_cmd *cmd)
{
	struct user_buf *buf = ucmd->buf;
	int ret;

	if (!buf->pages) {
		ret = user_buf_pin(buf, ucmd->direction == SCST_DATA_WRITE);
		if (ret)
			return ret;
	}
	scst_cmd_set_data_buf(cmd, buf->table.sgl, buf->table.nents);
	return 0;
}

/* Neither the core nor the program uses it any more. */
void user_mem_put(struct user_cmd *ucmd, bool may_sleep)
{
	struct user_buf *buf = ucmd->buf;

	if (!buf)
		return;
	ucmd->buf = NULL;
	ucmd->cached = buf->order >= 0 && buf->pages;
	if (ucmd->cached)
		user_cache_give(ucmd->req.dev, buf);
	else
		user_buf_free(buf, ucmd->dirty, may_sleep);
}

/* ---- ALLOC_MEM ---- */

static bool alloc_give(struct user_req *req, struct scst_user_get_cmd *get)
{
	struct user_cmd *ucmd = user_cmd_of(req);
	struct scst_user_scsi_cmd_alloc_mem *a = &get->alloc_cmd;

	if (!user_cmd_give_check(ucmd))
		return false;
	a->sess_h = ucmd->sess->handle;
	memcpy(a->cdb, ucmd->cdb, min_t(u16, ucmd->cdb_len, sizeof(a->cdb)));
	a->cdb_len = ucmd->cdb_len;
	a->alloc_len = ucmd->alloc_len;
	a->queue_type = ucmd->queue_type;
	a->data_direction = ucmd->direction;
	a->sn = req->handle;
	return true;
}

/* It has a buffer: the driver fetches Data-Out, or the program gets it. */
static void alloc_go_on(struct user_cmd *ucmd)
{
	user_req_idle(&ucmd->req);
	if (ucmd->phase == USER_PHASE_BUFFER || (!ucmd->cmd && !ucmd->parent)) {
		user_cmd_answered(ucmd, SCST_CONTEXT_DIRECT);
		return;
	}
	/* The reference of this request becomes that of the next one. */
	if (!user_req_queue(&ucmd->req, &user_sub_exec))
		user_cmd_drop(&ucmd->req);
}

/* No buffer, no command. */
static int alloc_failed(struct user_cmd *ucmd, u64 addr, int ret)
{
	struct scst_cmd *cmd = user_cmd_claim(ucmd);

	user_req_idle(&ucmd->req);
	if (ucmd->parent)
		user_ws_written(ucmd, false);
	if (cmd && !addr) {
		scst_set_busy(cmd);
		ret = 0;
	} else if (cmd) {
		scst_warn_rl("device %s: the program's buffer for command %02x can't be used (error %d): HARDWARE ERROR\n",
			     cmd->dev->name, cmd->cdb[0], ret);
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_hardw_error));
	}
	if (cmd)
		user_cmd_resume(cmd, ucmd->phase, SCST_CONTEXT_DIRECT);
	user_cmd_put(ucmd, true);
	return ret;
}

/* While the request is busy nobody ends the command; it may have ended before. */
static int alloc_pin(struct user_cmd *ucmd)
{
	return ucmd->cmd ? user_mem_pin(ucmd, ucmd->cmd) : 0;
}

static int alloc_reply(struct user_req *req,
		       const struct scst_user_reply_cmd *reply)
{
	struct user_cmd *ucmd = user_cmd_of(req);
	u64 addr = reply->alloc_reply.pbuf;
	int ret = user_mem_accept(ucmd, addr);

	if (!ret && ucmd->phase == USER_PHASE_BUFFER)
		ret = alloc_pin(ucmd);
	if (unlikely(ret))
		return alloc_failed(ucmd, addr, ret);
	alloc_go_on(ucmd);
	return 0;
}

const struct user_sub user_sub_alloc = {
	.code = SCST_USER_ALLOC_MEM,
	.size = sizeof(struct scst_user_scsi_cmd_alloc_mem),
	.give = alloc_give,
	.reply = alloc_reply,
	.drop = user_cmd_drop,
};
