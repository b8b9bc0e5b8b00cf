// SPDX-License-Identifier: GPL-2.0
/*
 * Aborted commands of a program that may be stopped: those that it has not even got
 * end at once, those that it holds end user_tm_seconds later without it.
 */
#include "user.h"

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
			if (!user_req_is_cmd(req) ||
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

/* Any context. */
void user_reap(struct user_dev *dev)
{
	/* At once: the work may be waiting for the time of others. */
	mod_delayed_work(user_wq, &dev->reap, 0);
}

/*
 * Under the lock of the command's list. Whoever is about to queue the command sees
 * the count, or the work sees the command: user_cmd_ask().
 */
void user_cmd_aborted(struct scst_cmd *cmd)
{
	struct user_dev *dev = cmd->dev->dh_priv;

	atomic_inc(&dev->aborts);
	user_reap(dev);
}
