// SPDX-License-Identifier: GPL-2.0
/*
 * Commands as the target driver sees them: submitted by the file, then callbacks
 * that do what the command's options say. Each command leaves one line at its
 * end: "done" (a response was sent), "aborted" (none may be sent) or "dropped"
 * (the core gave it up without asking for a response).
 */
#include <linux/slab.h>

#include "testtgt.h"

static DEFINE_SPINLOCK(tt_cmds_lock);	/* any context */
static LIST_HEAD(tt_cmds);		/* struct tt_cmd.entry */

static const char *const context_names[] = {
	[SCST_CONTEXT_DIRECT]		= "direct",
	[SCST_CONTEXT_BLOCK]		= "block",
	[SCST_CONTEXT_DIRECT_ATOMIC]	= "atomic",
	[SCST_CONTEXT_TASKLET]		= "tasklet",
	[SCST_CONTEXT_THREAD]		= "thread",
	[SCST_CONTEXT_SAME]		= "same",
};

/* The test's view of a command, or NULL: it came through another driver. */
struct tt_cmd *tt_cmd_of(const struct scst_cmd *cmd)
{
	if (cmd->sess->tgt->tgtt->xmit_response != tt_xmit_response)
		return NULL;
	return scst_cmd_get_tgt_priv(cmd);
}

bool tt_cmds_idle(void)
{
	return list_empty_careful(&tt_cmds);
}

static void trace(const struct tt_cmd *tc, const char *what)
{
	if (tc->o.verbose)
		tt_log("%s %llu %s", what, tc->tag,
		       context_names[tc->cmd->context]);
}

static u32 back_context(const struct tt_cmd *tc)
{
	return tc->o.back ? tc->o.back - 1 : SCST_CONTEXT_SAME;
}

/* ---- the end ---- */

static void log_sense(char *buf, size_t size, const u8 *s, unsigned int len)
{
	if (len >= 14 && (s[0] & 0x7e) == 0x70)
		snprintf(buf, size, "%x/%02x/%02x", s[2] & 0xf, s[12], s[13]);
	else if (len >= 8 && (s[0] & 0x7e) == 0x72)
		snprintf(buf, size, "%x/%02x/%02x", s[1] & 0xf, s[2], s[3]);
	else
		strscpy(buf, "-", size);
}

static void log_buffer(const struct tt_cmd *tc)
{
	struct scst_cmd *cmd = tc->cmd;
	unsigned int len = scst_cmd_get_sense_buffer_len(cmd);
	u8 buf[128];

	if (len)
		tt_log_hex("sense", tc->tag, scst_cmd_get_sense_buffer(cmd), len);
	len = scst_cmd_get_resp_data_len(cmd);
	if (!len || scst_cmd_get_data_direction(cmd) != SCST_DATA_READ)
		return;
	len = sg_copy_to_buffer(scst_cmd_get_sg(cmd), scst_cmd_get_sg_cnt(cmd),
				buf, min_t(size_t, len, sizeof(buf)));
	tt_log_hex("data", tc->tag, buf, len);
}

static void log_end(struct tt_cmd *tc)
{
	struct scst_cmd *cmd = tc->cmd;
	char sense[16];

	tc->ended = true;
	if (scst_cmd_aborted(cmd)) {
		tt_log("aborted %llu", tc->tag);
		return;
	}
	if (tc->o.show)
		log_buffer(tc);
	if (tc->o.segments)
		tt_log("segments %llu %d", tc->tag, scst_cmd_get_sg_cnt(cmd));
	log_sense(sense, sizeof(sense), scst_cmd_get_sense_buffer(cmd),
		  scst_cmd_get_sense_buffer_len(cmd));
	tt_log("done %llu %02x %s %lld %u", tc->tag, scst_cmd_get_status(cmd),
	       sense, scst_cmd_get_residual(cmd),
	       scst_cmd_get_resp_data_len(cmd));
}

/* ---- callbacks ---- */

