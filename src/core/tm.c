// SPDX-License-Identifier: GPL-2.0
/*
 * Task management (SAM-5 7). A function marks the commands that it affects as
 * aborted (abort.c), lets the handler know, and is answered when the last of them
 * is gone, their memory given back included.
 *
 * A wait record ties one command to one function. Records are made under the
 * lock of the list that the command is on, so that a command that has left the
 * list gets none any more; scst_step_finish() takes them off after that
 * (scst_tm_collect()) and counts them down when the memory is given back
 * (scst_tm_release()).
 *
 * Nothing here takes scst_mutex for what an initiator may ask for: the mutex is
 * held over allocations that may wait for a disk of ours.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/hash.h>
#include <linux/slab.h>

#include "events.h"
#include "scst_priv.h"

#define SCST_TM_HASH_BITS	8
#define SCST_TM_ABORT_TIME	(3 * HZ)	/* before a real device is reset */

struct tm_wait {
	struct hlist_node entry;
	struct scst_cmd *cmd;	/* identity only once it is off its list */
	struct scst_mgmt_cmd *mcmd;
	struct list_head gone;	/* from scst_tm_collect() on */
};

/* Taken inside a list's lock (scst_sess_cpu.lock); any context. */
static DEFINE_SPINLOCK(tm_wait_lock);
static struct hlist_head tm_waits[1 << SCST_TM_HASH_BITS];

static struct workqueue_struct *tm_wq;

static struct hlist_head *tm_bucket(const struct scst_cmd *cmd)
{
	return &tm_waits[hash_ptr(cmd, SCST_TM_HASH_BITS)];
}

static void mcmd_put(struct scst_mgmt_cmd *mcmd)
{
	if (atomic_dec_and_test(&mcmd->pending))
		complete(&mcmd->all_gone);
}

static bool __tm_waits_already(const struct scst_mgmt_cmd *mcmd,
			       const struct scst_cmd *cmd)
{
	struct tm_wait *w;

	hlist_for_each_entry(w, tm_bucket(cmd), entry)
		if (w->cmd == cmd && w->mcmd == mcmd)
			return true;
	return false;
}

/**
 * __scst_tm_wait_for() - a function is not answered before a command is gone
 * @mcmd: the function
 * @cmd: the command
 *
 * Context: any, under the lock of the session's list that @cmd is on.
 * Return: 0 or -ENOMEM.
 */
int __scst_tm_wait_for(struct scst_mgmt_cmd *mcmd, struct scst_cmd *cmd)
{
	struct tm_wait *w = kmalloc(sizeof(*w), GFP_ATOMIC);

	if (!w)
		return -ENOMEM;
	w->cmd = cmd;
	w->mcmd = mcmd;

	spin_lock(&tm_wait_lock);
	if (__tm_waits_already(mcmd, cmd)) {
		kfree(w);
	} else {
		atomic_inc(&mcmd->pending);
		hlist_add_head(&w->entry, tm_bucket(cmd));
	}
	spin_unlock(&tm_wait_lock);
	return 0;
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
	struct hlist_node *tmp;
	unsigned long flags;
	struct tm_wait *w;

	spin_lock_irqsave(&tm_wait_lock, flags);
	hlist_for_each_entry_safe(w, tmp, tm_bucket(cmd), entry) {
		if (w->cmd != cmd)
			continue;
		hlist_del(&w->entry);
		list_add_tail(&w->gone, waits);
	}
	spin_unlock_irqrestore(&tm_wait_lock, flags);
}

/* The command and its memory are gone. Any context. */
void scst_tm_release(struct list_head *waits)
{
	struct tm_wait *w, *tmp;

	list_for_each_entry_safe(w, tmp, waits, gone) {
		mcmd_put(w->mcmd);
		kfree(w);
	}
}

/* What a real device has is aborted there: once more, for what it had not got yet. */
static void tm_hurry(const struct scst_mgmt_cmd *mcmd)
{
	struct tm_wait *w;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tm_waits); i++) {
		spin_lock_irq(&tm_wait_lock);
		hlist_for_each_entry(w, &tm_waits[i], entry)
			if (w->mcmd == mcmd)
				__scst_midlevel_abort(w->cmd, false);
		spin_unlock_irq(&tm_wait_lock);
	}
}

