// SPDX-License-Identifier: GPL-2.0
/*
 * Build option DEBUG_TM: some commands to LUN 0 of the group Default are held for
 * a minute before they are executed, so that initiators try their task management
 * on us. It goes around in phases: first what is aborted is let go, then only
 * resets help. With TM_DBG_GO_OFFLINE the third phase is the last one: nothing to
 * that LUN is answered any more, task management included.
 *
 * Whatever is held goes on when its LUN is unmapped or its session ends, so that
 * modules can be unloaded.
 */
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "scst_priv.h"

#define SCST_DBG_DELAY		(60 * HZ)
#define SCST_DBG_LOOK		(HZ / 2)	/* between two looks at them */
#define SCST_DBG_EVERY		16	/* commands of which some are held */
#define SCST_DBG_SOME		2
#define SCST_DBG_RELEASED	8	/* held ones in a phase, if nobody resets */

struct dbg_held {
	struct list_head entry;
	struct scst_cmd *cmd;
	unsigned long until;
};

enum dbg_phase {
	SCST_DBG_ABORT,		/* an abort lets a command go */
	SCST_DBG_RESET,		/* only a reset does */
	SCST_DBG_OFFLINE,	/* all are held, and nothing helps */
};

static const char *const dbg_names[] = {
	[SCST_DBG_ABORT]	= "aborts help",
	[SCST_DBG_RESET]	= "only resets help",
	[SCST_DBG_OFFLINE]	= "it is offline",
};

static DEFINE_SPINLOCK(dbg_lock);	/* protects all of it; any context */
static LIST_HEAD(dbg_list);		/* struct dbg_held.entry */
static enum dbg_phase dbg_phase;
static unsigned int dbg_seen;		/* commands that came by */
static unsigned int dbg_released;	/* in this phase */

static void dbg_work_fn(struct work_struct *work);
static DECLARE_DELAYED_WORK(dbg_work, dbg_work_fn);

static void __dbg_next_phase(void)
{
	switch (dbg_phase) {
	case SCST_DBG_ABORT:
		dbg_phase = SCST_DBG_RESET;
		break;
	case SCST_DBG_RESET:
		dbg_phase = SCST_OPT(TM_DBG_GO_OFFLINE) ? SCST_DBG_OFFLINE :
							  SCST_DBG_ABORT;
		break;
	case SCST_DBG_OFFLINE:
		return;
	}
	dbg_released = 0;
	scst_info("DEBUG_TM: LUN 0 of group Default: from now on %s\n",
		  dbg_names[dbg_phase]);
}

static bool __dbg_is_due(const struct dbg_held *h)
{
	const struct scst_cmd *cmd = h->cmd;

	if (percpu_ref_is_dying(&cmd->tgt_dev->cmds))
		return true;
	switch (dbg_phase) {
	case SCST_DBG_ABORT:
		return scst_cmd_must_end(cmd) || time_after(jiffies, h->until);
	case SCST_DBG_RESET:
		return time_after(jiffies, h->until);
	default:
		return false;
	}
}

static void __dbg_let_go(struct dbg_held *h)
{
	list_del(&h->entry);
	scst_cmd_to_thread(h->cmd);
	kfree(h);
	dbg_released++;
}

static void dbg_work_fn(struct work_struct *work)
{
	struct dbg_held *h, *tmp;

	spin_lock_irq(&dbg_lock);
	list_for_each_entry_safe(h, tmp, &dbg_list, entry)
		if (__dbg_is_due(h))
			__dbg_let_go(h);
	if (dbg_released >= SCST_DBG_RELEASED)
		__dbg_next_phase();
	if (!list_empty(&dbg_list))
		schedule_delayed_work(&dbg_work, SCST_DBG_LOOK);
	spin_unlock_irq(&dbg_lock);
}

static bool __dbg_wants(void)
{
	if (dbg_phase == SCST_DBG_OFFLINE)
		return true;
	return dbg_seen++ % SCST_DBG_EVERY >= SCST_DBG_EVERY - SCST_DBG_SOME;
}

/**
 * scst_tm_dbg_holds() - is a command to be held before it is executed?
 * @cmd: the command, mapped; not the caller's any more if so
 *
 * Each command is asked for once.
 *
 * Context: any.
 */
bool scst_tm_dbg_holds(struct scst_cmd *cmd)
{
	struct dbg_held *h;
	unsigned long flags;
	bool holds = false;

	if (cmd->lun || cmd->sess->acg != scst_default_acg ||
	    test_and_set_bit(SCST_CMD_F_TM_DEBUGGED, &cmd->flags))
		return false;
	h = kmalloc(sizeof(*h), GFP_ATOMIC);
	if (!h)
		return false;
	h->cmd = cmd;
	h->until = jiffies + SCST_DBG_DELAY;

	spin_lock_irqsave(&dbg_lock, flags);
	if (__dbg_wants()) {
		holds = true;
		list_add_tail(&h->entry, &dbg_list);
		scst_trace(SCST_TRACE_MGMT, "DEBUG_TM: command %02x of %s is held\n",
			   cmd->cdb[0], cmd->sess->initiator_name);
	}
	spin_unlock_irqrestore(&dbg_lock, flags);
	if (holds)
		schedule_delayed_work(&dbg_work, SCST_DBG_LOOK);
	else
		kfree(h);
	return holds;
}

/**
 * scst_tm_dbg_reset() - a device is reset
 * @dev: the device, its commands marked as aborted
 *
 * Context: any.
 */
void scst_tm_dbg_reset(const struct scst_device *dev)
{
	struct dbg_held *h, *tmp;
	unsigned long flags;
	bool any = false;

	spin_lock_irqsave(&dbg_lock, flags);
	if (dbg_phase != SCST_DBG_OFFLINE) {
		list_for_each_entry_safe(h, tmp, &dbg_list, entry) {
			if (h->cmd->dev != dev)
				continue;
			any = true;
			__dbg_let_go(h);
		}
		if (any && dbg_phase == SCST_DBG_RESET)
			__dbg_next_phase();
	}
	spin_unlock_irqrestore(&dbg_lock, flags);
}

/* No command is left. */
void scst_tm_dbg_exit(void)
{
	cancel_delayed_work_sync(&dbg_work);
}