static void hold(struct tt_cmd *tc, enum tt_held where)
{
	unsigned long flags;

	spin_lock_irqsave(&tt_cmds_lock, flags);
	tc->held[where] = true;
	spin_unlock_irqrestore(&tt_cmds_lock, flags);
}

static void tgt_cmd_done(struct scst_cmd *cmd, u32 context)
{
	unsigned long flags = tt_context_enter(context);

	scst_tgt_cmd_done(cmd, context);
	tt_context_leave(context, flags);
}

int tt_xmit_response(struct scst_cmd *cmd)
{
	struct tt_cmd *tc = tt_cmd_of(cmd);
	u32 back = back_context(tc);

	trace(tc, "xmit");
	if (tc->o.xmit_thread && cmd->context != SCST_CONTEXT_THREAD)
		return SCST_TGT_RES_NEED_THREAD_CTX;
	if (tc->o.xmit_full && !READ_ONCE(tt_exiting)) {
		tc->o.xmit_full--;
		return SCST_TGT_RES_QUEUE_FULL;
	}
	if (tc->o.xmit_fail)
		return SCST_TGT_RES_FATAL_ERROR;

	log_end(tc);
	if (tc->o.undelivered)
		scst_set_delivery_status(cmd, false);
	if (tc->o.xmit == TT_HOLD && !READ_ONCE(tt_exiting)) {
		hold(tc, TT_IN_XMIT);
		return SCST_TGT_RES_SUCCESS;
	}
	tgt_cmd_done(cmd, back);
	return SCST_TGT_RES_SUCCESS;
}

static void rx_answer(struct tt_cmd *tc, u32 status, u32 context)
{
	struct scst_cmd *cmd = tc->cmd;
	unsigned long flags;

	if (status == SCST_RX_STATUS_ERROR_SENSE_SET)
		scst_set_cmd_error(cmd, 0xb, 0x08, 0x01);
	flags = tt_context_enter(context);
	scst_rx_data(cmd, status, context);
	tt_context_leave(context, flags);
}

static void put_data_out(struct tt_cmd *tc)
{
	struct scatterlist *sg = scst_cmd_get_sg(tc->cmd);
	u32 len = scst_cmd_get_bufflen(tc->cmd);
	int n = scst_cmd_get_sg_cnt(tc->cmd);

	sg_zero_buffer(sg, n, len, 0);
	sg_copy_from_buffer(sg, n, tc->o.data, min(len, tc->o.data_len));
}

int tt_rdy_to_xfer(struct scst_cmd *cmd)
{
	struct tt_cmd *tc = tt_cmd_of(cmd);

	trace(tc, "rdy");
	if (tc->o.rdy_thread && cmd->context != SCST_CONTEXT_THREAD)
		return SCST_TGT_RES_NEED_THREAD_CTX;
	if (tc->o.rdy_full && !READ_ONCE(tt_exiting)) {
		tc->o.rdy_full--;
		return SCST_TGT_RES_QUEUE_FULL;
	}
	if (tc->o.rdy_fail)
		return SCST_TGT_RES_FATAL_ERROR;

	put_data_out(tc);
	if (tc->o.rx == TT_HOLD && !READ_ONCE(tt_exiting))
		hold(tc, TT_IN_RX);
	else
		rx_answer(tc, tc->o.rx && tc->o.rx != TT_HOLD ? tc->o.rx - 1 :
			  SCST_RX_STATUS_SUCCESS, back_context(tc));
	return SCST_TGT_RES_SUCCESS;
}

enum scst_preprocess_status tt_pre_exec(struct scst_cmd *cmd)
{
	struct tt_cmd *tc = tt_cmd_of(cmd);
	u32 ret = tc->o.pre && tc->o.pre != TT_HOLD ? tc->o.pre - 1 :
		  SCST_PREPROCESS_STATUS_SUCCESS;

	trace(tc, "pre");
	if (ret == SCST_PREPROCESS_STATUS_NEED_THREAD)
		tc->o.pre = 0;
	if (ret == SCST_PREPROCESS_STATUS_ERROR_SENSE_SET)
		scst_set_cmd_error(cmd, 0xb, 0x08, 0x01);
	return ret;
}

