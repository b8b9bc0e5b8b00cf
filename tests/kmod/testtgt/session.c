// SPDX-License-Identifier: GPL-2.0
/* Sessions, and task management that comes through them. */
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "testtgt.h"

static LIST_HEAD(tt_sessions);		/* struct tt_sess.entry, under tt_mutex */
static atomic_t tm_running;

static struct tt_sess *__sess_find(const char *name)
{
	struct tt_sess *ts;

	lockdep_assert_held(&tt_mutex);
	list_for_each_entry(ts, &tt_sessions, entry)
		if (!strcmp(ts->name, name))
			return ts;
	return NULL;
}

static void sess_unused(struct kref *kref)
{
	complete(&container_of(kref, struct tt_sess, users)->unused);
}

struct tt_sess *tt_sess_get(struct scst_proc_ctx *ctx, const char *name)
{
	struct tt_sess *ts;

	mutex_lock(&tt_mutex);
	ts = __sess_find(name);
	if (ts)
		kref_get(&ts->users);
	mutex_unlock(&tt_mutex);
	if (!ts)
		scst_proc_refuse(ctx, -EINVAL, name, "no such session");
	return ts;
}

void tt_sess_put(struct tt_sess *ts)
{
	kref_put(&ts->users, sess_unused);
}

/* Takes the name and the target. */
static int sess_reserve(struct scst_proc_ctx *ctx, struct tt_sess *ts,
			const char *target)
{
	int ret = 0;

	mutex_lock(&tt_mutex);
	ts->target = __tt_target_find(target);
	if (!ts->target)
		ret = scst_proc_refuse(ctx, -EINVAL, target, "no such target");
	else if (__sess_find(ts->name))
		ret = scst_proc_refuse(ctx, -EINVAL, ts->name, "name is taken");
	else
		ts->target->nr_sess++;
	mutex_unlock(&tt_mutex);
	return ret;
}

static void sess_free(struct tt_sess *ts)
{
	mutex_lock(&tt_mutex);
	ts->target->nr_sess--;
	mutex_unlock(&tt_mutex);
	kfree(ts);
	wake_up_all(&tt_wait);
}

static void sess_unreg_done(struct scst_session *sess);

/* The core's answer; it may come before the session is on our list. */
static void sess_registered(struct scst_session *sess, void *priv, int result)
{
	struct tt_sess *ts = priv;

	tt_log("registered %s %d", ts->name, result);
	if (!result || !ts->auto_del)
		return;
	wait_for_completion(&ts->published);
	mutex_lock(&tt_mutex);
	list_del(&ts->entry);
	mutex_unlock(&tt_mutex);
	tt_sess_put(ts);
	wait_for_completion(&ts->unused);
	scst_unregister_session(sess, false, sess_unreg_done);
}

static struct tt_sess *sess_alloc(struct scst_proc_ctx *ctx, const char *name)
{
	struct tt_sess *ts = kzalloc(sizeof(*ts), GFP_KERNEL);

	if (!ts)
		return NULL;
	if (strscpy(ts->name, name, sizeof(ts->name)) < 0) {
		scst_proc_refuse(ctx, -EINVAL, name, "too long");
		kfree(ts);
		return NULL;
	}
	kref_init(&ts->users);
	init_completion(&ts->unused);
	init_completion(&ts->published);
	return ts;
}

struct sess_opts {
	const char *name;
	bool async;
	bool atomic;
	bool auto_del;
};

static int sess_parse(struct scst_proc_ctx *ctx, int argc, char **argv,
		      struct sess_opts *o)
{
	int i;

	for (i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "as=", 3))
			o->name = argv[i] + 3;
		else if (!strcmp(argv[i], "async"))
			o->async = true;
		else if (!strcmp(argv[i], "atomic"))
			o->atomic = true;
		else if (!strcmp(argv[i], "auto_del"))
			o->auto_del = true;
		else
			return scst_proc_refuse(ctx, -EINVAL, argv[i],
						"no such option");
	}
	return 0;
}

/* Its name can be used from here on, before the registration is complete. */
static void sess_publish(struct tt_sess *ts)
{
	mutex_lock(&tt_mutex);
	list_add_tail(&ts->entry, &tt_sessions);
	mutex_unlock(&tt_mutex);
}

