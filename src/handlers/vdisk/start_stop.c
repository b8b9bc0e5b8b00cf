// SPDX-License-Identifier: GPL-2.0
/*
 * START STOP UNIT and PREVENT ALLOW MEDIUM REMOVAL (SBC-4 5.31, SPC-5 6.16): a
 * unit that is stopped, and one whose medium is out.
 */
#include <linux/bits.h>
#include <scsi/scsi_proto.h>

#include "vdisk.h"

/* START STOP UNIT, byte 4 */
#define START_NO_FLUSH		BIT(2)
#define START_LOEJ		BIT(1)
#define START_START		BIT(0)

/* POWER CONDITION, SBC-4 table 111 */
enum {
	POWER_START_VALID	= 0x0,
	POWER_ACTIVE		= 0x1,
	POWER_IDLE		= 0x2,
	POWER_STANDBY		= 0x3,
	POWER_LU_CONTROL	= 0x7,
	POWER_FORCE_IDLE	= 0xa,
	POWER_FORCE_STANDBY	= 0xb,
};

/* Of SBC-4 5.31.2: how many POWER CONDITION MODIFIER values each has. */
static const u8 power_modifiers[16] = {
	[POWER_ACTIVE]		= 1,
	[POWER_IDLE]		= 3,
	[POWER_STANDBY]		= 2,
	[POWER_LU_CONTROL]	= 1,
	[POWER_FORCE_IDLE]	= 3,
	[POWER_FORCE_STANDBY]	= 2,
};

void vdisk_set_not_ready(struct scst_cmd *cmd, u8 why)
{
	if (why == VDISK_EJECTED)
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_no_medium));
	else
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_need_start));
}

/* Ready or stopped; false if there is no medium. */
static bool unit_set(struct vdisk_dev *vdev, u8 to)
{
	struct vdisk_unit *unit = &vdev->unit;
	bool there;

	spin_lock_irq(&unit->lock);
	there = unit->not_ready != VDISK_EJECTED;
	if (there)
		WRITE_ONCE(unit->not_ready, to);
	spin_unlock_irq(&unit->lock);
	return there;
}

/*
 * Idle and standby end with the next access to the medium, and there is nothing to
 * switch off. What is left of them is that the cache is written (SBC-4 4.20.2).
 */
static enum scst_exec_res power_change(struct scst_cmd *cmd,
				       struct vdisk_dev *vdev)
{
	u8 condition = cmd->cdb[4] >> 4, modifier = cmd->cdb[3] & 0x0f;
	bool standby = condition == POWER_STANDBY ||
		       condition == POWER_FORCE_STANDBY;

	if (!power_modifiers[condition]) {
		scst_set_invalid_field(cmd, 4, 7);
	} else if (modifier >= power_modifiers[condition]) {
		scst_set_invalid_field(cmd, 3, 3);
	} else if (condition == POWER_ACTIVE) {
		/* A medium that is out stays out. */
		unit_set(vdev, VDISK_READY);
	} else if (standby && !(cmd->cdb[4] & START_NO_FLUSH) &&
		   READ_ONCE(vdev->unit.not_ready) != VDISK_EJECTED) {
		return vdisk_sync_all(cmd, vdev);
	}
	return vdisk_finish(cmd);
}

/* A new state, unless removal is prevented. Returns the old one, or -1. */
static int medium_set(struct vdisk_dev *vdev, u8 to)
{
	struct vdisk_unit *unit = &vdev->unit;
	int old = -1;

	spin_lock_irq(&unit->lock);
	if (to != VDISK_EJECTED || !unit->prevent_count) {
		old = unit->not_ready;
		WRITE_ONCE(unit->not_ready, to);
	}
	spin_unlock_irq(&unit->lock);
	return old;
}

static enum scst_exec_res medium_eject(struct scst_cmd *cmd,
				       struct vdisk_dev *vdev)
{
	int old = medium_set(vdev, VDISK_EJECTED);

