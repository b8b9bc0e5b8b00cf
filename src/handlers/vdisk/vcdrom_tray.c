// SPDX-License-Identifier: GPL-2.0
/*
 * What happens to the disc of a drive: loaded, ejected, exchanged, locked; by an
 * initiator or by the administrator; and who has to hear of it (MMC-6 6.6.2.5,
 * 6.18, 6.42).
 *
 * An initiator opens and closes the tray, and the disc stays on it. Only the
 * administrator puts discs in and takes them out.
 */
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "vcdrom.h"

/* START STOP UNIT, byte 4 */
#define START_POWER		0xf0
#define START_FL		0x04
#define START_LOEJ		0x02
#define START_START		0x01

/* PREVENT ALLOW MEDIUM REMOVAL, byte 4 */
#define PREVENT_PERSISTENT	0x02
#define PREVENT_PREVENT		0x01

static bool __is_locked(const struct vcdrom_drive *drive)
{
	const struct vcdrom_nexus *nexus;

	lockdep_assert_held(&drive->lock);
	list_for_each_entry(nexus, &drive->nexuses, entry)
		if (nexus->prevent || nexus->persistent)
			return true;
	return false;
}

bool vcdrom_is_locked(struct vcdrom_drive *drive)
{
	unsigned long flags;
	bool locked;

	spin_lock_irqsave(&drive->lock, flags);
	locked = __is_locked(drive);
	spin_unlock_irqrestore(&drive->lock, flags);
	return locked;
}

/* Everybody gets @event, and forgets events of @obsolete. */
static void __tell_all(struct vcdrom_drive *drive, enum vcdrom_media_event event,
		       u8 obsolete, bool changed)
{
	struct vcdrom_nexus *nexus;

	lockdep_assert_held(&drive->lock);
	list_for_each_entry(nexus, &drive->nexuses, entry) {
		nexus->media = (nexus->media & ~obsolete) | BIT(event);
		nexus->changed |= changed;
	}
}

/*
 * The disc can be read from now on. The unit attention is there before the disc:
 * no command reads the new one without its nexus having been told; see
 * vcdrom_exec().
 */
static void __load(struct vcdrom_drive *drive)
{
	lockdep_assert_held(&drive->lock);
	WRITE_ONCE(drive->tray_open, false);
	if (!drive->disc)
		return;
	__tell_all(drive, VCDROM_EVENT_NEW_MEDIA, 0, true);
	if (drive->dev)
		scst_dev_raise_ua(drive->dev, SCST_UA_MEDIUM_CHANGED, NULL);
	rcu_assign_pointer(drive->loaded, drive->disc);
}

static void __unload(struct vcdrom_drive *drive)
{
	lockdep_assert_held(&drive->lock);
	if (!rcu_access_pointer(drive->loaded))
		return;
	RCU_INIT_POINTER(drive->loaded, NULL);
	__tell_all(drive, VCDROM_EVENT_MEDIA_REMOVAL,
		   BIT(VCDROM_EVENT_NEW_MEDIA) | BIT(VCDROM_EVENT_EJECT_REQUEST),
		   true);
}

/* A new drive, which nobody knows yet. */
void vcdrom_put_first(struct vcdrom_drive *drive, struct vcdrom_disc *disc)
{
	spin_lock_irq(&drive->lock);
	drive->disc = disc;
	__load(drive);
	spin_unlock_irq(&drive->lock);
}

/**
 * vcdrom_exchange() - another disc, or none
 * @drive: the drive
 * @disc: the new disc, or NULL
 * @old: the old one, or NULL; commands may still read it, see @drive->srcu
 *
 * Context: process context, under vcdrom_mutex.
 * Return: 0, or -EBUSY: locked. Then the initiators are told that somebody wants
 *	the disc.
 */
int vcdrom_exchange(struct vcdrom_drive *drive, struct vcdrom_disc *disc,
		    struct vcdrom_disc **old)
{
	int err = 0;

	spin_lock_irq(&drive->lock);
	if (__is_locked(drive)) {
		__tell_all(drive, VCDROM_EVENT_EJECT_REQUEST, 0, false);
		err = -EBUSY;
	} else {
		__unload(drive);
		*old = drive->disc;
		drive->disc = disc;
		if (disc)
			__load(drive);
	}
	spin_unlock_irq(&drive->lock);
	return err;
}

static int eject(struct vcdrom_drive *drive)
{
	unsigned long flags;
	int err = 0;

	spin_lock_irqsave(&drive->lock, flags);
	if (__is_locked(drive)) {
		err = -EBUSY;
	} else {
		__unload(drive);
		WRITE_ONCE(drive->tray_open, true);
	}
	spin_unlock_irqrestore(&drive->lock, flags);
	return err;
}

