// SPDX-License-Identifier: GPL-2.0
/*
 * Task management (SAM-5 7). A function marks the commands that it affects as
 * aborted, lets the handler know, and is answered when the last of them is gone,
 * their memory given back included.
 *
 * A wait record ties one command to one function. Records are made under the
 * lock of the list that the command is on, so that a command that has left the
 * list gets none any more; scst_step_finish() takes them off after that
 * (scst_tm_collect()) and counts them down when the memory is given back
 * (scst_tm_release()).
 */
#include <linux/completion.h>
#include <linux/slab.h>

#include "scst_priv.h"

struct tm_wait {
	struct list_head entry;
	struct scst_cmd *cmd;	/* identity only once it is off its list */
	struct scst_mgmt_cmd *mcmd;
};

/* What a function affects: empty fields mean "any". */
struct tm_scope {
	struct scst_session *sess;
	struct scst_tgt *tgt;
	struct scst_device *dev;
	struct scst_tgt_dev *tgt_dev;
	bool by_tag;
};

/* Taken inside a list's lock (scst_sess_cpu.lock); any context. */
static DEFINE_SPINLOCK(tm_wait_lock);
static LIST_HEAD(tm_waits);

static struct workqueue_struct *tm_wq;

static void mcmd_put(struct scst_mgmt_cmd *mcmd)
{
	if (atomic_dec_and_test(&mcmd->pending))
		complete(&mcmd->all_gone);
}

/**
 * scst_tm_collect() - take off the wait records of a command that ends
 * @cmd: the command, aborted and off its session's list
 * @waits: gets them, for scst_tm_release()
 *
 * Context: any.
 */
void scst_tm_collect(struct scst_cmd *cmd, struct list_head *waits)
{
	struct tm_wait *w, *tmp;
	unsigned long flags;

	spin_lock_irqsave(&tm_wait_lock, flags);
	list_for_each_entry_safe(w, tmp, &tm_waits, entry)
		if (w->cmd == cmd)
			list_move_tail(&w->entry, waits);
	spin_unlock_irqrestore(&tm_wait_lock, flags);
}

/* The command and its memory are gone. Any context. */
void scst_tm_release(struct list_head *waits)
{
	struct tm_wait *w, *tmp;

	list_for_each_entry_safe(w, tmp, waits, entry) {
		mcmd_put(w->mcmd);
		kfree(w);
	}
}

static bool scope_has(const struct tm_scope *s, const struct scst_mgmt_cmd *mcmd,
		      const struct scst_cmd *cmd)
{
	if (s->by_tag && cmd->tag != mcmd->tag)
		return false;
	if (s->dev && cmd->dev != s->dev)
		return false;
	if (s->tgt_dev && cmd->tgt_dev != s->tgt_dev)
		return false;
	return true;
}

/* Under the lock of the list that @cmd is on. */
static void __cmd_abort(struct scst_mgmt_cmd *mcmd, struct scst_cmd *cmd,
			struct tm_wait *w)
{
	w->cmd = cmd;
	w->mcmd = mcmd;
	atomic_inc(&mcmd->pending);
	spin_lock(&tm_wait_lock);
	list_add_tail(&w->entry, &tm_waits);
	spin_unlock(&tm_wait_lock);

	set_bit(SCST_CMD_F_ABORTED, &cmd->flags);
}

/* Marks what is in scope on one list. Returns how many, or -ENOMEM. */
static int abort_on_cpu(struct scst_mgmt_cmd *mcmd, const struct tm_scope *scope,
			struct scst_sess_cpu *sc)
{
	struct scst_cmd *cmd;
	struct tm_wait *w;
	unsigned long flags;
	int n = 0;

	spin_lock_irqsave(&sc->lock, flags);
	list_for_each_entry(cmd, &sc->cmds, sess_entry) {
		if (!scope_has(scope, mcmd, cmd))
			continue;
		w = kmalloc(sizeof(*w), GFP_ATOMIC);
		if (!w) {
			n = -ENOMEM;
			break;
		}
		__cmd_abort(mcmd, cmd, w);
		n++;
	}
	spin_unlock_irqrestore(&sc->lock, flags);
	return n;
}

