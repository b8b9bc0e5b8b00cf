// SPDX-License-Identifier: GPL-2.0
/*
 * WRITE SAME that the program wants as WRITEs of its own: it gets them one after the
 * other, with the block repeated, each with a handle of its own.
 */
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <scsi/scsi_proto.h>

#include "write_same.h"

#define USER_WS_CHUNK		(64 * 1024)	/* bytes of one WRITE, at most */
#define USER_WS_SA_32		0x000d

/**
 * struct user_ws - a WRITE SAME that is carried out
 * @parent: the command, with the program's reference
 * @list: ranges of blocks
 * @count: their number
 * @next: the first one that isn't all written
 * @done: blocks of it that are
 * @failed: a WRITE has
 * @block: bytes of a logical block
 * @pattern: the block, repeated to fill @pattern_len
 * @pattern_len: bytes there
 */
struct user_ws {
	struct user_cmd *parent;
	struct scst_user_data_descriptor *list;
	unsigned int count;
	unsigned int next;
	u64 done;
	bool failed;
	u32 block;
	u32 pattern_len;
	u8 *pattern;
};

static bool cmd_is_write_same(const struct user_cmd *ucmd)
{
	switch (ucmd->cdb[0]) {
	case WRITE_SAME:
	case WRITE_SAME_16:
		return true;
	case VARIABLE_LENGTH_CMD:
		return get_unaligned_be16(&ucmd->cdb[8]) == USER_WS_SA_32;
	}
	return false;
}

static void ws_free(struct user_ws *ws)
{
	kvfree(ws->list);
	kvfree(ws->pattern);
	kfree(ws);
}

/* All ranges are inside of what the initiator has asked for, and add up to no more. */
static bool ws_list_is_valid(const struct user_ws *ws)
{
	const struct user_cmd *ucmd = ws->parent;
	u64 blocks = ucmd->data_len / ws->block, sum = 0;
	unsigned int i;

	for (i = 0; i < ws->count; i++) {
		u64 lba = ws->list[i].usdd_lba, n = ws->list[i].usdd_blocks;

		if (lba < ucmd->lba || n > blocks ||
		    lba - ucmd->lba > blocks - n)
			return false;
		sum += n;
	}
	return sum <= blocks;
}

static int ws_get_list(struct user_ws *ws, u64 list, u16 len)
{
	struct user_cmd *ucmd = ws->parent;

	if (len % sizeof(*ws->list))
		return -EINVAL;
	ws->count = max_t(unsigned int, len / sizeof(*ws->list), 1);
	ws->list = kvcalloc(ws->count, sizeof(*ws->list), GFP_KERNEL);
	if (!ws->list)
		return -ENOMEM;
	if (!len) {
		ws->list[0].usdd_lba = ucmd->lba;
		ws->list[0].usdd_blocks = ucmd->data_len / ws->block;
	} else if (copy_from_user(ws->list, u64_to_user_ptr(list), len)) {
		return -EFAULT;
	}
	return ws_list_is_valid(ws) ? 0 : -EINVAL;
}

static int ws_get_pattern(struct user_ws *ws, struct scst_cmd *cmd)
{
	u32 off;

	ws->pattern_len = max_t(u32, ws->block, PAGE_SIZE);
	ws->pattern = kvzalloc(ws->pattern_len, GFP_KERNEL);
	if (!ws->pattern)
		return -ENOMEM;
	if (!cmd->bufflen)
		return 0;	/* NDOB: zeros */
	if (cmd->bufflen < ws->block ||
	    sg_copy_to_buffer(cmd->sg, cmd->sg_cnt, ws->pattern, ws->block) !=
	    ws->block)
		return -EINVAL;
	for (off = ws->block; off < ws->pattern_len; off += ws->block)
		memcpy(ws->pattern + off, ws->pattern, ws->block);
	return 0;
}

/* ---- one WRITE after the other ---- */

static void ws_end(struct user_ws *ws)
{
	struct user_cmd *ucmd = ws->parent;
	struct scst_cmd *cmd = user_cmd_claim(ucmd);

	if (cmd && ws->failed)
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_medium_write_error));
	ucmd->ws = NULL;
	ws_free(ws);
	if (cmd)
		scst_cmd_done(cmd, SCST_CONTEXT_THREAD);
	user_cmd_put(ucmd, true);
}

static u32 ws_chunk(const struct user_ws *ws)
{
	u64 left = ws->list[ws->next].usdd_blocks - ws->done;

	return min_t(u64, left, max_t(u32, USER_WS_CHUNK / ws->block, 1));
}