static void load(struct vcdrom_drive *drive)
{
	unsigned long flags;

	spin_lock_irqsave(&drive->lock, flags);
	if (drive->tray_open)
		__load(drive);
	spin_unlock_irqrestore(&drive->lock, flags);
}

void vcdrom_not_ready(struct scst_cmd *cmd, const struct vcdrom_drive *drive)
{
	if (READ_ONCE(drive->tray_open))
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_tray_open));
	else
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_no_medium));
}

/* There is nothing that turns, so power conditions and stops have no effect. */
static void start_stop_motor(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			     const struct vcdrom_disc *disc)
{
	u8 power = cmd->cdb[4] >> 4;

	if (power) {
		/* Active, idle, standby; sleep: MMC-6 6.42.2.3 */
		if (power != 1 && power != 2 && power != 3 && power != 5)
			scst_set_invalid_field(cmd, 4, 7);
		return;
	}
	if (cmd->cdb[4] & START_START && !disc)
		vcdrom_not_ready(cmd, drive);
}

void vcdrom_start_stop(struct scst_cmd *cmd, struct vcdrom_drive *drive,
		       const struct vcdrom_disc *disc)
{
	u8 what = cmd->cdb[4];

	if (what & START_FL) {
		/* Format layers of hybrid discs */
		scst_set_invalid_field(cmd, 4, 2);
		return;
	}
	if (what & START_POWER || !(what & START_LOEJ))
		start_stop_motor(cmd, drive, disc);
	else if (what & START_START)
		load(drive);
	else if (eject(drive))
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_removal_prevented));
}

void vcdrom_prevent_allow(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			  const struct vcdrom_disc *disc)
{
	struct vcdrom_nexus *nexus = cmd->tgt_dev->dh_priv;
	bool prevent = cmd->cdb[4] & PREVENT_PREVENT;
	unsigned long flags;

	spin_lock_irqsave(&drive->lock, flags);
	if (cmd->cdb[4] & PREVENT_PERSISTENT)
		nexus->persistent = prevent;
	else
		nexus->prevent = prevent;
	spin_unlock_irqrestore(&drive->lock, flags);
}

/* ---- initiators come and go ---- */

int vcdrom_attach_tgt(struct scst_tgt_dev *tgt_dev)
{
	struct vcdrom_drive *drive = vcdrom_of(tgt_dev->dev);
	struct vcdrom_nexus *nexus = kzalloc(sizeof(*nexus), GFP_KERNEL);

	if (!nexus)
		return -ENOMEM;
	tgt_dev->dh_priv = nexus;
	spin_lock_irq(&drive->lock);
	list_add_tail(&nexus->entry, &drive->nexuses);
	if (rcu_access_pointer(drive->loaded))
		nexus->media = BIT(VCDROM_EVENT_NEW_MEDIA);
	spin_unlock_irq(&drive->lock);
	return 0;
}

/* A lost nexus holds no lock any more. */
void vcdrom_detach_tgt(struct scst_tgt_dev *tgt_dev)
{
	struct vcdrom_drive *drive = vcdrom_of(tgt_dev->dev);
	struct vcdrom_nexus *nexus = tgt_dev->dh_priv;

	spin_lock_irq(&drive->lock);
	list_del(&nexus->entry);
	spin_unlock_irq(&drive->lock);
	kfree(nexus);
}

static void __unlock(struct vcdrom_drive *drive, struct vcdrom_nexus *nexus)
{
	lockdep_assert_held(&drive->lock);
	nexus->prevent = false;
	nexus->persistent = false;
}

/* The nexus is lost, or preempted. */
void vcdrom_allow_removal(struct scst_tgt_dev *tgt_dev)
{
	struct vcdrom_drive *drive = vcdrom_of(tgt_dev->dev);

	spin_lock_irq(&drive->lock);
	__unlock(drive, tgt_dev->dh_priv);
	spin_unlock_irq(&drive->lock);
}

void vcdrom_task_mgmt_fn(struct scst_mgmt_cmd *mcmd, struct scst_device *dev)
{
	struct vcdrom_drive *drive = vcdrom_of(dev);
	struct vcdrom_nexus *nexus;

	vdisk_task_mgmt(mcmd, dev);
	if (mcmd->fn != SCST_LUN_RESET && mcmd->fn != SCST_TARGET_RESET)
		return;
	spin_lock_irq(&drive->lock);
	list_for_each_entry(nexus, &drive->nexuses, entry)
		__unlock(drive, nexus);
	spin_unlock_irq(&drive->lock);
}