	if (old < 0)
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_removal_prevented));
	if (old < 0 || old == VDISK_EJECTED)
		return vdisk_finish(cmd);
	return vdisk_sync_all(cmd, vdev);
}

static enum scst_exec_res medium_load(struct scst_cmd *cmd,
				      struct vdisk_dev *vdev)
{
	if (medium_set(vdev, VDISK_READY) == VDISK_EJECTED)
		scst_dev_raise_ua(cmd->dev, SCST_UA_MEDIUM_CHANGED, cmd->tgt_dev);
	return vdisk_finish(cmd);
}

static enum scst_exec_res unit_start(struct scst_cmd *cmd,
				     struct vdisk_dev *vdev)
{
	if (!unit_set(vdev, VDISK_READY))
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_no_medium));
	return vdisk_finish(cmd);
}

static enum scst_exec_res unit_stop(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	if (!unit_set(vdev, VDISK_STOPPED) || cmd->cdb[4] & START_NO_FLUSH)
		return vdisk_finish(cmd);
	return vdisk_sync_all(cmd, vdev);
}

/**
 * vdisk_start_stop() - START STOP UNIT
 * @cmd: the command, in a thread
 * @vdev: the device
 *
 * IMMED changes nothing: it is done before it is answered.
 */
enum scst_exec_res vdisk_start_stop(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u8 how = cmd->cdb[4];

	if (how >> 4 != POWER_START_VALID)
		return power_change(cmd, vdev);
	if (!(how & START_LOEJ))
		return how & START_START ? unit_start(cmd, vdev) :
					   unit_stop(cmd, vdev);
	if (!(vdev->flags & VDISK_F_REMOVABLE)) {
		scst_set_invalid_field(cmd, 4, 1);
		return vdisk_finish(cmd);
	}
	return how & START_START ? medium_load(cmd, vdev) :
				   medium_eject(cmd, vdev);
}

/* ---- PREVENT ALLOW MEDIUM REMOVAL ---- */

/* The I_T_L nexus is marked by the current generation, which a reset ends. */
static void __prevent_set(struct scst_tgt_dev *tgt_dev, struct vdisk_unit *unit,
			  bool prevent)
{
	struct vdisk_nexus *nexus = tgt_dev->dh_priv;
	bool prevents = nexus->prevent == unit->prevent_gen;

	lockdep_assert_held(&unit->lock);
	if (prevents == prevent)
		return;
	nexus->prevent = prevent ? unit->prevent_gen : 0;
	unit->prevent_count += prevent ? 1 : -1;
}

void vdisk_prevent_allow(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	unsigned long flags;

	/* SPC-5 6.16: 10b and 11b are obsolete. */
	if (cmd->cdb[4] & 0x02) {
		scst_set_invalid_field(cmd, 4, 1);
		return;
	}
	spin_lock_irqsave(&vdev->unit.lock, flags);
	__prevent_set(cmd->tgt_dev, &vdev->unit, cmd->cdb[4] & 0x01);
	spin_unlock_irqrestore(&vdev->unit.lock, flags);
}

/* The nexus is gone, lost or preempted: it prevents nothing any more. */
void vdisk_prevent_end(struct scst_tgt_dev *tgt_dev)
{
	struct vdisk_dev *vdev = tgt_dev->dev->dh_priv;

	spin_lock_irq(&vdev->unit.lock);
	__prevent_set(tgt_dev, &vdev->unit, false);
	spin_unlock_irq(&vdev->unit.lock);
}

/* A reset starts the unit and ends preventions. A medium that is out stays out. */
void __vdisk_medium_reset(struct vdisk_dev *vdev)
{
	struct vdisk_unit *unit = &vdev->unit;

	lockdep_assert_held(&unit->lock);
	unit->prevent_gen++;
	unit->prevent_count = 0;
	if (unit->not_ready == VDISK_STOPPED)
		WRITE_ONCE(unit->not_ready, VDISK_READY);
}