static void ws_set_write(struct user_ws *ws, struct user_cmd *child)
{
	struct user_dev *dev = child->req.dev;
	u32 blocks = ws_chunk(ws);

	child->parent = ws->parent;
	child->direction = SCST_DATA_WRITE;
	child->queue_type = SCST_CMD_QUEUE_SIMPLE;
	child->lba = ws->list[ws->next].usdd_lba + ws->done;
	child->bufflen = blocks * ws->block;
	child->data_len = child->bufflen;
	child->cdb_len = 16;
	child->cdb[0] = WRITE_16;
	put_unaligned_be64(child->lba, &child->cdb[2]);
	put_unaligned_be32(blocks, &child->cdb[10]);
	child->alloc_len = user_mem_reused(dev, SCST_DATA_WRITE) ?
			   user_cache_len(dev->cache, child->bufflen) :
			   child->bufflen;
}

static bool ws_write(struct user_ws *ws)
{
	struct user_cmd *child;
	bool asked;

	child = user_cmd_alloc(ws->parent->req.dev, ws->parent->sess, GFP_NOIO);
	if (!child)
		return false;
	ws_set_write(ws, child);
	asked = user_cmd_ask(child, user_mem_get(child) ? &user_sub_exec :
							  &user_sub_alloc,
			     USER_PHASE_EXEC);
	user_cmd_put(child, true);	/* there is no command of the core's */
	return asked;
}

/* The initiator doesn't want it any more, or has its answer. */
static bool ws_is_aborted(struct user_ws *ws)
{
	struct user_dev *dev = ws->parent->req.dev;
	struct scst_cmd *cmd;
	bool aborted;

	spin_lock_irq(&dev->lock);
	cmd = ws->parent->cmd;
	aborted = !cmd || scst_cmd_must_end(cmd);
	spin_unlock_irq(&dev->lock);
	return aborted;
}

static void ws_next(struct user_ws *ws)
{
	while (ws->next < ws->count &&
	       ws->done == ws->list[ws->next].usdd_blocks) {
		ws->next++;
		ws->done = 0;
	}
	if (!ws->failed && ws->next < ws->count && !ws_is_aborted(ws)) {
		if (ws_write(ws))
			return;
		ws->failed = true;
	}
	ws_end(ws);
}

/**
 * user_ws_written() - a WRITE has ended
 * @child: the WRITE; its parent must not be looked at afterwards
 * @good: it was
 */
void user_ws_written(struct user_cmd *child, bool good)
{
	struct user_ws *ws = child->parent->ws;

	ws->failed |= !good;
	ws->done += child->bufflen / ws->block;
	ws_next(ws);
}

/* Its data. False: the program's buffer is none. */
bool user_ws_fill(struct user_cmd *child)
{
	struct user_ws *ws = child->parent->ws;
	u32 off, n;

	for (off = 0; off < child->bufflen; off += n) {
		n = min(ws->pattern_len, child->bufflen - off);
		if (copy_to_user(u64_to_user_ptr(child->addr + off), ws->pattern,
				 n))
			return false;
	}
	return true;
}

static int ws_prepare(struct user_ws *ws, struct scst_cmd *cmd, u64 list, u16 len)
{
	int ret = ws_get_list(ws, list, len);

	return ret ?: ws_get_pattern(ws, cmd);
}

/**
 * user_ws_start() - SCST_EXEC_REPLY_DO_WRITE_SAME
 * @ucmd: the command, busy
 * @list: where the program has its struct scst_user_data_descriptor
 * @len: bytes there; 0: all blocks of the command
 *
 * Return: 0; an error: nothing has happened, the program may answer otherwise.
 */
int user_ws_start(struct user_cmd *ucmd, u64 list, u16 len)
{
	struct scst_cmd *cmd = ucmd->cmd;	/* busy: nobody ends it now */
	struct user_ws *ws;
	int ret;

	if (!cmd_is_write_same(ucmd) || ucmd->background)
		return -EINVAL;
	if (!cmd) {
		user_req_idle(&ucmd->req);
		user_cmd_put(ucmd, true);
		return 0;
	}
	ws = kzalloc(sizeof(*ws), GFP_KERNEL);
	if (!ws)
		return -ENOMEM;
	ws->parent = ucmd;
	ws->block = 1 << cmd->dev->block_shift;
	ret = ws_prepare(ws, cmd, list, len);
	if (ret) {
		ws_free(ws);
		return ret;
	}
	ucmd->ws = ws;
	user_req_idle(&ucmd->req);
	ws_next(ws);
	return 0;
}
