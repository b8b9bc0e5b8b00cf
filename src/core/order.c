// SPDX-License-Identifier: GPL-2.0
/*
 * The order of commands in a task set (SAM-5 8): HEAD OF QUEUE before all that
 * wait, ORDERED after all older and before all newer ones, SIMPLE as they come.
 *
 * While only SIMPLE commands are around nothing of this is looked at, but
 * scst_device.ordering: zero. The first other command "tracks" the set: from then
 * on every command is entered here when it arrives, under the lock of its
 * session's list. Those that have arrived before are found on these lists and
 * counted in ("adopted"). Either the command has seen that the set is tracked, or
 * whoever tracks it sees the command: both happen under the lock of that list.
 *
 * A command has its place from its arrival on, but it waits only when it is ready
 * to be executed, in the state ORDER: there the set owns it. It is given to a
 * thread when its turn comes, or when it is aborted.
 */
#include <linux/jiffies.h>
#include <linux/rculist.h>

#include "scst_priv.h"
#include "order.h"

/* How long a set stays tracked without need: finding the others is work. */
#define SCST_TRACK_LINGER	HZ

/* What scst_cmd.order says. */
enum {
	SCST_ORDER_DORMANT,	/* may not run yet, and is being prepared */
	SCST_ORDER_WAITING,	/* may not run yet, and is the set's */
	SCST_ORDER_ENABLED,	/* may run, and has not begun */
	SCST_ORDER_BEGUN,	/* may run, and may have begun */
	SCST_ORDER_OUT,		/* aborted before it could */
};

void scst_task_set_init(struct scst_task_set *ts, struct scst_device *dev,
			struct scst_tgt_dev *nexus)
{
	ts->dev = dev;
	ts->nexus = nexus;
	spin_lock_init(&ts->lock);
	INIT_LIST_HEAD(&ts->dormant);
}

/* The attribute that counts. */
static u8 cmd_attr(const struct scst_cmd *cmd)
{
	if (SCST_OPT(STRICT_SERIALIZING) &&
	    cmd->queue_type != SCST_CMD_QUEUE_ACA)
		return SCST_CMD_QUEUE_ORDERED;
	if (cmd->queue_type == SCST_CMD_QUEUE_UNTAGGED ||
	    (READ_ONCE(cmd->dev->own_order) &&
	     cmd->queue_type != SCST_CMD_QUEUE_ACA))
		return SCST_CMD_QUEUE_SIMPLE;
	return cmd->queue_type;
}

static void __set_count(struct scst_task_set *ts, const struct scst_cmd *cmd)
{
	u8 attr = cmd_attr(cmd);

	ts->enabled++;
	ts->hoq += attr == SCST_CMD_QUEUE_HEAD_OF_QUEUE;
	ts->ordered += attr == SCST_CMD_QUEUE_ORDERED;
	ts->aca_cmds += attr == SCST_CMD_QUEUE_ACA;
}

static void __set_discount(struct scst_task_set *ts, const struct scst_cmd *cmd)
{
	u8 attr = cmd_attr(cmd);

	ts->enabled--;
	ts->hoq -= attr == SCST_CMD_QUEUE_HEAD_OF_QUEUE;
	ts->ordered -= attr == SCST_CMD_QUEUE_ORDERED;
	ts->aca_cmds -= attr == SCST_CMD_QUEUE_ACA;
}

static void __set_enable(struct scst_task_set *ts, struct scst_cmd *cmd)
{
	cmd->order = SCST_ORDER_ENABLED;
	__set_count(ts, cmd);
}

/* May the oldest of the dormant commands run? */
static bool __set_lets(const struct scst_task_set *ts, u8 attr)
{
	if (ts->adopting || ts->aca || ts->hoq)
		return false;
	return attr == SCST_CMD_QUEUE_ORDERED ? !ts->enabled : !ts->ordered;
}

/**
 * __scst_order_pump() - let commands run whose turn it is
 * @ts: the task set
 *
 * Context: any, @ts->lock held.
 */