static int sess_register(struct tt_sess *ts, const char *initiator,
			 const struct sess_opts *o)
{
	u32 context = o->atomic ? SCST_CONTEXT_DIRECT_ATOMIC :
				  SCST_CONTEXT_DIRECT;
	unsigned long flags = tt_context_enter(context);

	ts->sess = scst_register_session(ts->target->tgt, o->atomic, initiator,
					 ts, o->async || o->atomic ?
					 sess_registered : NULL);
	tt_context_leave(context, flags);
	return PTR_ERR_OR_ZERO(ts->sess);
}

/* add_session TARGET INITIATOR [OPTION...] */
int tt_sess_add(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	struct sess_opts o = { .name = argv[1] };
	struct tt_sess *ts;
	int ret = sess_parse(ctx, argc - 2, argv + 2, &o);

	if (ret)
		return ret;
	ts = sess_alloc(ctx, o.name);
	if (!ts)
		return ctx->why[0] ? -EINVAL : -ENOMEM;
	ts->auto_del = o.auto_del;
	ret = sess_reserve(ctx, ts, argv[0]);
	if (ret) {
		kfree(ts);
		return ret;
	}
	ret = sess_register(ts, argv[1], &o);
	if (ret) {
		sess_free(ts);
		return scst_proc_refuse(ctx, ret, argv[1], "the core refuses it");
	}
	sess_publish(ts);
	complete_all(&ts->published);
	return 0;
}

static void sess_unreg_done(struct scst_session *sess)
{
	struct tt_sess *ts = scst_sess_get_tgt_priv(sess);

	tt_log("unregistered %s", ts->name);
	sess_free(ts);
}

/* Off its list; nobody who looks at it is left after the wait. */
static void sess_end(struct tt_sess *ts, bool wait)
{
	tt_sess_put(ts);
	wait_for_completion(&ts->unused);
	scst_unregister_session(ts->sess, wait, sess_unreg_done);
}

/* del_session NAME [nowait] */
int tt_sess_del(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	struct tt_sess *ts;

	if (argc == 2 && strcmp(argv[1], "nowait"))
		return scst_proc_refuse(ctx, -EINVAL, argv[1], "only \"nowait\"");
	mutex_lock(&tt_mutex);
	ts = __sess_find(argv[0]);
	if (ts)
		list_del(&ts->entry);
	mutex_unlock(&tt_mutex);
	if (!ts)
		return scst_proc_refuse(ctx, -EINVAL, argv[0], "no such session");
	sess_end(ts, argc == 1);
	return 0;
}

/* No command of the file is left. */
void tt_sessions_del_all(void)
{
	struct tt_sess *ts, *tmp;

	list_for_each_entry_safe(ts, tmp, &tt_sessions, entry)
		sess_end(ts, true);
}

int tt_report_aen(struct scst_session *sess, enum scst_aen event)
{
	struct tt_sess *ts = scst_sess_get_tgt_priv(sess);

	tt_log("aen %s %d", ts->name, event);
	return 0;
}

/* ---- task management ---- */

static const char *const tm_names[] = {
	[SCST_ABORT_TASK]		= "abort_task",
	[SCST_ABORT_TASK_SET]		= "abort_task_set",
	[SCST_CLEAR_ACA]		= "clear_aca",
	[SCST_CLEAR_TASK_SET]		= "clear_task_set",
	[SCST_LUN_RESET]		= "lun_reset",
	[SCST_TARGET_RESET]		= "target_reset",
	[SCST_NEXUS_LOSS_SESS]		= "nexus_loss_sess",
	[SCST_ABORT_ALL_TASKS_SESS]	= "abort_all_sess",
	[SCST_NEXUS_LOSS]		= "nexus_loss",
	[SCST_ABORT_ALL_TASKS]		= "abort_all",
	[SCST_QUERY_TASK]		= "query_task",
	[SCST_QUERY_TASK_SET]		= "query_task_set",
	[SCST_QUERY_ASYNC_EVENT]	= "query_async_event",
};

struct tt_tmf {
	bool has_tag;
	bool has_lun;
	bool atomic;
	u64 fn;
	u64 tag;
	u64 lun;
	char name[32];
};