static int buffer_make(struct tt_cmd *tc, u32 len, gfp_t gfp)
{
	len = max(len, 1u);
	tc->buf = kzalloc(len, gfp);
	if (!tc->buf)
		return -ENOMEM;
	sg_init_one(tc->sg, tc->buf, len);
	return 0;
}

int tt_alloc_data_buf(struct scst_cmd *cmd)
{
	struct tt_cmd *tc = tt_cmd_of(cmd);
	bool atomic = cmd->context == SCST_CONTEXT_DIRECT_ATOMIC;
	u32 len = scst_cmd_get_bufflen(cmd);

	trace(tc, "alloc");
	if (tc->o.alloc == TT_ALLOC_CORE)
		return 1;
	if (tc->o.alloc == TT_ALLOC_FAIL ||
	    (tc->o.alloc == TT_ALLOC_THREAD && atomic) ||
	    buffer_make(tc, len, atomic ? GFP_ATOMIC : GFP_NOIO))
		return -ENOMEM;
	scst_cmd_set_data_buf(cmd, tc->sg, 1);
	return 0;
}

static void restart_answer(struct tt_cmd *tc, u32 status, u32 context)
{
	struct scst_cmd *cmd = tc->cmd;
	unsigned long flags;

	if (scst_cmd_get_data_direction(cmd) == SCST_DATA_WRITE &&
	    scst_cmd_get_bufflen(cmd))
		put_data_out(tc);
	if (status == SCST_PREPROCESS_STATUS_ERROR_SENSE_SET)
		scst_set_cmd_error(cmd, 0xb, 0x08, 0x01);
	flags = tt_context_enter(context);
	scst_restart_cmd(cmd, status, context);
	tt_context_leave(context, flags);
}

void tt_preprocessing_done(struct scst_cmd *cmd)
{
	struct tt_cmd *tc = tt_cmd_of(cmd);

	trace(tc, scst_cmd_ended(cmd) ? "prep_failed" : "prep");
	if (tc->o.two == TT_HOLD && !READ_ONCE(tt_exiting))
		hold(tc, TT_IN_PREPROCESS);
	else
		restart_answer(tc, tc->o.two == TT_HOLD ?
			       SCST_PREPROCESS_STATUS_SUCCESS : tc->o.two - 1,
			       back_context(tc));
}

void tt_on_free_cmd(struct scst_cmd *cmd)
{
	struct tt_cmd *tc = tt_cmd_of(cmd);
	unsigned long flags;

	trace(tc, "free");
	if (!tc->ended)
		tt_log("dropped %llu", tc->tag);
	spin_lock_irqsave(&tt_cmds_lock, flags);
	list_del(&tc->entry);
	spin_unlock_irqrestore(&tt_cmds_lock, flags);
	kfree(tc->buf);
	kfree(tc);
	wake_up_all(&tt_wait);
}

/* ---- commands of the file ---- */

static struct tt_cmd *held_take(u64 tag, enum tt_held where)
{
	struct tt_cmd *tc;

	spin_lock_irq(&tt_cmds_lock);
	list_for_each_entry(tc, &tt_cmds, entry) {
		if (!tc->held[where] ||
		    (tc->tag != tag && !READ_ONCE(tt_exiting)))
			continue;
		tc->held[where] = false;
		spin_unlock_irq(&tt_cmds_lock);
		return tc;
	}
	spin_unlock_irq(&tt_cmds_lock);
	return NULL;
}

/* At the end, with tt_exiting: nothing is held any more. */
void tt_cmds_let_go(void)
{
	struct tt_cmd *tc;

	while ((tc = held_take(0, TT_IN_PREPROCESS)))
		restart_answer(tc, SCST_PREPROCESS_STATUS_SUCCESS,
			       SCST_CONTEXT_DIRECT);
	while ((tc = held_take(0, TT_IN_RX)))
		rx_answer(tc, SCST_RX_STATUS_SUCCESS, SCST_CONTEXT_DIRECT);
	while ((tc = held_take(0, TT_IN_XMIT)))
		scst_tgt_cmd_done(tc->cmd, SCST_CONTEXT_DIRECT);
}

