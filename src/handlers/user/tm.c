// SPDX-License-Identifier: GPL-2.0
/*
 * Task management. The program hears of it before and after the core waits for the
 * affected commands. It may be stopped, though: commands that it has not even got end
 * at once, those that it holds end user_tm_seconds later without it.
 */
#include <linux/rculist.h>
#include <linux/slab.h>

#include "user.h"

/**
 * struct user_tm - a task management function
 * @req: TASK_MGMT_RECEIVED, then TASK_MGMT_DONE
 * @refs: one for the list, one for the program
 * @entry: in user_dev.tms
 * @mcmd: the core's; identity only
 * @sess_h: the nexus; 0: it has none with this device
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
	const struct scst_mgmt_cmd *mcmd;
	u64 sess_h;
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
	kfree(tm);
}

static bool tm_give(struct user_req *req, struct scst_user_get_cmd *get)
{
	struct user_tm *tm = tm_of(req);

	get->tm_cmd.sess_h = tm->sess_h;
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
	complete(&tm->answered);
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
	complete(&tm->answered);
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

/* Tells the program, and waits for its answer, but not for long. */
static void tm_tell(struct user_tm *tm, const struct user_sub *sub)
{
	reinit_completion(&tm->answered);
	refcount_inc(&tm->refs);
	if (!user_req_queue(&tm->req, sub)) {
		refcount_dec(&tm->refs);
		return;
	}
	/* It will find it when it goes on. */
	if (!wait_for_completion_timeout(&tm->answered, user_tm_seconds * HZ))
		scst_warn_rl("the program doesn't answer to task management function %u: going on without it\n",
			     tm->fn);
}

/* ---- aborted commands ---- */

static bool req_is_cmd(const struct user_req *req)
{
	return req->sub && req->sub->drop == user_cmd_drop;
}

/* Is it to be ended without the program? */
static bool __cmd_is_due(struct user_cmd *ucmd, bool *later)
{
	if (!ucmd->cmd || !scst_cmd_must_end(ucmd->cmd))
		return false;
	switch (ucmd->req.state) {
	case USER_REQ_READY:
		return true;
	case USER_REQ_IDLE:
		if (!ucmd->ws)
			return false;
		fallthrough;
	case USER_REQ_GIVEN:
		if (!ucmd->give_up)
			ucmd->give_up = (jiffies + user_tm_seconds * HZ) | 1;
		if (time_after_eq(jiffies, ucmd->give_up))
			return true;
		break;
	}
	*later = true;
	return false;
}

/* The core's command, the caller's from here on; @unsent: the program hasn't got it. */
static struct scst_cmd *__cmd_take_due(struct user_dev *dev,
				       struct user_cmd **which, bool *unsent,
				       bool *later)
{
	struct user_req *req;
	struct scst_cmd *cmd;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(dev->reqs); i++) {
		hlist_for_each_entry(req, &dev->reqs[i], hash) {
			if (!req_is_cmd(req) ||
			    !__cmd_is_due(user_cmd_of(req), later))
				continue;
			*which = user_cmd_of(req);
			*unsent = req->state == USER_REQ_READY;
			if (*unsent) {
				list_del_init(&req->entry);
				req->state = USER_REQ_IDLE;
			}
			cmd = (*which)->cmd;
			(*which)->cmd = NULL;
			return cmd;
		}
	}
	return NULL;
}

/* Return: there are some whose time has not come yet. */
static bool cmds_reap(struct user_dev *dev)
{
	struct user_cmd *ucmd;
	struct scst_cmd *cmd;
	bool unsent, later;
	u8 phase;

	for (;;) {
		later = false;
		spin_lock_irq(&dev->lock);
		cmd = __cmd_take_due(dev, &ucmd, &unsent, &later);
		/* Given ones may be answered, and freed, once the lock is gone. */
		phase = cmd ? ucmd->phase : 0;
		spin_unlock_irq(&dev->lock);
		if (!cmd)
			return later;
		scst_set_busy(cmd);	/* never sent */
		user_cmd_resume(cmd, phase, SCST_CONTEXT_THREAD);
		if (unsent)
			user_cmd_put(ucmd, true);
	}
}

void user_reap_work(struct work_struct *work)
{
	struct user_dev *dev = container_of(to_delayed_work(work),
					    struct user_dev, reap);

	if (cmds_reap(dev) && !READ_ONCE(dev->closing))
		queue_delayed_work(user_wq, &dev->reap, HZ / 4);
}

/* ---- what the core calls ---- */

static u64 sess_handle(struct scst_device *sdev, const struct scst_session *sess)
{
	struct scst_tgt_dev *tgt_dev;
	u64 handle = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(tgt_dev, &sdev->tgt_devs, dev_entry) {
		if (tgt_dev->sess == sess) {
			handle = ((struct user_sess *)tgt_dev->dh_priv)->handle;
			break;
		}
	}
	rcu_read_unlock();
	return handle;
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
			if (!req_is_cmd(req))
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

	/* At once: the work may be waiting for the time of others. */
	mod_delayed_work(user_wq, &dev->reap, 0);
	if (mcmd->fn == SCST_ABORT_TASK) {
		cmd_h = cmd_handle(dev, mcmd);
		if (!cmd_h)
			return;
	}
	tm = kzalloc(sizeof(*tm), GFP_NOIO);
	if (!tm)
		return;
	user_req_init(&tm->req, dev);
	refcount_set(&tm->refs, 1);
	init_completion(&tm->answered);
	tm->mcmd = mcmd;
	tm->sess_h = sess_handle(sdev, mcmd->sess);
	tm->fn = mcmd->fn;
	tm->cmd_h = cmd_h;
	spin_lock_irq(&dev->lock);
	list_add_tail(&tm->entry, &dev->tms);
	spin_unlock_irq(&dev->lock);
	tm_tell(tm, &sub_received);
}

/* Off the list: the caller has its reference. @idle: it has been answered. */
static struct user_tm *tm_take(struct user_dev *dev,
			       const struct scst_mgmt_cmd *mcmd, bool *idle)
{
	struct user_tm *tm, *found = NULL;

	spin_lock_irq(&dev->lock);
	list_for_each_entry(tm, &dev->tms, entry) {
		if (tm->mcmd == mcmd) {
			list_del(&tm->entry);
			*idle = tm->req.state == USER_REQ_IDLE;
			tm->late = !*idle;
			found = tm;
			break;
		}
	}
	spin_unlock_irq(&dev->lock);
	return found;
}

void user_task_mgmt_fn_done(struct scst_mgmt_cmd *mcmd, struct scst_device *sdev)
{
	struct user_dev *dev = sdev->dh_priv;
	struct user_tm *tm;
	bool idle;

	while ((tm = tm_take(dev, mcmd, &idle))) {
		if (idle)
			tm_tell(tm, &sub_done);
		tm_put(tm);
	}
}
