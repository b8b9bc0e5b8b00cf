/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which commands may work on which blocks at the same time: see range.c.
 */
#ifndef VDISK_RANGE_H
#define VDISK_RANGE_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "scsi_tgt.h"

#define VDISK_RANGE_BUCKETS	256

/* How a command counts, in scst_cmd.dh_state. */
enum vdisk_range_state {
	VDISK_RANGE_NONE,
	VDISK_RANGE_FAST,	/* in vdisk_ranges.fast */
	VDISK_RANGE_BUCKETS_HELD, /* in vdisk_ranges.buckets */
	VDISK_RANGE_LISTED,	/* in vdisk_ranges.list: its entry is dh_priv */
};

enum vdisk_range_mode {
	VDISK_RANGES_FAST,	/* nobody excludes others */
	VDISK_RANGES_DRAINING,	/* somebody waits for those in "fast" */
	VDISK_RANGES_SLOW,	/* there are none any more */
};

/* What a command is to others on its blocks. */
#define VDISK_RANGE_EXCL	BIT(0)	/* it must have them for itself */
#define VDISK_RANGE_WRITES	BIT(1)	/* it changes them */

/* Blocks from @start up to, not including, @end. */
struct vdisk_extent {
	u64 start;
	u64 end;
};

/**
 * struct vdisk_watch - blocks that somebody wants to know of being written
 * @node: in vdisk_ranges.watches
 * @subtree_last: the tree's
 * @extent: the blocks, at least one
 * @written: set before any of them is changed
 */
struct vdisk_watch {
	struct rb_node node;
	u64 subtree_last;
	struct vdisk_extent extent;
	bool *written;
};

/**
 * struct vdisk_ranges - the commands that are at work on a device's blocks
 * @fast: READs and WRITEs while nobody excludes others
 * @lock: protects all below but @mode_lock; taken in any context
 * @mode: which way READs and WRITEs go now
 * @waiting: entries of @list that may not run yet
 * @last_excl: jiffies when somebody last excluded others
 * @list: struct vdisk_range in the order of arrival
 * @watches: struct vdisk_watch; READs and WRITEs go the slow way while there are some
 * @buckets: READs and WRITEs at work, by place; while @mode isn't FAST
 * @mode_lock: held while @mode goes from or to FAST, together with @fast
 * @relax: goes back to FAST
 */
struct vdisk_ranges {
	struct percpu_ref fast;
	spinlock_t lock;
	enum vdisk_range_mode mode;
	unsigned int waiting;
	unsigned long last_excl;
	struct list_head list;
	struct rb_root_cached watches;
	u32 buckets[VDISK_RANGE_BUCKETS];
	struct mutex mode_lock;
	struct delayed_work relax;
};

int vdisk_ranges_init(struct vdisk_ranges *r);
void vdisk_ranges_destroy(struct vdisk_ranges *r);

bool vdisk_range_enter(struct scst_cmd *cmd, struct vdisk_ranges *r,
		       const struct vdisk_extent *extents, unsigned int n,
		       unsigned int how);
int vdisk_range_run(struct vdisk_ranges *r, const struct vdisk_extent *extent,
		    bool writes, int (*fn)(void *data), void *data);
void vdisk_watch_add(struct vdisk_ranges *r, struct vdisk_watch *w, unsigned int n);
void vdisk_watch_del(struct vdisk_ranges *r, struct vdisk_watch *w, unsigned int n);
bool vdisk_range_enter_slow(struct scst_cmd *cmd, struct vdisk_ranges *r);
void vdisk_range_leave_slow(struct scst_cmd *cmd, struct vdisk_ranges *r);

/**
 * vdisk_range_enter_rw() - a READ or WRITE begins
 * @cmd: the command: cmd->lba, cmd->data_len
 * @r: of its device
 *
 * Context: any.
 * Return: false: the command isn't the caller's any more. It was ended, or is
 *	executed again when those who exclude it are done.
 */
static inline bool vdisk_range_enter_rw(struct scst_cmd *cmd,
					struct vdisk_ranges *r)
{
	if (likely(!cmd->dh_priv && percpu_ref_tryget_live(&r->fast))) {
		cmd->dh_state = VDISK_RANGE_FAST;
		return true;
	}
	return vdisk_range_enter_slow(cmd, r);
}

/**
 * vdisk_range_leave() - a command is done with its blocks
 * @cmd: the command
 * @r: of its device
 *
 * Context: any.
 */
static inline void vdisk_range_leave(struct scst_cmd *cmd,
				     struct vdisk_ranges *r)
{
	if (likely(cmd->dh_state == VDISK_RANGE_FAST)) {
		cmd->dh_state = VDISK_RANGE_NONE;
		percpu_ref_put(&r->fast);
	} else if (cmd->dh_state != VDISK_RANGE_NONE || cmd->dh_priv) {
		vdisk_range_leave_slow(cmd, r);
	}
}

#endif /* VDISK_RANGE_H */