/* rx TAG STATUS [CONTEXT] */
int tt_rx(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	u32 status, context = SCST_CONTEXT_DIRECT;
	struct tt_cmd *tc;
	u64 tag;

	if (tt_parse_num(ctx, argv[0], U64_MAX, &tag) ||
	    tt_parse_rx(ctx, argv[1], &status) ||
	    (argc == 3 && tt_parse_context(ctx, argv[2], &context)))
		return -EINVAL;
	tc = status == TT_HOLD ? NULL : held_take(tag, TT_IN_RX);
	if (!tc)
		return scst_proc_refuse(ctx, -EINVAL, argv[0], "not held");
	rx_answer(tc, status - 1, context);
	return 0;
}

/* restart TAG STATUS [CONTEXT] */
int tt_restart(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	u32 status, context = SCST_CONTEXT_DIRECT;
	struct tt_cmd *tc;
	u64 tag;

	if (tt_parse_num(ctx, argv[0], U64_MAX, &tag) ||
	    tt_parse_preprocess(ctx, argv[1], &status) ||
	    (argc == 3 && tt_parse_context(ctx, argv[2], &context)))
		return -EINVAL;
	tc = status == TT_HOLD ? NULL : held_take(tag, TT_IN_PREPROCESS);
	if (!tc)
		return scst_proc_refuse(ctx, -EINVAL, argv[0], "not held");
	restart_answer(tc, status - 1, context);
	return 0;
}

/* find SESSION TAG: for commands that the test holds. */
int tt_find(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	struct tt_sess *ts = tt_sess_get(ctx, argv[0]);
	struct scst_cmd *cmd;
	u64 tag;

	if (!ts)
		return -EINVAL;
	if (tt_parse_num(ctx, argv[1], U64_MAX, &tag)) {
		tt_sess_put(ts);
		return -EINVAL;
	}
	cmd = scst_find_cmd_by_tag(ts->sess, tag);
	if (cmd)
		tt_log("found %llu", scst_cmd_get_tag(cmd));
	else
		tt_log("no %llu", tag);
	tt_sess_put(ts);
	return 0;
}

/* sent TAG [CONTEXT] */
int tt_sent(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	u32 context = SCST_CONTEXT_DIRECT;
	struct tt_cmd *tc;
	u64 tag;

	if (tt_parse_num(ctx, argv[0], U64_MAX, &tag) ||
	    (argc == 2 && tt_parse_context(ctx, argv[1], &context)))
		return -EINVAL;
	tc = held_take(tag, TT_IN_XMIT);
	if (!tc)
		return scst_proc_refuse(ctx, -EINVAL, argv[0], "not held");
	tgt_cmd_done(tc->cmd, context);
	return 0;
}

/* What a command says before its options. */
struct submission {
	u64 lun;
	u64 tag;
	u32 attr;
	u32 context;
	u32 cdb_len;
	u8 cdb[64];
};

static int lend_buffer(struct tt_cmd *tc)
{
	u32 len = max(tc->o.in, tc->o.out);

	if (!tc->o.lend)
		return 0;
	if (buffer_make(tc, len, GFP_KERNEL))
		return -ENOMEM;
	memcpy(tc->buf, tc->o.data, min(len, tc->o.data_len));
	return 0;
}

static int cmd_start(struct tt_cmd *tc, struct tt_sess *ts,
		     const struct submission *s, const u8 *cdb, u32 cdb_len)
{
	u8 lun[8] = { s->lun < 256 ? 0 : 0x40 | s->lun >> 8, s->lun };
	bool atomic = s->context == SCST_CONTEXT_DIRECT_ATOMIC;
	unsigned long flags;

	if (!tc->o.core_mem) {
		tc->cmd = &tc->own;
		return scst_cmd_init(tc->cmd, ts->sess, lun, sizeof(lun),
				     cdb, cdb_len);
	}
	flags = tt_context_enter(s->context);
	tc->cmd = scst_rx_cmd(ts->sess, lun, sizeof(lun), cdb, cdb_len, atomic);
	tt_context_leave(s->context, flags);
	return tc->cmd ? 0 : -ENOMEM;
}

