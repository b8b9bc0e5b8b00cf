// SPDX-License-Identifier: GPL-2.0
/*
 * Commands that have their blocks for themselves: COMPARE AND WRITE, ORWRITE,
 * WRITE ATOMIC, and all of the device for SANITIZE and FORMAT UNIT.
 *
 * READ and WRITE pay a reference of a per-CPU counter while there is none of those
 * (FAST). The first one kills the counter and waits until it is drained; from then
 * on (SLOW) READs and WRITEs are counted by place, in buckets of blocks, and so it
 * stays until there has been none for a second. All others who change or compare
 * blocks are in a list, with their exact places.
 *
 * Who has to wait does so in the same list, behind all that came before and are in
 * its way: nobody starves. No thread waits: the command is executed again when its
 * turn has come.
 *
 * Whoever has blocks for himself can have them watched from then on: the way stays
 * SLOW, and each command that changes them says so before.
 */
#include <linux/completion.h>
#include <linux/interval_tree_generic.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "vdisk.h"

#define RANGE_SHIFT	11	/* log2 of the blocks of a bucket */
#define RANGE_CALM	HZ	/* so long nobody must have excluded others */

/**
 * struct vdisk_range - a command in the list
 * @entry: in vdisk_ranges.list
 * @run: on its way out of the list of those that wait
 * @cmd: the command, or NULL:
 * @turn: somebody waits for it, see vdisk_range_run()
 * @excl: nobody else may be at work on its blocks
 * @running: it is at work; otherwise it waits
 * @writes: it changes its blocks
 * @rw: a READ or WRITE, which leaves the list for the buckets when it may run
 * @n: number of @extents
 * @extents: its blocks; behind it in memory
 */
struct vdisk_range {
	struct list_head entry;
	struct list_head run;
	struct scst_cmd *cmd;
	struct completion *turn;
	bool excl;
	bool writes;
	bool running;
	bool rw;
	unsigned int n;
	const struct vdisk_extent *extents;
};

/* ---- places ---- */

static bool extents_overlap(const struct vdisk_range *a,
			    const struct vdisk_range *b)
{
	unsigned int i, j;

	for (i = 0; i < a->n; i++)
		for (j = 0; j < b->n; j++)
			if (a->extents[i].start < b->extents[j].end &&
			    b->extents[j].start < a->extents[i].end)
				return true;
	return false;
}

static u64 extent_first(const struct vdisk_extent *e)
{
	return e->start >> RANGE_SHIFT;
}

/* Number of buckets that it touches, at most all. */
static unsigned int extent_buckets(const struct vdisk_extent *e)
{
	u64 n;

	if (e->start >= e->end)
		return 0;
	n = ((e->end - 1) >> RANGE_SHIFT) - extent_first(e) + 1;
	return min_t(u64, n, VDISK_RANGE_BUCKETS);
}

/* Do two of them share a bucket? Places far apart may. */
static bool extents_collide(const struct vdisk_extent *a,
			    const struct vdisk_extent *b)
{
	u8 ab = extent_first(b) - extent_first(a);
	u8 ba = extent_first(a) - extent_first(b);

	BUILD_BUG_ON(VDISK_RANGE_BUCKETS != 256);	/* a u8 goes around */
	return ab < extent_buckets(a) || ba < extent_buckets(b);
}

static bool ranges_collide(const struct vdisk_range *a,
			   const struct vdisk_range *b)
{
	unsigned int i, j;

	for (i = 0; i < a->n; i++)
		for (j = 0; j < b->n; j++)
			if (extents_collide(&a->extents[i], &b->extents[j]))
				return true;
	return false;
}

static void buckets_add(struct vdisk_ranges *r, const struct vdisk_extent *e,
			int n)
{
	unsigned int i, count = extent_buckets(e);
	u8 bucket = extent_first(e);

	lockdep_assert_held(&r->lock);
	for (i = 0; i < count; i++)
		r->buckets[bucket++] += n;
}

static bool buckets_busy(const struct vdisk_ranges *r,
			 const struct vdisk_range *range)
{
	unsigned int i, j;

	for (i = 0; i < range->n; i++) {
		unsigned int count = extent_buckets(&range->extents[i]);
		u8 bucket = extent_first(&range->extents[i]);

		for (j = 0; j < count; j++)
			if (r->buckets[bucket++])
				return true;
	}
	return false;
}

/* ---- who is told of writes ---- */

#define WATCH_START(w)	((w)->extent.start)
#define WATCH_LAST(w)	((w)->extent.end - 1)

INTERVAL_TREE_DEFINE(struct vdisk_watch, node, u64, subtree_last, WATCH_START,
		     WATCH_LAST, static, watch_tree)

