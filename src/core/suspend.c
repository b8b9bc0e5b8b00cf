// SPDX-License-Identifier: GPL-2.0
/*
 * Standing still: commands that come are held, those that are there are waited
 * for. The data path reads a flag for it that nobody writes otherwise: to patch the branch
 * away would stop all CPUs at each change of a group or a handler.
 *
 * A held command is on its session's list, so that task management finds it; the
 * others are what is on all lists less what is held.
 */
#include <linux/delay.h>
#include <linux/rcupdate.h>
#include <linux/wait_bit.h>

#include "scst_priv.h"

bool scst_suspended __read_mostly;	/* written under suspend_mutex */

static DEFINE_MUTEX(suspend_mutex);	/* held over each change of suspend_depth */
static unsigned int suspend_depth;

static DEFINE_SPINLOCK(held_lock);	/* protects what follows; any context */
static bool holding;
static u64 nr_held;
static LIST_HEAD(held);			/* struct scst_cmd.queue_entry */

static atomic_t keepers = ATOMIC_INIT(0);

/**
 * scst_suspend_hold() - a command that comes while activity is suspended
 * @cmd: the command, on its session's list
 *
 * Context: any.
 * Return: true: it waits, and isn't the caller's any more.
 */
bool scst_suspend_hold(struct scst_cmd *cmd)
{
	unsigned long flags;
	bool hold;

	spin_lock_irqsave(&held_lock, flags);
	hold = holding;
	if (hold) {
		list_add_tail(&cmd->queue_entry, &held);
		nr_held++;
	}
	spin_unlock_irqrestore(&held_lock, flags);
	return hold;
}

static u64 held_count(void)
{
	u64 n;

	spin_lock_irq(&held_lock);
	n = nr_held;
	spin_unlock_irq(&held_lock);
	return n;
}

static bool commands_run(void)
{
	/* First: what is held meanwhile may be counted as running, no more. */
	u64 waiting = held_count();

	return scst_sessions_cmd_count() != waiting;
}

void scst_suspend_activity(void)
{
	might_sleep();
	mutex_lock(&suspend_mutex);
	if (!suspend_depth++) {
		spin_lock_irq(&held_lock);
		holding = true;
		spin_unlock_irq(&held_lock);
		WRITE_ONCE(scst_suspended, true);
		/* Pairs with cmd_track(): who has not seen it is on a list now. */
		synchronize_rcu();
		while (commands_run())
			msleep(20);
		wait_var_event(&keepers, !atomic_read(&keepers));
	}
	mutex_unlock(&suspend_mutex);
}
SCST_EXPORT(scst_suspend_activity);

static struct scst_cmd *held_take(void)
{
	struct scst_cmd *cmd;

	spin_lock_irq(&held_lock);
	cmd = list_first_entry_or_null(&held, struct scst_cmd, queue_entry);
	if (cmd) {
		list_del(&cmd->queue_entry);
		nr_held--;
	} else {
		holding = false;
	}
	spin_unlock_irq(&held_lock);
	return cmd;
}

void scst_resume_activity(void)
{
	struct scst_cmd *cmd;

	might_sleep();
	mutex_lock(&suspend_mutex);
	if (!WARN_ON(!suspend_depth) && !--suspend_depth) {
		while ((cmd = held_take()))
			scst_cmd_to_thread(cmd);
		WRITE_ONCE(scst_suspended, false);
	}
	mutex_unlock(&suspend_mutex);
}
SCST_EXPORT(scst_resume_activity);

void scst_get(void)
{
	atomic_inc(&keepers);
}
SCST_EXPORT(scst_get);

void scst_put(void)
{
	if (atomic_dec_and_test(&keepers))
		wake_up_var(&keepers);
}
SCST_EXPORT(scst_put);