static int cmd_start_long(struct tt_cmd *tc, struct tt_sess *ts,
			  const struct submission *s)
{
	u8 *cdb = kmalloc(tc->o.cdb, GFP_KERNEL);
	u32 i;
	int ret;

	if (!cdb)
		return -ENOMEM;
	for (i = 0; i < tc->o.cdb; i++)
		cdb[i] = i < s->cdb_len ? s->cdb[i] : i;
	ret = cmd_start(tc, ts, s, cdb, tc->o.cdb);
	kfree(cdb);
	return ret;
}

static void cmd_set_up(struct tt_cmd *tc, const struct submission *s)
{
	struct scst_cmd *cmd = tc->cmd;

	tc->tag = s->tag;
	scst_cmd_set_tgt_priv(cmd, tc);
	scst_cmd_set_tag(cmd, s->tag);
	scst_cmd_set_queue_type(cmd, s->attr);
	if (tc->o.in)
		scst_cmd_set_expected(cmd, SCST_DATA_READ, tc->o.in);
	else if (tc->o.out)
		scst_cmd_set_expected(cmd, SCST_DATA_WRITE, tc->o.out);
	else if (!tc->o.noexpect)
		scst_cmd_set_expected(cmd, SCST_DATA_NONE, 0);
	if (tc->o.lend)
		scst_cmd_lend_sg(cmd, tc->sg, 1);
	spin_lock_irq(&tt_cmds_lock);
	list_add_tail(&tc->entry, &tt_cmds);
	spin_unlock_irq(&tt_cmds_lock);
}

static int cmd_submit(struct tt_cmd *tc, struct tt_sess *ts,
		      const struct submission *s)
{
	u32 real = tc->o.lie ? SCST_CONTEXT_DIRECT_ATOMIC : s->context;
	unsigned long flags;
	int ret;

	ret = lend_buffer(tc);
	if (!ret && tc->o.cdb)
		ret = cmd_start_long(tc, ts, s);
	else if (!ret)
		ret = cmd_start(tc, ts, s, s->cdb, s->cdb_len);
	if (ret)
		return ret;
	cmd_set_up(tc, s);
	flags = tt_context_enter(real);
	if (tc->o.two)
		scst_cmd_init_stage1_done(tc->cmd, s->context);
	else
		scst_cmd_init_done(tc->cmd, s->context);
	tt_context_leave(real, flags);
	return 0;
}

/* SESSION LUN TAG ATTR CONTEXT CDB [OPTION...] */
int tt_cmd(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	struct tt_cmd *tc = kzalloc(sizeof(*tc), GFP_KERNEL);
	struct submission s = { };
	struct tt_sess *ts;
	int ret = -EINVAL;

	if (!tc)
		return -ENOMEM;
	if (tt_parse_num(ctx, argv[1], SCST_MAX_LUNS - 1, &s.lun) ||
	    tt_parse_num(ctx, argv[2], U64_MAX, &s.tag) ||
	    tt_parse_attr(ctx, argv[3], &s.attr) ||
	    tt_parse_context(ctx, argv[4], &s.context) ||
	    tt_parse_hex(ctx, argv[5], s.cdb, sizeof(s.cdb), &s.cdb_len) ||
	    tt_opts_parse(ctx, argc - 6, argv + 6, &tc->o))
		goto err_free;
	ts = tt_sess_get(ctx, argv[0]);
	if (!ts)
		goto err_free;
	ret = cmd_submit(tc, ts, &s);
	tt_sess_put(ts);
	if (!ret)
		return 0;
	scst_proc_refuse(ctx, ret, argv[0], "not taken: error %d", ret);
err_free:
	kfree(tc->buf);
	kfree(tc);
	return ret;
}