static void extent_is_written(struct vdisk_ranges *r, const struct vdisk_extent *e)
{
	struct vdisk_watch *w;

	if (e->start >= e->end)
		return;
	for (w = watch_tree_iter_first(&r->watches, e->start, e->end - 1); w;
	     w = watch_tree_iter_next(w, e->start, e->end - 1))
		WRITE_ONCE(*w->written, true);
}

/* It begins. */
static void range_tell(struct vdisk_ranges *r, const struct vdisk_range *range)
{
	unsigned int i;

	lockdep_assert_held(&r->lock);
	if (!range->writes || RB_EMPTY_ROOT(&r->watches.rb_root))
		return;
	for (i = 0; i < range->n; i++)
		extent_is_written(r, &range->extents[i]);
}

/**
 * vdisk_watch_add() - from now on, whoever writes blocks says so
 * @r: of the device
 * @w: the blocks
 * @n: how many @w
 *
 * Context: any; the caller has the blocks for itself (VDISK_RANGE_EXCL), or those
 *	who are at work on them already say nothing.
 */
void vdisk_watch_add(struct vdisk_ranges *r, struct vdisk_watch *w, unsigned int n)
{
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&r->lock, flags);
	for (i = 0; i < n; i++)
		watch_tree_insert(&w[i], &r->watches);
	spin_unlock_irqrestore(&r->lock, flags);
}

/* Nobody says anything any more when it is back. Any context. */
void vdisk_watch_del(struct vdisk_ranges *r, struct vdisk_watch *w, unsigned int n)
{
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&r->lock, flags);
	for (i = 0; i < n; i++)
		watch_tree_remove(&w[i], &r->watches);
	spin_unlock_irqrestore(&r->lock, flags);
}

/* ---- who may run ---- */

/*
 * Is an earlier one in its way? A READ or WRITE also waits behind one that waits
 * for its bucket, which would never be empty otherwise.
 */
static bool range_is_behind(const struct vdisk_range *range,
			    const struct vdisk_range *earlier)
{
	if (!range->excl && !earlier->excl)
		return false;
	return extents_overlap(range, earlier) ||
	       (range->rw && !earlier->running &&
		ranges_collide(range, earlier));
}

static bool range_may_run(const struct vdisk_ranges *r,
			  const struct vdisk_range *range)
{
	const struct vdisk_range *earlier;

	lockdep_assert_held(&r->lock);
	if (range->excl && (r->mode != VDISK_RANGES_SLOW ||
			    buckets_busy(r, range)))
		return false;
	list_for_each_entry(earlier, &r->list, entry) {
		if (earlier == range)
			break;
		if (range_is_behind(range, earlier))
			return false;
	}
	return true;
}

/* At work from now on; what READs and WRITEs keep is their buckets. */
static void range_start(struct vdisk_ranges *r, struct vdisk_range *range)
{
	lockdep_assert_held(&r->lock);
	range->running = true;
	range_tell(r, range);
	if (range->rw) {
		list_del(&range->entry);
		buckets_add(r, &range->extents[0], 1);
	}
}

/* Something has ended: execute those whose turn has come. */
static void ranges_run(struct vdisk_ranges *r)
{
	struct vdisk_range *range, *next;
	unsigned long flags;
	LIST_HEAD(run);

	spin_lock_irqsave(&r->lock, flags);
	if (r->waiting) {
		list_for_each_entry_safe(range, next, &r->list, entry) {
			if (range->running || !range_may_run(r, range))
				continue;
			range_start(r, range);
			r->waiting--;
			list_add_tail(&range->run, &run);
		}
	}
	spin_unlock_irqrestore(&r->lock, flags);

	list_for_each_entry_safe(range, next, &run, run) {
		if (range->cmd)
			scst_cmd_exec_again(range->cmd);
		else
			complete(range->turn);
	}
}

/* To the end of the list; false: to wait there, and not the caller's any more. */
static bool range_add(struct vdisk_ranges *r, struct vdisk_range *range)
{
	bool may_run;

	lockdep_assert_held(&r->lock);
	list_add_tail(&range->entry, &r->list);
	if (range->cmd)
		range->cmd->dh_priv = range;
	may_run = range_may_run(r, range);
	if (may_run)
		range_start(r, range);
	else
		r->waiting++;
	return may_run;
}

/* A copy of @like, whose extents are the caller's. */
static struct vdisk_range *range_alloc(const struct vdisk_range *like)
{
	size_t len = like->n * sizeof(*like->extents);
	struct scst_cmd *cmd = like->cmd;
	struct vdisk_range *range;