static int abort_in_session(struct scst_mgmt_cmd *mcmd,
			    const struct tm_scope *scope,
			    struct scst_session *sess)
{
	int cpu, n, sum = 0;

	for_each_possible_cpu(cpu) {
		n = abort_on_cpu(mcmd, scope, per_cpu_ptr(sess->cpu, cpu));
		if (n < 0)
			return n;
		sum += n;
	}
	return sum;
}

static int __abort_in_target(struct scst_mgmt_cmd *mcmd,
			     const struct tm_scope *scope, struct scst_tgt *tgt)
{
	struct scst_session *sess;
	int n, sum = 0;

	lockdep_assert_held(&scst_mutex);
	list_for_each_entry(sess, &tgt->sessions, tgt_entry) {
		n = abort_in_session(mcmd, scope, sess);
		if (n < 0)
			return n;
		sum += n;
	}
	return sum;
}

/* Marks everything in scope. Returns how many, or -ENOMEM. */
static int __abort_scope(struct scst_mgmt_cmd *mcmd, const struct tm_scope *scope)
{
	struct scst_tmpl_entry *te;
	struct scst_tgt *tgt;
	int n, sum = 0;

	if (scope->sess)
		return abort_in_session(mcmd, scope, scope->sess);
	if (scope->tgt)
		return __abort_in_target(mcmd, scope, scope->tgt);
	list_for_each_entry(te, &scst_templates, entry) {
		list_for_each_entry(tgt, &te->tgts, entry) {
			n = __abort_in_target(mcmd, scope, tgt);
			if (n < 0)
				return n;
			sum += n;
		}
	}
	return sum;
}

static void __session_raise_ua(struct scst_session *sess,
			       const struct scst_device *dev, enum scst_ua ua)
{
	struct scst_tgt_dev *tgt_dev;
	unsigned long lun;

	xa_for_each(&sess->luns, lun, tgt_dev)
		if (!dev || tgt_dev->dev == dev)
			scst_ua_raise(tgt_dev, ua);
}

/* On all I_T nexuses of @dev, or of all devices of @tgt; but on @but. */
static void __raise_ua(const struct scst_device *dev, const struct scst_tgt *tgt,
		       const struct scst_session *but, enum scst_ua ua)
{
	struct scst_tmpl_entry *te;
	struct scst_session *sess;
	struct scst_tgt *t;

	lockdep_assert_held(&scst_mutex);
	list_for_each_entry(te, &scst_templates, entry) {
		list_for_each_entry(t, &te->tgts, entry) {
			if (tgt && t != tgt)
				continue;
			list_for_each_entry(sess, &t->sessions, tgt_entry)
				if (sess != but)
					__session_raise_ua(sess, dev, ua);
		}
	}
}

/* Resets and lost nexuses end what RESERVE has reserved, SPC-2 5.5.1. */
static void __end_reserve(struct scst_session *sess,
			  void (*end)(struct scst_tgt_dev *tgt_dev))
{
	struct scst_tgt_dev *tgt_dev;
	unsigned long lun;

	lockdep_assert_held(&scst_mutex);
	xa_for_each(&sess->luns, lun, tgt_dev)
		end(tgt_dev);
}

static void __tell_handler(struct scst_mgmt_cmd *mcmd, struct scst_device *dev)
{
	if (dev->handler->task_mgmt_fn)
		dev->handler->task_mgmt_fn(mcmd, dev);
}

