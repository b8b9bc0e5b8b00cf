// SPDX-License-Identifier: GPL-2.0
/*
 * Marking commands as aborted, wherever they are: on behalf of a task management
 * function, of a command that has failed (QErr), or of a persistent reservation.
 *
 * Abort is a flag, set under the lock of the list that a command is on. It takes
 * a command from nobody but a task set that holds it up. What another nexus
 * aborts gets a response (TASK ABORTED) if the device's TAS bit says so; otherwise
 * its nexus is told by a unit attention (SAM-5 5.10).
 */
#include <linux/rculist.h>

#include "scst_priv.h"

static bool abort_has(const struct scst_abort *a, const struct scst_cmd *cmd)
{
	if (cmd == a->but)
		return false;
	if (a->by_tag && cmd->tag != a->tag)
		return false;
	if (a->by_lun && cmd->lun != a->lun)
		return false;
	if (a->aca_only && cmd->queue_type != SCST_CMD_QUEUE_ACA)
		return false;
	if (a->unreg && !(cmd->tgt_dev && cmd->dev->handler->pre_unreg_sess))
		return false;
	/* Its response is on its way, or was given away. */
	if (SCST_OPT(ABORT_CONSIDER_FINISHED_TASKS_AS_NOT_EXISTING) &&
	    a->by_tag && READ_ONCE(cmd->state) == SCST_CMD_STATE_FINISH)
		return false;
	return true;
}

static void __cmd_mark(const struct scst_abort *a, struct scst_cmd *cmd)
{
	unsigned int flag = SCST_CMD_F_ABORTED;

	if (a->by && cmd->sess != a->by && cmd->tgt_dev) {
		if (READ_ONCE(cmd->dev->control.tas))
			flag = SCST_CMD_F_TASK_ABORTED;
		else if (a->tell)
			scst_ua_raise(cmd->tgt_dev, SCST_UA_CLEARED_BY_OTHER);
	}
	set_bit(flag, &cmd->flags);
	if (test_bit(SCST_CMD_F_IN_TASK_SET, &cmd->flags))
		__scst_order_abort(cmd);
	__scst_midlevel_abort(cmd, false);
	if (cmd->tgt_dev && cmd->dev->handler->cmd_aborted)
		cmd->dev->handler->cmd_aborted(cmd);
}

/* @tgt_dev: only commands of this nexus, of a session that may have others. */
static int abort_on_cpu(struct scst_abort *a, struct scst_sess_cpu *sc,
			const struct scst_tgt_dev *tgt_dev)
{
	struct scst_cmd *cmd;
	unsigned long flags;
	int ret = 0;

	spin_lock_irqsave(&sc->lock, flags);
	list_for_each_entry(cmd, &sc->cmds, sess_entry) {
		if (tgt_dev && cmd->tgt_dev != tgt_dev)
			continue;
		if (!abort_has(a, cmd))
			continue;
		a->found++;
		if (a->query)
			continue;
		if (a->below) {
			__scst_midlevel_abort(cmd, true);
			continue;
		}
		if (a->mcmd) {
			ret = __scst_tm_wait_for(a->mcmd, cmd);
			if (ret)
				break;
		}
		__cmd_mark(a, cmd);
	}
	spin_unlock_irqrestore(&sc->lock, flags);
	return ret;
}

static int abort_in_session(struct scst_abort *a, struct scst_session *sess,
			    const struct scst_tgt_dev *tgt_dev)
{
	int cpu, ret;

	for_each_possible_cpu(cpu) {
		ret = abort_on_cpu(a, per_cpu_ptr(sess->cpu, cpu), tgt_dev);
		if (ret)
			return ret;
	}
	return 0;
}

/* Nexuses that are going have commands, too: they are on the list to the last. */
static int abort_in_device(struct scst_abort *a)
{
	struct scst_tgt_dev *tgt_dev;
	int ret = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(tgt_dev, &a->dev->tgt_devs, dev_entry) {
		ret = abort_in_session(a, tgt_dev->sess, tgt_dev);
		if (ret)
			break;
	}
	rcu_read_unlock();
	return ret;
}

/**
 * scst_abort() - mark commands as aborted
 * @a: which, and for whom; @a->found is their number
 *
 * Returns as soon as they are marked.
 *
 * Context: any, no lock of the core's held but scst_mutex; the caller keeps the
 *	objects in @a.
 * Return: 0, or -ENOMEM with @a->mcmd: some were not marked, try again.
 */
int scst_abort(struct scst_abort *a)
{
	a->found = 0;
	if (a->dev)
		return abort_in_device(a);
	if (a->tgt_dev)
		return abort_in_session(a, a->tgt_dev->sess, a->tgt_dev);
	return abort_in_session(a, a->sess, NULL);
}
