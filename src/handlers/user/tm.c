// SPDX-License-Identifier: GPL-2.0
/*
 * Task management. The program hears of it before and after the core waits for the
 * affected commands. It may be stopped, though: nobody waits for its answers longer
 * than user_tm_seconds.
 */
#include <linux/rculist.h>
#include <linux/slab.h>

#include "user.h"

/**
 * struct user_tm - a task management function
 * @req: TASK_MGMT_RECEIVED, then TASK_MGMT_DONE
 * @refs: one for the list, one for the program
 * @entry: in user_dev.tms
 * @key: the core's function, or the session that ends; identity only
 * @sess: the nexus, or NULL: it has none with this device
 * @fn: enum scst_mgmt_fn
 * @cmd_h: the command to abort, or 0
 * @answered: by the program, or it is gone
 * @late: nobody waits any more: TASK_MGMT_DONE follows as soon as it is; under
 *	user_dev.lock
 */
struct user_tm {
	struct user_req req;
	refcount_t refs;
	struct list_head entry;
	const void *key;
	struct user_sess *sess;
	u32 fn;
	u32 cmd_h;
	struct completion answered;
	bool late;
};

static struct user_tm *tm_of(struct user_req *req)
{
	return container_of(req, struct user_tm, req);
}

static void tm_put(struct user_tm *tm)
{
	if (!refcount_dec_and_test(&tm->refs))
		return;
	user_req_forget(&tm->req);
	if (tm->sess)
		user_sess_put(tm->sess);
	kfree(tm);
}

static bool tm_give(struct user_req *req, struct scst_user_get_cmd *get)
{
	struct user_tm *tm = tm_of(req);

	get->tm_cmd.sess_h = tm->sess ? tm->sess->handle : 0;
	get->tm_cmd.fn = tm->fn;
	get->tm_cmd.cmd_h_to_abort = tm->cmd_h;
	get->tm_cmd.cmd_sn = tm->cmd_h;
	get->tm_cmd.cmd_sn_set = tm->cmd_h != 0;
	return true;
}

static void tm_drop(struct user_req *req)
{
	struct user_tm *tm = tm_of(req);

	user_req_idle(req);
	complete_all(&tm->answered);
	tm_put(tm);
}

static const struct user_sub sub_done;

/* What the program thinks of it changes nothing: the commands are gone, or will be. */
static int tm_reply(struct user_req *req, const struct scst_user_reply_cmd *reply)
{
	struct user_tm *tm = tm_of(req);
	struct user_dev *dev = req->dev;
	bool late;

	spin_lock_irq(&dev->lock);
	req->state = USER_REQ_IDLE;
	late = tm->late && req->sub != &sub_done;
	spin_unlock_irq(&dev->lock);
	complete_all(&tm->answered);
	/* The reference of this request becomes that of the next one. */
	if (!late || !user_req_queue(req, &sub_done))
		tm_put(tm);
	return 0;
}

static const struct user_sub sub_received = {
	.code = SCST_USER_TASK_MGMT_RECEIVED,
	.size = sizeof(struct scst_user_tm),
	.give = tm_give,
	.reply = tm_reply,
	.drop = tm_drop,
};

static const struct user_sub sub_done = {
	.code = SCST_USER_TASK_MGMT_DONE,
	.size = sizeof(struct scst_user_tm),
	.give = tm_give,
	.reply = tm_reply,
	.drop = tm_drop,
};

/* Queues it; the answer is for tm_wait(). */
static void tm_tell(struct user_tm *tm, const struct user_sub *sub)
{
	reinit_completion(&tm->answered);
	refcount_inc(&tm->refs);
	if (user_req_queue(&tm->req, sub))
		return;
	complete_all(&tm->answered);
	refcount_dec(&tm->refs);
}

/* It will find it when it goes on. */
static void tm_wait(struct user_tm *tm, unsigned long until)
{
	long left = max_t(long, until - jiffies, 0);

	if (!wait_for_completion_timeout(&tm->answered, left))
		scst_warn_rl("the program doesn't answer to task management function %u: going on without it\n",
			     tm->fn);
}

static unsigned long tm_deadline(void)
{
	return jiffies + user_tm_seconds * HZ;
}

/* @sess: may be NULL; it is told of the nexus's end after that of the function. */
static struct user_tm *tm_begin(struct user_dev *dev, const void *key,
				struct user_sess *sess, u32 fn, u32 cmd_h)
{
	struct user_tm *tm = kzalloc(sizeof(*tm), GFP_NOIO);

	if (!tm) {
		if (sess)
			user_sess_put(sess);
		return NULL;
	}
	user_req_init(&tm->req, dev);
	/* One for the list, one for the caller. */
	refcount_set(&tm->refs, 2);
	init_completion(&tm->answered);
	tm->key = key;
	tm->sess = sess;
	tm->fn = fn;
	tm->cmd_h = cmd_h;
	spin_lock_irq(&dev->lock);
	list_add_tail(&tm->entry, &dev->tms);
	spin_unlock_irq(&dev->lock);
	tm_tell(tm, &sub_received);
	return tm;
}

