// SPDX-License-Identifier: GPL-2.0
/*
 * Which commands a reservation keeps from whom, and RESERVE and RELEASE.
 */
#include <linux/slab.h>
#include <scsi/scsi_proto.h>

#include "reserve.h"

/* What the CDB decides: SPC-5 table 68, SBC-4 table 13. */
static bool cdb_is_exempt(const struct scst_cmd *cmd)
{
	switch (cmd->cdb[0]) {
	case ALLOW_MEDIUM_REMOVAL:
		return !(cmd->cdb[4] & 0x03);	/* allow */
	case START_STOP:
		return (cmd->cdb[4] & 0xf1) == 0x01;	/* start, no power condition */
	default:
		return false;
	}
}

/*
 * What tells an initiator how to go on, and lets it; and the capacity, without which
 * the disk drivers of some initiators misbehave.
 */
static bool lost_is_exempt(const struct scst_op *op)
{
	switch (op->op) {
	case PERSISTENT_RESERVE_OUT:
	case READ_CAPACITY:
		return true;
	case PERSISTENT_RESERVE_IN:
		return op->sa == SCST_PR_IN_CAPABILITIES;
	case SERVICE_ACTION_IN_16:
		return op->sa == SAI_READ_CAPACITY_16;
	default:
		return false;
	}
}

static bool access_allows(u8 access, const struct scst_cmd *cmd)
{
	u32 flags = cmd->op->flags;

	switch (access) {
	case SCST_RESV_FREE:
		return true;
	case SCST_RESV_READS:
		if (flags & SCST_OP_RESV_READS)
			return true;
		break;
	case SCST_RESV_RESERVED:
		if (flags & SCST_OP_RESERVE_BARS)
			return false;
		break;
	case SCST_RESV_LOST:
		return flags & SCST_OP_SKIP_UA || lost_is_exempt(cmd->op);
	}
	return flags & SCST_OP_RESV_EXEMPT || cdb_is_exempt(cmd);
}

/**
 * scst_resv_allows() - do the reservations of others leave a command alone?
 * @cmd: the command, mapped
 *
 * Context: any.
 * Return: false: its status is set.
 */
bool scst_resv_allows(struct scst_cmd *cmd)
{
	u8 access = READ_ONCE(cmd->tgt_dev->resv);

	if (access_allows(access, cmd))
		return true;
	if (access == SCST_RESV_LOST)
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_resv_lost));
	else
		scst_set_cmd_error_status(cmd, SAM_STAT_RESERVATION_CONFLICT);
	return false;
}

static u8 nexus_access(const struct scst_tgt_dev *tgt_dev)
{
	const struct scst_resv *resv = tgt_dev->dev->resv;
	const struct scst_pr *pr = resv->pr;
	int i;

	if (pr->lost)
		return SCST_RESV_LOST;
	if (resv->holder)
		return resv->holder == tgt_dev ? SCST_RESV_FREE :
						 SCST_RESV_RESERVED;
	if (!pr->type)
		return SCST_RESV_FREE;
	i = scst_pr_find_session(pr, tgt_dev->sess);
	if (scst_pr_is_shared_with(pr, i) || scst_pr_is_holder(pr, i))
		return SCST_RESV_FREE;
	return scst_pr_type_in(pr->type, SCST_PR_TYPES_WRITE) ?
	       SCST_RESV_READS : SCST_RESV_NONE;
}

/* After a change: what it means for each nexus. */
void __scst_resv_update(struct scst_device *dev)
{
	struct scst_tgt_dev *tgt_dev;

	lockdep_assert_held(&dev->tgt_devs_lock);
	list_for_each_entry(tgt_dev, &dev->tgt_devs, dev_entry)
		WRITE_ONCE(tgt_dev->resv, nexus_access(tgt_dev));
}

/**
 * __scst_resv_join() - a nexus comes
 * @tgt_dev: the nexus, in its device's list
 *
 * Context: tgt_devs_lock held.
 */