static int tm_parse_fn(struct scst_proc_ctx *ctx, const char *word,
		       struct tt_tmf *tmf)
{
	for (tmf->fn = 0; tmf->fn < ARRAY_SIZE(tm_names); tmf->fn++)
		if (tm_names[tmf->fn] && !strcmp(tm_names[tmf->fn], word))
			return 0;
	return tt_parse_num(ctx, word, 0xff, &tmf->fn);
}

/* FN [lun=N] [tag=N] [id=WORD] [atomic] */
static int tm_parse(struct scst_proc_ctx *ctx, int argc, char **argv,
		    struct tt_tmf *tmf)
{
	int i, ret = tm_parse_fn(ctx, argv[0], tmf);

	strscpy(tmf->name, argv[0], sizeof(tmf->name));
	for (i = 1; i < argc && !ret; i++) {
		if (!strncmp(argv[i], "lun=", 4)) {
			ret = tt_parse_num(ctx, argv[i] + 4, SCST_MAX_LUNS - 1,
					   &tmf->lun);
			tmf->has_lun = true;
		} else if (!strncmp(argv[i], "tag=", 4)) {
			ret = tt_parse_num(ctx, argv[i] + 4, U64_MAX, &tmf->tag);
			tmf->has_tag = true;
		} else if (!strncmp(argv[i], "id=", 3)) {
			strscpy(tmf->name, argv[i] + 3, sizeof(tmf->name));
		} else if (!strcmp(argv[i], "atomic")) {
			tmf->atomic = true;
		} else {
			ret = scst_proc_refuse(ctx, -EINVAL, argv[i],
					       "no such option");
		}
	}
	return ret;
}

static int tm_start(struct tt_sess *ts, struct tt_tmf *tmf)
{
	u8 lun[8] = { tmf->lun < 256 ? 0 : 0x40 | tmf->lun >> 8, tmf->lun };
	const struct scst_rx_mgmt_params params = {
		.fn = tmf->fn,
		.tag = tmf->tag,
		.tag_set = true,
		.lun = lun,
		.lun_len = sizeof(lun),
		.lun_set = true,
		.atomic = tmf->atomic,
		.tgt_priv = tmf,
	};
	unsigned long flags = 0;
	int ret;

	if (tmf->atomic)
		local_irq_save(flags);
	if (tmf->has_tag && tmf->has_lun)
		ret = scst_rx_mgmt_fn(ts->sess, &params);
	else if (tmf->has_tag)
		ret = scst_rx_mgmt_fn_tag(ts->sess, tmf->fn, tmf->tag,
					  tmf->atomic, tmf);
	else
		ret = scst_rx_mgmt_fn_lun(ts->sess, tmf->fn, lun, sizeof(lun),
					  tmf->atomic, tmf);
	if (tmf->atomic)
		local_irq_restore(flags);
	return ret;
}

/* tm SESSION FN [OPTION...] */
int tt_tm(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	struct tt_sess *ts = tt_sess_get(ctx, argv[0]);
	struct tt_tmf *tmf;
	int ret;

	if (!ts)
		return -EINVAL;
	ret = -ENOMEM;
	tmf = kzalloc(sizeof(*tmf), GFP_KERNEL);
	if (!tmf)
		goto out;
	ret = tm_parse(ctx, argc - 1, argv + 1, tmf);
	if (ret)
		goto out_free;
	atomic_inc(&tm_running);
	ret = tm_start(ts, tmf);
	if (!ret)
		goto out;
	atomic_dec(&tm_running);
	scst_proc_refuse(ctx, ret, argv[1], "the core refuses it: error %d", ret);
out_free:
	kfree(tmf);
out:
	tt_sess_put(ts);
	return ret;
}

void tt_task_mgmt_fn_done(struct scst_mgmt_cmd *mcmd)
{
	struct tt_tmf *tmf = scst_mgmt_cmd_get_tgt_priv(mcmd);

	if (scst_mgmt_cmd_get_info(mcmd))
		tt_log("tm %s %d %06x", tmf->name,
		       scst_mgmt_cmd_get_status(mcmd),
		       scst_mgmt_cmd_get_info(mcmd));
	else
		tt_log("tm %s %d", tmf->name, scst_mgmt_cmd_get_status(mcmd));
	kfree(tmf);
	atomic_dec(&tm_running);
	wake_up_all(&tt_wait);
}

bool tt_tm_idle(void)
{
	return !atomic_read(&tm_running);
}