/* Each row: what a function affects, and the unit attention it leaves. */
static const struct tm_fn {
	const char *name;
	bool has_lun;
	bool by_tag;
	bool whole_dev;		/* commands of all nexuses to the device */
	bool whole_tgt;		/* commands of all nexuses to the target */
	int ua;			/* -1: none */
	bool ua_self;		/* on the nexus that asked, too */
	void (*end_reserve)(struct scst_tgt_dev *tgt_dev);
} tm_fns[] = {
	[SCST_ABORT_TASK] = {
		.name = "ABORT TASK", .by_tag = true, .ua = -1,
	},
	[SCST_ABORT_TASK_SET] = {
		.name = "ABORT TASK SET", .has_lun = true, .ua = -1,
	},
	[SCST_CLEAR_TASK_SET] = {
		.name = "CLEAR TASK SET", .has_lun = true, .whole_dev = true,
		.ua = SCST_UA_CLEARED_BY_OTHER,
	},
	[SCST_LUN_RESET] = {
		.name = "LOGICAL UNIT RESET", .has_lun = true,
		.whole_dev = true, .ua = SCST_UA_BUS_DEVICE_RESET,
		.ua_self = true, .end_reserve = scst_resv_reset,
	},
	[SCST_TARGET_RESET] = {
		.name = "TARGET RESET", .whole_tgt = true,
		.ua = SCST_UA_BUS_DEVICE_RESET, .ua_self = true,
		.end_reserve = scst_resv_reset,
	},
	[SCST_NEXUS_LOSS_SESS] = {
		.name = "I_T NEXUS LOSS", .ua = -1,
		.end_reserve = scst_resv_nexus_lost,
	},
	[SCST_ABORT_ALL_TASKS_SESS] = {
		.name = "ABORT ALL TASKS OF THE SESSION", .ua = -1,
	},
	[SCST_NEXUS_LOSS] = {
		.name = "NEXUS LOSS OF ALL SESSIONS", .whole_tgt = true,
		.ua = SCST_UA_NEXUS_LOSS, .end_reserve = scst_resv_nexus_lost,
	},
	[SCST_ABORT_ALL_TASKS] = {
		.name = "ABORT ALL TASKS", .whole_tgt = true, .ua = -1,
	},
};

static void __end_reserves(const struct tm_fn *fn, struct scst_session *sess,
			   struct scst_tgt_dev *tgt_dev)
{
	struct scst_session *s;

	if (!fn->end_reserve)
		return;
	if (tgt_dev) {
		fn->end_reserve(tgt_dev);
	} else if (fn->whole_tgt) {
		list_for_each_entry(s, &sess->tgt->sessions, tgt_entry)
			__end_reserve(s, fn->end_reserve);
	} else {
		__end_reserve(sess, fn->end_reserve);
	}
}

/* Marks, tells handlers, raises unit attentions. Returns the status. */
static int tm_start(struct scst_mgmt_cmd *mcmd, const struct tm_fn *fn,
		    struct scst_tgt_dev *tgt_dev)
{
	struct tm_scope scope = { .by_tag = fn->by_tag };
	int n;

	if (fn->whole_tgt)
		scope.tgt = mcmd->sess->tgt;
	else if (!fn->whole_dev)
		scope.sess = mcmd->sess;
	if (fn->whole_dev)
		scope.dev = tgt_dev->dev;
	else if (fn->has_lun)
		scope.tgt_dev = tgt_dev;

	mutex_lock(&scst_mutex);
	n = __abort_scope(mcmd, &scope);
	if (n >= 0 && fn->ua >= 0)
		__raise_ua(scope.dev, scope.tgt,
			   fn->ua_self ? NULL : mcmd->sess, fn->ua);
	__end_reserves(fn, mcmd->sess, tgt_dev);
	mutex_unlock(&scst_mutex);

	scst_trace(SCST_TRACE_MGMT, "%s from %s: %d commands\n", fn->name,
		   mcmd->sess->initiator_name, n);
	if (n < 0)
		return SCST_MGMT_STATUS_FAILED;
	if (tgt_dev)
		__tell_handler(mcmd, tgt_dev->dev);
	if (fn->by_tag && !n)
		return SCST_MGMT_STATUS_TASK_NOT_EXIST;
	return SCST_MGMT_STATUS_SUCCESS;
}