	range = kmalloc(sizeof(*range) + len, GFP_ATOMIC | __GFP_NOWARN);
	if (!range) {
		scst_set_busy(cmd);
		scst_cmd_done(cmd, SCST_CONTEXT_SAME);
		return NULL;
	}
	*range = *like;
	range->extents = memcpy(range + 1, like->extents, len);
	return range;
}

/* ---- READ and WRITE ---- */

static struct vdisk_extent rw_extent(const struct scst_cmd *cmd)
{
	struct vdisk_extent e = { .start = cmd->lba };

	e.end = e.start + (cmd->data_len >> cmd->dev->block_shift);
	return e;
}

/* Its turn has come: see range_start(). */
static bool rw_take_over(struct scst_cmd *cmd)
{
	kfree(cmd->dh_priv);
	cmd->dh_priv = NULL;
	cmd->dh_state = VDISK_RANGE_BUCKETS_HELD;
	if (!scst_cmd_must_end(cmd))
		return true;
	scst_cmd_done(cmd, SCST_CONTEXT_SAME);
	return false;
}

static bool rw_enter_buckets(struct vdisk_ranges *r,
			     const struct vdisk_range *range)
{
	unsigned long flags;
	bool may_run;

	spin_lock_irqsave(&r->lock, flags);
	may_run = range_may_run(r, range);
	if (may_run) {
		range_tell(r, range);
		buckets_add(r, range->extents, 1);
	}
	spin_unlock_irqrestore(&r->lock, flags);
	return may_run;
}

bool vdisk_range_enter_slow(struct scst_cmd *cmd, struct vdisk_ranges *r)
{
	struct vdisk_extent e = rw_extent(cmd);
	struct vdisk_range want = {
		.cmd = cmd, .rw = true, .n = 1, .extents = &e,
		.writes = cmd->data_direction == SCST_DATA_WRITE,
	};
	struct vdisk_range *range;
	unsigned long flags;
	bool may_run;

	if (cmd->dh_priv)
		return rw_take_over(cmd);
	if (rw_enter_buckets(r, &want)) {
		cmd->dh_state = VDISK_RANGE_BUCKETS_HELD;
		return true;
	}
	range = range_alloc(&want);
	if (!range)
		return false;
	spin_lock_irqsave(&r->lock, flags);
	may_run = range_add(r, range);
	spin_unlock_irqrestore(&r->lock, flags);
	return may_run && rw_take_over(cmd);
}

/* ---- the others ---- */

/* READs and WRITEs go the slow way from now on. */
static void ranges_leave_fast(struct vdisk_ranges *r)
{
	bool kill;

	mutex_lock(&r->mode_lock);
	spin_lock_irq(&r->lock);
	r->last_excl = jiffies;
	kill = r->mode == VDISK_RANGES_FAST;
	if (kill)
		r->mode = VDISK_RANGES_DRAINING;
	spin_unlock_irq(&r->lock);
	if (kill) {
		percpu_ref_kill(&r->fast);
		schedule_delayed_work(&r->relax, RANGE_CALM);
	}
	mutex_unlock(&r->mode_lock);
}

/*
 * Once it is in the list it may be executed, ended and its device closed by others
 * before this returns: the mutex is none of its business any more by then.
 */
static bool range_enter_list(struct vdisk_ranges *r, struct vdisk_range *range)
{
	bool may_run;

	for (;;) {
		if (range->excl)
			ranges_leave_fast(r);
		spin_lock_irq(&r->lock);
		if (!range->excl || r->mode != VDISK_RANGES_FAST)
			break;
		spin_unlock_irq(&r->lock);
	}
	may_run = range_add(r, range);
	spin_unlock_irq(&r->lock);
	return may_run;
}

/**
 * vdisk_range_enter() - a command begins that isn't a READ or WRITE
 * @cmd: the command, in a thread
 * @r: of its device
 * @extents: its blocks
 * @n: how many @extents
 * @how: VDISK_RANGE_*
 *
 * Context: process context of a thread of the core.
 * Return: false: the command isn't the caller's any more. It was ended, or is
 *	executed again when its turn has come, and then gets true here.
 */
bool vdisk_range_enter(struct scst_cmd *cmd, struct vdisk_ranges *r,
		       const struct vdisk_extent *extents, unsigned int n,
		       unsigned int how)
{
	const struct vdisk_range want = {
		.cmd = cmd, .n = n, .extents = extents,
		.excl = how & VDISK_RANGE_EXCL,
		.writes = how & VDISK_RANGE_WRITES,
	};
	struct vdisk_range *range;

	if (!cmd->dh_priv) {
		range = range_alloc(&want);
		if (!range || !range_enter_list(r, range))
			return false;
	}
	cmd->dh_state = VDISK_RANGE_LISTED;
	if (!scst_cmd_must_end(cmd))
		return true;
	scst_cmd_done(cmd, SCST_CONTEXT_SAME);
	return false;
}