void __scst_order_pump(struct scst_task_set *ts)
{
	struct scst_cmd *cmd;
	bool waiting;

	lockdep_assert_held(&ts->lock);
	for (;;) {
		cmd = list_first_entry_or_null(&ts->dormant, struct scst_cmd,
					       order_entry);
		if (!cmd || !__set_lets(ts, cmd_attr(cmd)))
			return;
		list_del(&cmd->order_entry);
		waiting = cmd->order == SCST_ORDER_WAITING;
		__set_enable(ts, cmd);
		if (waiting)
			scst_cmd_to_thread(cmd);
	}
}

/**
 * __scst_order_track() - count all commands of a task set from now on
 * @ts: the task set
 *
 * Context: any, @ts->lock held.
 * Return: true: the caller has to call scst_order_adopt() once it holds no lock.
 */
bool __scst_order_track(struct scst_task_set *ts)
{
	lockdep_assert_held(&ts->lock);
	ts->last = jiffies;
	if (ts->tracked)
		return false;
	ts->tracked = true;
	ts->adopting = true;
	atomic_inc(&ts->dev->ordering);
	return true;
}

static void __set_untrack(struct scst_task_set *ts)
{
	if (ts->adopting || ts->aca || ts->hoq || ts->ordered ||
	    !list_empty(&ts->dormant) ||
	    time_before(jiffies, ts->last + SCST_TRACK_LINGER))
		return;
	ts->tracked = false;
	atomic_dec(&ts->dev->ordering);
}

/* The flag comes last: it is seen without a lock. */
static void __set_mark(struct scst_task_set *ts, struct scst_cmd *cmd)
{
	cmd->tset = ts;
	smp_mb__before_atomic();	/* pairs with scst_step_order() */
	set_bit(SCST_CMD_F_IN_TASK_SET, &cmd->flags);
}

static void adopt_on_cpu(struct scst_task_set *ts,
			 const struct scst_tgt_dev *tgt_dev, int cpu)
{
	struct scst_sess_cpu *sc = per_cpu_ptr(tgt_dev->sess->cpu, cpu);
	struct scst_cmd *cmd;
	unsigned long flags;

	spin_lock_irqsave(&sc->lock, flags);
	spin_lock(&ts->lock);
	list_for_each_entry(cmd, &sc->cmds, sess_entry) {
		if (cmd->tgt_dev != tgt_dev ||
		    test_bit(SCST_CMD_F_IN_TASK_SET, &cmd->flags))
			continue;
		cmd->order = SCST_ORDER_BEGUN;
		__set_count(ts, cmd);
		__set_mark(ts, cmd);
	}
	spin_unlock(&ts->lock);
	spin_unlock_irqrestore(&sc->lock, flags);
}

/**
 * scst_order_adopt() - count the commands that came before the set was tracked
 * @ts: the task set; the caller keeps its device and nexus
 *
 * Context: any, no lock held.
 */
void scst_order_adopt(struct scst_task_set *ts)
{
	struct scst_tgt_dev *tgt_dev;
	unsigned long flags;
	int cpu;

	rcu_read_lock();
	list_for_each_entry_rcu(tgt_dev, &ts->dev->tgt_devs, dev_entry) {
		if (ts->nexus && ts->nexus != tgt_dev)
			continue;
		for_each_possible_cpu(cpu)
			adopt_on_cpu(ts, tgt_dev, cpu);
	}
	rcu_read_unlock();

	spin_lock_irqsave(&ts->lock, flags);
	ts->adopting = false;
	__scst_order_pump(ts);
	spin_unlock_irqrestore(&ts->lock, flags);
}

/* A place for a command that has just arrived. */
static void __set_enter(struct scst_task_set *ts, struct scst_cmd *cmd)
{
	u8 attr = cmd_attr(cmd);

	if (attr == SCST_CMD_QUEUE_HEAD_OF_QUEUE ||
	    (ts->aca && scst_aca_exempts(cmd)) ||
	    (list_empty(&ts->dormant) && __set_lets(ts, attr))) {
		__set_enable(ts, cmd);
	} else {
		cmd->order = SCST_ORDER_DORMANT;
		if (cmd->queue_type == SCST_CMD_QUEUE_HEAD_OF_QUEUE)
			list_add(&cmd->order_entry, &ts->dormant);
		else
			list_add_tail(&cmd->order_entry, &ts->dormant);
	}
	__set_mark(ts, cmd);
}