/* In steps: a slow backing is no hung task, but it is worth a line. */
static void tm_wait_all_gone(struct scst_mgmt_cmd *mcmd, const struct tm_fn *fn)
{
	while (!wait_for_completion_timeout(&mcmd->all_gone, 30 * HZ))
		scst_warn_rl("target %s, initiator %s: %s still waits for %d commands of the backing\n",
			     mcmd->sess->tgt->name, mcmd->sess->initiator_name,
			     fn->name, atomic_read(&mcmd->pending));
}

static int tm_execute(struct scst_mgmt_cmd *mcmd)
{
	const struct tm_fn *fn = &tm_fns[mcmd->fn];
	struct scst_tgt_dev *tgt_dev = NULL;
	int status;

	if (fn->has_lun) {
		tgt_dev = scst_tgt_dev_get(mcmd->sess, mcmd->lun);
		if (!tgt_dev)
			return SCST_MGMT_STATUS_LUN_NOT_EXIST;
	}
	status = tm_start(mcmd, fn, tgt_dev);

	/* The answer may only be given when nothing affected is left. */
	mcmd_put(mcmd);
	tm_wait_all_gone(mcmd, fn);

	if (tgt_dev)
		scst_tgt_dev_put(tgt_dev);
	return status;
}

static void tm_work_fn(struct work_struct *work)
{
	struct scst_mgmt_cmd *mcmd =
		container_of(work, struct scst_mgmt_cmd, work);
	struct scst_session *sess = mcmd->sess;

	mcmd->status = tm_execute(mcmd);
	if (sess->tgt->tgtt->task_mgmt_fn_done)
		sess->tgt->tgtt->task_mgmt_fn_done(mcmd);
	kfree(mcmd);
	percpu_ref_put(&sess->cmds);
}

static int tm_queue(struct scst_session *sess, enum scst_mgmt_fn fn, u64 lun,
		    u64 tag, bool atomic, void *priv)
{
	struct scst_mgmt_cmd *mcmd;

	mcmd = kzalloc(sizeof(*mcmd), atomic ? GFP_ATOMIC : GFP_NOIO);
	if (!mcmd)
		return -ENOMEM;
	if (!percpu_ref_tryget_live(&sess->cmds)) {
		kfree(mcmd);
		return -ESHUTDOWN;
	}
	mcmd->sess = sess;
	mcmd->fn = fn;
	mcmd->lun = lun;
	mcmd->tag = tag;
	mcmd->tgt_priv = priv;
	atomic_set(&mcmd->pending, 1);
	init_completion(&mcmd->all_gone);
	INIT_WORK(&mcmd->work, tm_work_fn);
	queue_work(tm_wq, &mcmd->work);
	return 0;
}

int scst_rx_mgmt_fn_tag(struct scst_session *sess, enum scst_mgmt_fn fn,
			u64 tag, bool atomic, void *priv)
{
	if (fn != SCST_ABORT_TASK)
		return -EINVAL;
	return tm_queue(sess, fn, SCST_NO_SUCH_LUN, tag, atomic, priv);
}
SCST_EXPORT(scst_rx_mgmt_fn_tag);

int scst_rx_mgmt_fn_lun(struct scst_session *sess, enum scst_mgmt_fn fn,
			const u8 *lun, int lun_len, bool atomic, void *priv)
{
	if (fn < 0 || fn >= ARRAY_SIZE(tm_fns) || !tm_fns[fn].name ||
	    tm_fns[fn].by_tag)
		return -EINVAL;
	return tm_queue(sess, fn, scst_lun_unpack(lun, lun_len), 0, atomic,
			priv);
}
SCST_EXPORT(scst_rx_mgmt_fn_lun);

int scst_tm_init(void)
{
	tm_wq = alloc_workqueue("scst_tm", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return tm_wq ? 0 : -ENOMEM;
}

void scst_tm_exit(void)
{
	destroy_workqueue(tm_wq);
}