void __scst_resv_join(struct scst_tgt_dev *tgt_dev)
{
	struct scst_pr *pr = tgt_dev->dev->resv->pr;
	int i;

	lockdep_assert_held(&tgt_dev->dev->tgt_devs_lock);
	WRITE_ONCE(tgt_dev->resv, nexus_access(tgt_dev));
	/* A registration knows its target by name: the number may be a new one. */
	i = scst_pr_find_session(pr, tgt_dev->sess);
	if (i >= 0)
		WRITE_ONCE(pr->regs[i].nexus->port.rel_tgt_id,
			   tgt_dev->sess->tgt->rel_tgt_id);
}

/**
 * __scst_resv_leave() - a nexus goes, or is lost: so does what it has reserved
 * @tgt_dev: the nexus
 *
 * Context: tgt_devs_lock held.
 */
void __scst_resv_leave(struct scst_tgt_dev *tgt_dev)
{
	struct scst_device *dev = tgt_dev->dev;

	lockdep_assert_held(&dev->tgt_devs_lock);
	if (dev->resv->holder == tgt_dev) {
		dev->resv->holder = NULL;
		__scst_resv_update(dev);
		__scst_resv_real_changed(dev);
	}
}

/**
 * scst_resv_nexus_lost() - I_T NEXUS LOSS ends a nexus' RESERVE
 * @tgt_dev: the nexus
 *
 * Context: any.
 */
void scst_resv_nexus_lost(struct scst_tgt_dev *tgt_dev)
{
	struct scst_device *dev = tgt_dev->dev;
	unsigned long flags;

	spin_lock_irqsave(&dev->tgt_devs_lock, flags);
	__scst_resv_leave(tgt_dev);
	spin_unlock_irqrestore(&dev->tgt_devs_lock, flags);
}

/**
 * scst_resv_reset() - a reset ends RESERVE; persistent reservations stay
 * @tgt_dev: a nexus of the device that is reset
 *
 * Context: any.
 */
void scst_resv_reset(struct scst_tgt_dev *tgt_dev)
{
	struct scst_device *dev = tgt_dev->dev;
	unsigned long flags;

	spin_lock_irqsave(&dev->tgt_devs_lock, flags);
	if (dev->resv->holder) {
		dev->resv->holder = NULL;
		__scst_resv_update(dev);
		__scst_resv_real_changed(dev);
	}
	spin_unlock_irqrestore(&dev->tgt_devs_lock, flags);
}

/*
 * Third parties and extents left the standard with SPC-3; LONGID says that a
 * parameter list names one.
 */
static bool reserve_cdb_is_good(struct scst_cmd *cmd)
{
	u8 bad = cmd->cdb[1] & (cmd->cdb[0] == RESERVE_10 ||
				cmd->cdb[0] == RELEASE_10 ? 0x13 : 0x1f);

	if (!bad)
		return true;
	scst_set_invalid_field(cmd, 1, fls(bad) - 1);
	return false;
}

/*
 * With persistent reservations (SPC-5 5.14.3, CRH): who may use the unit anyhow is
 * told GOOD, and nothing changes; for all others any registration is a conflict,
 * SPC-2 5.5.1. False: there are none.
 */
static bool __reserve_is_moot(struct scst_tgt_dev *tgt_dev, u8 *status)
{
	const struct scst_pr *pr = tgt_dev->dev->resv->pr;
	int i;

	if (!pr->n)
		return false;
	i = scst_pr_find_session(pr, tgt_dev->sess);
	if (!scst_pr_is_holder(pr, i) && !scst_pr_is_shared_with(pr, i))
		*status = SAM_STAT_RESERVATION_CONFLICT;
	return true;
}

static u8 __reserve_begin(struct scst_tgt_dev *tgt_dev)
{
	struct scst_resv *resv = tgt_dev->dev->resv;
	u8 status = SAM_STAT_GOOD;

	if (__reserve_is_moot(tgt_dev, &status))
		return status;
	if (resv->pr_busy)
		return SAM_STAT_BUSY;
	if (resv->holder && resv->holder != tgt_dev)
		return SAM_STAT_RESERVATION_CONFLICT;
	/* A nexus that has just gone can't hold anything, see tgt_dev_kill(). */
	if (!percpu_ref_is_dying(&tgt_dev->cmds)) {
		resv->holder = tgt_dev;
		__scst_resv_update(tgt_dev->dev);
	}
	return status;
}