/* Marks until all are marked: memory may be short, but not for ever. */
static unsigned int tm_abort(struct scst_mgmt_cmd *mcmd, struct scst_abort *a)
{
	a->mcmd = mcmd;
	while (scst_abort(a))
		msleep(20);
	return a->found;
}

static void tm_tell_handler(struct scst_mgmt_cmd *mcmd, struct scst_device *dev)
{
	if (dev->handler->task_mgmt_fn)
		dev->handler->task_mgmt_fn(mcmd, dev);
}

static void tm_tell_done(struct scst_mgmt_cmd *mcmd, struct scst_device *dev)
{
	if (dev->handler->task_mgmt_fn_done)
		dev->handler->task_mgmt_fn_done(mcmd, dev);
}

/* The next LUN of a session from @lun on, counted; NULL after the last. */
static struct scst_tgt_dev *tm_next_lun(struct scst_session *sess,
					unsigned long *lun)
{
	struct scst_tgt_dev *tgt_dev, *found = NULL;
	unsigned long index;

	rcu_read_lock();
	xa_for_each_start(&sess->luns, index, tgt_dev, *lun) {
		if (percpu_ref_tryget_live(&tgt_dev->cmds)) {
			found = tgt_dev;
			*lun = index + 1;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

/* The handlers of all LUNs of a session: each knows whether it is concerned. */
static void tm_tell_session(struct scst_mgmt_cmd *mcmd, struct scst_session *sess,
			    void (*tell)(struct scst_mgmt_cmd *mcmd,
					 struct scst_device *dev))
{
	struct scst_tgt_dev *tgt_dev;
	unsigned long lun = 0;

	while ((tgt_dev = tm_next_lun(sess, &lun))) {
		tell(mcmd, tgt_dev->dev);
		scst_tgt_dev_put(tgt_dev);
	}
}

/* ---- the functions ---- */

static int tm_abort_task(struct scst_mgmt_cmd *mcmd, struct scst_tgt_dev *tgt_dev)
{
	struct scst_abort a = {
		.sess = mcmd->sess,
		.by_tag = true,
		.tag = mcmd->tag,
		.by_lun = mcmd->lun_set,
		.lun = mcmd->lun,
	};

	if (!tm_abort(mcmd, &a))
		return SCST_MGMT_STATUS_TASK_NOT_EXIST;
	tm_tell_session(mcmd, mcmd->sess, tm_tell_handler);
	return SCST_MGMT_STATUS_SUCCESS;
}

static int tm_abort_task_set(struct scst_mgmt_cmd *mcmd,
			     struct scst_tgt_dev *tgt_dev)
{
	struct scst_abort a = { .tgt_dev = tgt_dev };

	tm_abort(mcmd, &a);
	tm_tell_handler(mcmd, tgt_dev->dev);
	return SCST_MGMT_STATUS_SUCCESS;
}

/* SAM-5 7.4: with a task set for each nexus (TST = 1), that of this one alone. */
static int tm_clear_task_set(struct scst_mgmt_cmd *mcmd,
			     struct scst_tgt_dev *tgt_dev)
{
	struct scst_abort a = { .by = mcmd->sess, .tell = true };

	if (READ_ONCE(tgt_dev->dev->control.tst))
		a.tgt_dev = tgt_dev;
	else
		a.dev = tgt_dev->dev;
	tm_abort(mcmd, &a);
	tm_tell_handler(mcmd, tgt_dev->dev);
	return SCST_MGMT_STATUS_SUCCESS;
}

static int tm_clear_aca(struct scst_mgmt_cmd *mcmd, struct scst_tgt_dev *tgt_dev)
{
	struct scst_abort a = { .tgt_dev = tgt_dev, .aca_only = true };

	tm_abort(mcmd, &a);
	scst_aca_clear_nexus(tgt_dev);
	tm_tell_handler(mcmd, tgt_dev->dev);
	return SCST_MGMT_STATUS_SUCCESS;
}

/*
 * Its commands are aborted one by one first: drivers reset a device that has none
 * under way most surely. Those that can't be aborted are ended by the reset.
 */
static bool real_dev_reset(struct scst_mgmt_cmd *mcmd, struct scst_device *dev)
{
	unsigned long until = jiffies + SCST_TM_ABORT_TIME;

	if (!dev->scsi_dev)
		return true;
	while (atomic_read(&mcmd->pending) > 1 && time_before(jiffies, until)) {
		msleep(20);
		tm_hurry(mcmd);
	}
	return scst_midlevel_reset(dev);
}

/* SAM-5 6.3.3. First the commands go, so that the end of an ACA starts none. */
static bool dev_reset(struct scst_mgmt_cmd *mcmd, struct scst_tgt_dev *tgt_dev)
{
	struct scst_device *dev = tgt_dev->dev;
	struct scst_abort a = { .dev = dev, .by = mcmd->sess };

	tm_abort(mcmd, &a);
	if (SCST_OPT(DEBUG_TM))
		scst_tm_dbg_reset(dev);
	scst_dev_raise_ua(dev, SCST_UA_BUS_DEVICE_RESET, NULL);
	scst_resv_reset(tgt_dev);
	scst_aca_clear_dev(dev);
	tm_tell_handler(mcmd, dev);
	return real_dev_reset(mcmd, dev);
}

static int tm_lun_reset(struct scst_mgmt_cmd *mcmd, struct scst_tgt_dev *tgt_dev)
{
	return dev_reset(mcmd, tgt_dev) ? SCST_MGMT_STATUS_SUCCESS :
					  SCST_MGMT_STATUS_FAILED;
}

/* All logical units that the initiator has in this target. */
static int tm_target_reset(struct scst_mgmt_cmd *mcmd, struct scst_tgt_dev *unused)
{
	struct scst_abort unmapped = { .sess = mcmd->sess };
	struct scst_tgt_dev *tgt_dev;
	int status = SCST_MGMT_STATUS_SUCCESS;
	unsigned long lun = 0;

	while ((tgt_dev = tm_next_lun(mcmd->sess, &lun))) {
		if (!dev_reset(mcmd, tgt_dev))
			status = SCST_MGMT_STATUS_FAILED;
		scst_tgt_dev_put(tgt_dev);
	}
	tm_abort(mcmd, &unmapped);
	return status;
}

static void sess_abort_all(struct scst_mgmt_cmd *mcmd, struct scst_session *sess)
{
	struct scst_abort a = { .sess = sess };

	tm_abort(mcmd, &a);
	tm_tell_session(mcmd, sess, tm_tell_handler);
}

/* SAM-5 6.3.4 */
static void sess_lost(struct scst_mgmt_cmd *mcmd, struct scst_session *sess)
{
	struct scst_tgt_dev *tgt_dev;
	unsigned long lun = 0;

	sess_abort_all(mcmd, sess);
	while ((tgt_dev = tm_next_lun(sess, &lun))) {
		scst_ua_raise(tgt_dev, SCST_UA_NEXUS_LOSS);
		scst_resv_nexus_lost(tgt_dev);
		scst_aca_clear_nexus(tgt_dev);
		scst_allow_removal(tgt_dev);
		scst_tgt_dev_put(tgt_dev);
	}
}

static int tm_nexus_loss_sess(struct scst_mgmt_cmd *mcmd,
			      struct scst_tgt_dev *unused)
{
	sess_lost(mcmd, mcmd->sess);
	return SCST_MGMT_STATUS_SUCCESS;
}

static int tm_abort_all_sess(struct scst_mgmt_cmd *mcmd,
			     struct scst_tgt_dev *unused)
{
	sess_abort_all(mcmd, mcmd->sess);
	return SCST_MGMT_STATUS_SUCCESS;
}

/* A session of the target after @after, counted: sessions may come and go. */
static struct scst_session *tm_next_session(struct scst_tgt *tgt,
					    struct scst_session *after)
{
	struct scst_session *sess, *found = NULL;
	bool pass = after;

	mutex_lock(&scst_mutex);
	list_for_each_entry(sess, &tgt->sessions, tgt_entry) {
		if (pass) {
			pass = sess != after;
			continue;
		}
		if (percpu_ref_tryget_live(&sess->cmds)) {
			found = sess;
			break;
		}
	}
	mutex_unlock(&scst_mutex);
	return found;
}

/* For transports, not for initiators: each session of the target. */
static void tgt_all_sessions(struct scst_mgmt_cmd *mcmd,
			     void (*fn)(struct scst_mgmt_cmd *mcmd,
					struct scst_session *sess))
{
	struct scst_session *sess = NULL, *next;

	for (;;) {
		next = tm_next_session(mcmd->sess->tgt, sess);
		if (sess)
			percpu_ref_put(&sess->cmds);
		sess = next;
		if (!sess)
			break;
		fn(mcmd, sess);
	}
}

static int tm_nexus_loss(struct scst_mgmt_cmd *mcmd, struct scst_tgt_dev *unused)
{
	tgt_all_sessions(mcmd, sess_lost);
	return SCST_MGMT_STATUS_SUCCESS;
}

static int tm_abort_all(struct scst_mgmt_cmd *mcmd, struct scst_tgt_dev *unused)
{
	tgt_all_sessions(mcmd, sess_abort_all);
	return SCST_MGMT_STATUS_SUCCESS;
}

static int tm_query_task(struct scst_mgmt_cmd *mcmd, struct scst_tgt_dev *tgt_dev)
{
	struct scst_abort a = {
		.sess = mcmd->sess,
		.query = true,
		.by_tag = true,
		.tag = mcmd->tag,
		.by_lun = mcmd->lun_set,
		.lun = mcmd->lun,
	};

	scst_abort(&a);
	return a.found ? SCST_MGMT_STATUS_FN_SUCCEEDED : SCST_MGMT_STATUS_SUCCESS;
}

static int tm_query_task_set(struct scst_mgmt_cmd *mcmd,
			     struct scst_tgt_dev *tgt_dev)
{
	struct scst_abort a = { .tgt_dev = tgt_dev, .query = true };

	scst_abort(&a);
	return a.found ? SCST_MGMT_STATUS_FN_SUCCEEDED : SCST_MGMT_STATUS_SUCCESS;
}

/* SAM-5 7.10, additional response information: UADE DEPTH 1 is one, 2 is more. */
static int tm_query_async_event(struct scst_mgmt_cmd *mcmd,
				struct scst_tgt_dev *tgt_dev)
{
	struct scst_sense sense = { };
	unsigned int n = scst_ua_peek(tgt_dev, &sense);

	if (!n)
		return SCST_MGMT_STATUS_SUCCESS;
	mcmd->info = (n > 1 ? 2 : 1) << 20 | sense.key << 16 | sense.asc << 8 |
		     sense.ascq;
	return SCST_MGMT_STATUS_FN_SUCCEEDED;
}

static void sess_tell_done(struct scst_mgmt_cmd *mcmd, struct scst_session *sess)
{
	tm_tell_session(mcmd, sess, tm_tell_done);
}

/* All who were told of the function hear that its commands are gone. */
static void tm_tell_all_done(struct scst_mgmt_cmd *mcmd,
			     struct scst_tgt_dev *tgt_dev)
{
	switch (mcmd->fn) {
	case SCST_NEXUS_LOSS:
	case SCST_ABORT_ALL_TASKS:
		tgt_all_sessions(mcmd, sess_tell_done);
		break;
	case SCST_QUERY_TASK:
	case SCST_QUERY_TASK_SET:
	case SCST_QUERY_ASYNC_EVENT:
		break;
	default:
		if (tgt_dev)
			tm_tell_done(mcmd, tgt_dev->dev);
		else
			sess_tell_done(mcmd, mcmd->sess);
		break;
	}
}

static const struct tm_fn {
	const char *name;
	int (*run)(struct scst_mgmt_cmd *mcmd, struct scst_tgt_dev *tgt_dev);
	bool has_lun;		/* needs a LUN that is mapped */
	bool by_tag;		/* needs a tag */
} tm_fns[] = {
	[SCST_ABORT_TASK] = {
		.name = "ABORT TASK", .run = tm_abort_task, .by_tag = true,
	},
	[SCST_ABORT_TASK_SET] = {
		.name = "ABORT TASK SET", .run = tm_abort_task_set,
		.has_lun = true,
	},
	[SCST_CLEAR_ACA] = {
		.name = "CLEAR ACA", .run = tm_clear_aca, .has_lun = true,
	},
	[SCST_CLEAR_TASK_SET] = {
		.name = "CLEAR TASK SET", .run = tm_clear_task_set,
		.has_lun = true,
	},
	[SCST_LUN_RESET] = {
		.name = "LOGICAL UNIT RESET", .run = tm_lun_reset,
		.has_lun = true,
	},
	[SCST_TARGET_RESET] = {
		.name = "TARGET RESET", .run = tm_target_reset,
	},
	[SCST_NEXUS_LOSS_SESS] = {
		.name = "I_T NEXUS LOSS", .run = tm_nexus_loss_sess,
	},
	[SCST_ABORT_ALL_TASKS_SESS] = {
		.name = "ABORT ALL TASKS OF THE SESSION",
		.run = tm_abort_all_sess,
	},
	[SCST_NEXUS_LOSS] = {
		.name = "NEXUS LOSS OF ALL SESSIONS", .run = tm_nexus_loss,
	},
	[SCST_ABORT_ALL_TASKS] = {
		.name = "ABORT ALL TASKS", .run = tm_abort_all,
	},
	[SCST_QUERY_TASK] = {
		.name = "QUERY TASK", .run = tm_query_task, .by_tag = true,
	},
	[SCST_QUERY_TASK_SET] = {
		.name = "QUERY TASK SET", .run = tm_query_task_set,
		.has_lun = true,
	},
	[SCST_QUERY_ASYNC_EVENT] = {
		.name = "QUERY ASYNCHRONOUS EVENT", .run = tm_query_async_event,
		.has_lun = true,
	},
};

/* In steps: a slow backing is no hung task, but it is worth a line. */
static void tm_wait_all_gone(struct scst_mgmt_cmd *mcmd, const char *name)
{
	unsigned int steps = 0;

	while (!wait_for_completion_timeout(&mcmd->all_gone, HZ / 2)) {
		tm_hurry(mcmd);
		if (++steps % 60)
			continue;
		scst_warn_rl("target %s, initiator %s: %s still waits for %d commands of the backing\n",
			     mcmd->sess->tgt->name, mcmd->sess->initiator_name,
			     name, atomic_read(&mcmd->pending));
	}
}

/**
 * scst_tm_begin() - a command is about to abort others and to wait for them
 * @mcmd: the caller's; stays until scst_tm_end()
 * @sess: its I_T nexus
 */
void scst_tm_begin(struct scst_mgmt_cmd *mcmd, struct scst_session *sess)
{
	memset(mcmd, 0, sizeof(*mcmd));
	mcmd->sess = sess;
	atomic_set(&mcmd->pending, 1);
	init_completion(&mcmd->all_gone);
}

/**
 * scst_tm_end() - wait for what was aborted with @mcmd in struct scst_abort
 * @mcmd: from scst_tm_begin()
 * @name: of the command, for the log
 *
 * Context: process context that no other command needs: not a thread of the pool.
 */
void scst_tm_end(struct scst_mgmt_cmd *mcmd, const char *name)
{
	mcmd_put(mcmd);
	tm_wait_all_gone(mcmd, name);
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
	scst_event_tm(mcmd, fn->name, false);
	status = fn->run(mcmd, tgt_dev);
	scst_trace(SCST_TRACE_MGMT_DEBUG, "%s from %s: status %d, waits for %d commands\n",
		   fn->name, mcmd->sess->initiator_name, status,
		   atomic_read(&mcmd->pending) - 1);

	/* The answer may only be given when nothing affected is left. */
	scst_tm_end(mcmd, fn->name);
	tm_tell_all_done(mcmd, tgt_dev);

	if (tgt_dev)
		scst_tgt_dev_put(tgt_dev);
	return status;
}

static void tm_work_fn(struct work_struct *work)
{
	struct scst_mgmt_cmd *mcmd =
		container_of(work, struct scst_mgmt_cmd, work);
	struct scst_session *sess = mcmd->sess;

	scst_session_wait_registered(sess);
	mcmd->status = tm_execute(mcmd);
	scst_event_tm(mcmd, tm_fns[mcmd->fn].name, true);
	if (sess->tgt->tgtt->task_mgmt_fn_done)
		sess->tgt->tgtt->task_mgmt_fn_done(mcmd);
	kfree(mcmd);
	percpu_ref_put(&sess->cmds);
}

/**
 * scst_tm_session_ends() - abort what must not keep a session
 * @sess: the session, with its LUNs; it takes no command any more
 *
 * Those of handlers with pre_unreg_sess(), on LUNs that it has lost before included.
 *
 * Context: process context, may sleep.
 */
void scst_tm_session_ends(struct scst_session *sess)
{
	struct scst_abort a = { .sess = sess, .unreg = true };
	struct scst_tgt_dev *tgt_dev;
	unsigned long lun = 0;

	scst_abort(&a);
	while ((tgt_dev = tm_next_lun(sess, &lun))) {
		if (tgt_dev->dev->handler->pre_unreg_sess)
			tgt_dev->dev->handler->pre_unreg_sess(tgt_dev);
		scst_tgt_dev_put(tgt_dev);
	}
}

/**
 * scst_tm_supports() - is a function carried out?
 * @fn: the function
 *
 * Context: any.
 */
bool scst_tm_supports(enum scst_mgmt_fn fn)
{
	return fn < ARRAY_SIZE(tm_fns) && tm_fns[fn].name;
}

int scst_rx_mgmt_fn(struct scst_session *sess,
		    const struct scst_rx_mgmt_params *params)
{
	unsigned int fn = params->fn;
	struct scst_mgmt_cmd *mcmd;

	if (!scst_tm_supports(fn) ||
	    (tm_fns[fn].by_tag && !params->tag_set) ||
	    (tm_fns[fn].has_lun && !params->lun_set))
		return -EINVAL;

	mcmd = kzalloc(sizeof(*mcmd), params->atomic ? GFP_ATOMIC : GFP_NOIO);
	if (!mcmd)
		return -ENOMEM;
	if (!percpu_ref_tryget_live(&sess->cmds)) {
		kfree(mcmd);
		return -ESHUTDOWN;
	}
	mcmd->sess = sess;
	mcmd->fn = fn;
	mcmd->tag = params->tag;
	mcmd->lun_set = params->lun_set;
	mcmd->lun = params->lun_set ?
		    scst_lun_unpack(params->lun, params->lun_len) :
		    SCST_NO_SUCH_LUN;
	mcmd->tgt_priv = params->tgt_priv;
	atomic_set(&mcmd->pending, 1);
	init_completion(&mcmd->all_gone);
	INIT_WORK(&mcmd->work, tm_work_fn);
	queue_work(tm_wq, &mcmd->work);
	return 0;
}
SCST_EXPORT(scst_rx_mgmt_fn);

int scst_rx_mgmt_fn_tag(struct scst_session *sess, enum scst_mgmt_fn fn,
			u64 tag, bool atomic, void *priv)
{
	const struct scst_rx_mgmt_params params = {
		.fn = fn,
		.tag = tag,
		.tag_set = true,
		.atomic = atomic,
		.tgt_priv = priv,
	};

	return scst_rx_mgmt_fn(sess, &params);
}
SCST_EXPORT(scst_rx_mgmt_fn_tag);

int scst_rx_mgmt_fn_lun(struct scst_session *sess, enum scst_mgmt_fn fn,
			const u8 *lun, int lun_len, bool atomic, void *priv)
{
	const struct scst_rx_mgmt_params params = {
		.fn = fn,
		.lun = lun,
		.lun_len = lun_len,
		.lun_set = true,
		.atomic = atomic,
		.tgt_priv = priv,
	};

	return scst_rx_mgmt_fn(sess, &params);
}
SCST_EXPORT(scst_rx_mgmt_fn_lun);

int scst_tm_init(void)
{
	tm_wq = alloc_workqueue("scst_tm", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return tm_wq ? 0 : -ENOMEM;
}

void scst_tm_exit(void)
{
	if (SCST_OPT(DEBUG_TM))
		scst_tm_dbg_exit();
	destroy_workqueue(tm_wq);
}