/**
 * __scst_order_enter() - a command arrives where its order may matter
 * @cmd: the command, mapped
 *
 * Ends it, if it may not join the task set now (SAM-5 5.9.3).
 *
 * Context: any, under the lock of the session's list that @cmd is on.
 * Return: true: the caller has to call scst_order_adopt(cmd->tset) after it has
 *	dropped that lock.
 */
bool __scst_order_enter(struct scst_cmd *cmd)
{
	struct scst_task_set *ts = scst_task_set_of(cmd->tgt_dev);
	bool adopt = false;

	spin_lock(&ts->lock);
	if (!__scst_aca_admits(ts, cmd)) {
		scst_cmd_set_failed(cmd);
		goto out;
	}
	if (cmd_attr(cmd) != SCST_CMD_QUEUE_SIMPLE)
		adopt = __scst_order_track(ts);
	if (ts->tracked)
		__set_enter(ts, cmd);
out:
	spin_unlock(&ts->lock);
	return adopt;
}

/*
 * The command is ready to be executed. While there is an ACA, not even one that
 * was allowed to run before starts: it is blocked (SAM-5 5.9.2), first in line.
 */
enum scst_cmd_next scst_step_order(struct scst_cmd *cmd)
{
	struct scst_task_set *ts;
	enum scst_cmd_next next = SCST_CMD_GO;
	unsigned long flags;

	smp_rmb();	/* pairs with __set_mark() */
	ts = cmd->tset;
	scst_cmd_set_state(cmd, SCST_CMD_STATE_CHECK);

	spin_lock_irqsave(&ts->lock, flags);
	if (cmd->order != SCST_ORDER_DORMANT && ts->aca &&
	    !scst_aca_exempts(cmd) && !scst_cmd_must_end(cmd)) {
		__set_discount(ts, cmd);
		list_add(&cmd->order_entry, &ts->dormant);
		cmd->order = SCST_ORDER_DORMANT;
	}
	if (cmd->order == SCST_ORDER_DORMANT) {
		cmd->order = SCST_ORDER_WAITING;
		next = SCST_CMD_PARKED;
	} else if (cmd->order == SCST_ORDER_ENABLED) {
		cmd->order = SCST_ORDER_BEGUN;
	}
	spin_unlock_irqrestore(&ts->lock, flags);
	return next;
}

/**
 * __scst_order_abort() - a command has been aborted: nobody waits for it any more
 * @cmd: the command, with its flag set
 *
 * If the task set owns it, it goes on to its end.
 *
 * Context: any, under the lock of the session's list that @cmd is on.
 */
void __scst_order_abort(struct scst_cmd *cmd)
{
	struct scst_task_set *ts = cmd->tset;
	u8 was;

	spin_lock(&ts->lock);
	was = cmd->order;
	if (was < SCST_ORDER_BEGUN) {
		if (was == SCST_ORDER_ENABLED)
			__set_discount(ts, cmd);
		else
			list_del(&cmd->order_entry);
		cmd->order = SCST_ORDER_OUT;
		if (was == SCST_ORDER_WAITING)
			scst_cmd_to_thread(cmd);
		__scst_order_pump(ts);
	}
	spin_unlock(&ts->lock);
}

/**
 * scst_order_leave() - a command has ended
 * @cmd: the command, with SCST_CMD_F_IN_TASK_SET, off its session's list
 *
 * Context: any.
 */
void scst_order_leave(struct scst_cmd *cmd)
{
	struct scst_task_set *ts = cmd->tset;
	unsigned long flags;

	spin_lock_irqsave(&ts->lock, flags);
	if (cmd->order == SCST_ORDER_ENABLED || cmd->order == SCST_ORDER_BEGUN)
		__set_discount(ts, cmd);
	else if (cmd->order != SCST_ORDER_OUT)
		list_del(&cmd->order_entry);	/* ended before its turn */
	__scst_order_pump(ts);
	if (ts->tracked)
		__set_untrack(ts);
	spin_unlock_irqrestore(&ts->lock, flags);
}