static u8 __reserve_end(struct scst_tgt_dev *tgt_dev)
{
	u8 status = SAM_STAT_GOOD;

	if (!__reserve_is_moot(tgt_dev, &status))
		__scst_resv_leave(tgt_dev);
	return status;
}

static void reserve_change(struct scst_cmd *cmd,
			   u8 (*change)(struct scst_tgt_dev *tgt_dev))
{
	struct scst_device *dev = cmd->dev;
	u8 status;

	if (!reserve_cdb_is_good(cmd))
		return;
	spin_lock_irq(&dev->tgt_devs_lock);
	status = change(cmd->tgt_dev);
	spin_unlock_irq(&dev->tgt_devs_lock);
	if (status != SAM_STAT_GOOD)
		scst_set_cmd_error_status(cmd, status);
}

/* The device is asked and waited for. */
bool scst_resv_needs_work(const struct scst_cmd *cmd)
{
	if (!cmd->dev->scsi_dev)
		return false;
	switch (cmd->cdb[0]) {
	case SCST_RESERVE_6:
	case SCST_RELEASE_6:
	case RESERVE_10:
	case RELEASE_10:
		return true;
	default:
		return false;
	}
}

/* RESERVE(6) and RESERVE(10), SPC-2 7.21, 7.22: first among ours. */
void scst_exec_reserve(struct scst_cmd *cmd)
{
	u8 status;

	reserve_change(cmd, __reserve_begin);
	if (cmd->status || !cmd->dev->scsi_dev)
		return;
	status = scst_resv_real_follow(cmd->dev);
	if (status) {
		scst_resv_nexus_lost(cmd->tgt_dev);
		scst_set_cmd_error_status(cmd, status);
	}
}

/* RELEASE(6) and RELEASE(10), SPC-2 7.16, 7.17: of no effect but by the holder. */
void scst_exec_release(struct scst_cmd *cmd)
{
	reserve_change(cmd, __reserve_end);
	if (cmd->dev->scsi_dev)
		scst_resv_real_follow(cmd->dev);
}

/**
 * scst_resv_pr_begin() - persistent reservations are about to change
 * @dev: the device
 *
 * No RESERVE comes in between. SPC-2 7.13: there must be none, whoever has sent it.
 *
 * Context: process context, the device's scst_resv.mutex held.
 * Return: false: there is a RESERVE.
 */
bool scst_resv_pr_begin(struct scst_device *dev)
{
	struct scst_resv *resv = dev->resv;

	lockdep_assert_held(&resv->mutex);
	spin_lock_irq(&dev->tgt_devs_lock);
	resv->pr_busy = !resv->holder;
	spin_unlock_irq(&dev->tgt_devs_lock);
	return resv->pr_busy;
}

void scst_resv_pr_end(struct scst_device *dev)
{
	spin_lock_irq(&dev->tgt_devs_lock);
	dev->resv->pr_busy = false;
	spin_unlock_irq(&dev->tgt_devs_lock);
}

/**
 * scst_resv_init() - a new device: what was kept by APTPL is in force again
 * @dev: the device, not yet mapped
 *
 * Context: process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int scst_resv_init(struct scst_device *dev)
{
	struct scst_resv *resv = kzalloc(sizeof(*resv), GFP_KERNEL);

	if (!resv)
		return -ENOMEM;
	mutex_init(&resv->mutex);
	resv->pr = scst_pr_load(dev);
	if (!resv->pr) {
		kfree(resv);
		return -ENOMEM;
	}
	dev->resv = resv;
	scst_resv_real_init(dev);
	return 0;
}

void scst_resv_free(struct scst_device *dev)
{
	scst_resv_real_exit(dev);
	scst_pr_put(dev->resv->pr);
	kfree(dev->resv);
}