/* Of the list, with a reference; @sess: any of this nexus. */
static struct user_tm *tm_find(struct user_dev *dev, const void *key,
			       const struct user_sess *sess)
{
	struct user_tm *tm, *found = NULL;

	spin_lock_irq(&dev->lock);
	list_for_each_entry(tm, &dev->tms, entry) {
		if (sess ? tm->sess == sess : tm->key == key) {
			refcount_inc(&tm->refs);
			found = tm;
			break;
		}
	}
	spin_unlock_irq(&dev->lock);
	return found;
}

/*
 * Nobody waits any more: TASK_MGMT_DONE is next, as soon as the program has answered
 * to what it has. Return: false: somebody else has come first, or that is still to be.
 */
static bool tm_finish(struct user_tm *tm)
{
	struct user_dev *dev = tm->req.dev;
	bool listed, idle;

	spin_lock_irq(&dev->lock);
	listed = !list_empty(&tm->entry);
	list_del_init(&tm->entry);
	idle = tm->req.state == USER_REQ_IDLE;
	tm->late = !idle;
	spin_unlock_irq(&dev->lock);
	if (!listed)
		return false;
	if (idle)
		tm_tell(tm, &sub_done);
	tm_put(tm);
	return idle;
}

/* ---- what the core calls ---- */

/* Counted; NULL: the session hasn't this device. */
static struct user_sess *sess_find(struct scst_device *sdev,
				   const struct scst_session *sess)
{
	struct scst_tgt_dev *tgt_dev;
	struct user_sess *found = NULL;

	rcu_read_lock();
	list_for_each_entry_rcu(tgt_dev, &sdev->tgt_devs, dev_entry) {
		if (tgt_dev->sess == sess) {
			/* It stays on the list for longer than detach_tgt() waits. */
			found = tgt_dev->dh_priv;
			refcount_inc(&found->refs);
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

/* ABORT TASK: the handle of the command, 0: it isn't here. */
static u32 cmd_handle(struct user_dev *dev, const struct scst_mgmt_cmd *mcmd)
{
	const struct scst_cmd *cmd;
	struct user_req *req;
	u32 handle = 0;
	unsigned int i;

	spin_lock_irq(&dev->lock);
	for (i = 0; i < ARRAY_SIZE(dev->reqs) && !handle; i++) {
		hlist_for_each_entry(req, &dev->reqs[i], hash) {
			if (!user_req_is_cmd(req))
				continue;
			cmd = user_cmd_of(req)->cmd;
			if (cmd && user_cmd_of(req)->seen &&
			    cmd->sess == mcmd->sess && cmd->tag == mcmd->tag) {
				handle = req->handle;
				break;
			}
		}
	}
	spin_unlock_irq(&dev->lock);
	return handle;
}

void user_task_mgmt_fn(struct scst_mgmt_cmd *mcmd, struct scst_device *sdev)
{
	struct user_dev *dev = sdev->dh_priv;
	struct user_tm *tm;
	u32 cmd_h = 0;

	if (mcmd->fn == SCST_ABORT_TASK) {
		cmd_h = cmd_handle(dev, mcmd);
		if (!cmd_h)
			return;
	}
	tm = tm_begin(dev, mcmd, sess_find(sdev, mcmd->sess), mcmd->fn, cmd_h);
	if (!tm)
		return;
	/* One nexus after the other: they are waited for together. */
	if (mcmd->fn != SCST_PR_ABORT_ALL)
		tm_wait(tm, tm_deadline());
	tm_put(tm);
}

void user_task_mgmt_fn_done(struct scst_mgmt_cmd *mcmd, struct scst_device *sdev)
{
	struct user_dev *dev = sdev->dh_priv;
	unsigned long until = tm_deadline();
	struct user_tm *tm;

	while ((tm = tm_find(dev, mcmd, NULL))) {
		if (mcmd->fn == SCST_PR_ABORT_ALL)
			tm_wait(tm, until);
		if (tm_finish(tm))
			tm_wait(tm, until);
		tm_put(tm);
	}
}

/* Its commands are marked; the core waits for them, and for nothing else. */
void user_pre_unreg_sess(struct scst_tgt_dev *tgt_dev)
{
	struct user_sess *sess = tgt_dev->dh_priv;
	struct user_tm *tm;

	refcount_inc(&sess->refs);
	tm = tm_begin(sess->req.dev, sess, sess, SCST_UNREG_SESS_TM, 0);
	if (tm)
		tm_put(tm);
}

/* No command of the nexus is left, and nothing tells when its functions are done. */
void user_tm_detach(struct user_dev *dev, struct user_sess *sess)
{
	struct user_tm *tm;

	while ((tm = tm_find(dev, NULL, sess))) {
		tm_finish(tm);
		tm_put(tm);
	}
}