/* One whose turn had come may end before it has looked at its place in the list. */
void vdisk_range_leave_slow(struct scst_cmd *cmd, struct vdisk_ranges *r)
{
	struct vdisk_range *range = cmd->dh_priv;
	struct vdisk_extent e;
	unsigned long flags;
	bool waiting;

	spin_lock_irqsave(&r->lock, flags);
	if (range && !range->rw) {
		list_del(&range->entry);
		if (range->excl)
			r->last_excl = jiffies;
	} else {
		e = rw_extent(cmd);
		buckets_add(r, &e, -1);
	}
	waiting = r->waiting;
	spin_unlock_irqrestore(&r->lock, flags);

	cmd->dh_state = VDISK_RANGE_NONE;
	cmd->dh_priv = NULL;
	kfree(range);
	if (waiting)
		ranges_run(r);
}

/* ---- without a command ---- */

/**
 * vdisk_range_run() - work on blocks as a command does that doesn't exclude others
 * @r: of the device
 * @extent: the blocks
 * @writes: it changes them
 * @fn: the work; must not wait for other commands
 * @data: for @fn
 *
 * Waits for its turn: not for threads of the core, which those that it waits for
 * may need.
 *
 * Context: process context, may sleep.
 * Return: what @fn has returned.
 */
int vdisk_range_run(struct vdisk_ranges *r, const struct vdisk_extent *extent,
		    bool writes, int (*fn)(void *data), void *data)
{
	DECLARE_COMPLETION_ONSTACK(turn);
	struct vdisk_range range = {
		.turn = &turn, .writes = writes, .n = 1, .extents = extent,
	};
	bool waiting;
	int ret;

	if (!range_enter_list(r, &range))
		wait_for_completion(&turn);
	ret = fn(data);
	spin_lock_irq(&r->lock);
	list_del(&range.entry);
	waiting = r->waiting;
	spin_unlock_irq(&r->lock);
	if (waiting)
		ranges_run(r);
	return ret;
}

/* ---- fast and slow ---- */

static void ranges_drained(struct percpu_ref *ref)
{
	struct vdisk_ranges *r = container_of(ref, struct vdisk_ranges, fast);
	unsigned long flags;

	spin_lock_irqsave(&r->lock, flags);
	r->mode = VDISK_RANGES_SLOW;
	spin_unlock_irqrestore(&r->lock, flags);
	ranges_run(r);
}

static bool ranges_are_calm(const struct vdisk_ranges *r)
{
	const struct vdisk_range *range;

	lockdep_assert_held(&r->lock);
	if (r->mode != VDISK_RANGES_SLOW ||
	    !RB_EMPTY_ROOT(&r->watches.rb_root) ||
	    time_before(jiffies, r->last_excl + RANGE_CALM))
		return false;
	list_for_each_entry(range, &r->list, entry)
		if (range->excl)
			return false;
	return true;
}

static void ranges_relax_fn(struct work_struct *work)
{
	struct vdisk_ranges *r = container_of(to_delayed_work(work),
					      struct vdisk_ranges, relax);
	bool calm;

	mutex_lock(&r->mode_lock);
	spin_lock_irq(&r->lock);
	calm = ranges_are_calm(r);
	if (calm)
		r->mode = VDISK_RANGES_FAST;
	spin_unlock_irq(&r->lock);
	/* Whoever excludes others next waits for the mutex before it kills again. */
	if (calm)
		percpu_ref_reinit(&r->fast);
	else
		schedule_delayed_work(&r->relax, RANGE_CALM);
	mutex_unlock(&r->mode_lock);
}

int vdisk_ranges_init(struct vdisk_ranges *r)
{
	spin_lock_init(&r->lock);
	INIT_LIST_HEAD(&r->list);
	r->watches = RB_ROOT_CACHED;
	mutex_init(&r->mode_lock);
	INIT_DELAYED_WORK(&r->relax, ranges_relax_fn);
	return percpu_ref_init(&r->fast, ranges_drained,
			       PERCPU_REF_ALLOW_REINIT, GFP_KERNEL);
}

/* No command is left, so nobody waits for the counter to be drained. */
void vdisk_ranges_destroy(struct vdisk_ranges *r)
{
	cancel_delayed_work_sync(&r->relax);
	percpu_ref_exit(&r->fast);
}
