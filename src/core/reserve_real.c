// SPDX-License-Identifier: GPL-2.0
/*
 * RESERVE of real devices. All our initiators are one I_T nexus to the device: the core
 * keeps them apart, and the device keeps other hosts out, as long as one of ours holds
 * the reservation.
 */
#include "midlevel.h"
#include "reserve.h"

static bool real_is_wanted(struct scst_device *dev)
{
	struct scst_resv *resv = dev->resv;
	bool wanted;

	spin_lock_irq(&dev->tgt_devs_lock);
	wanted = resv->holder;
	if (resv->real_lost)
		resv->real = false;
	resv->real_lost = false;
	spin_unlock_irq(&dev->tgt_devs_lock);
	return wanted;
}

/**
 * scst_resv_real_follow() - reserve or release a real device, as one of ours has
 * @dev: the device
 *
 * A device that knows no RESERVE (it left the standard with SPC-3) keeps nobody out.
 *
 * Context: process context that no other command needs.
 * Return: SAM status of a RESERVE: GOOD, or RESERVATION CONFLICT: another host's.
 */
u8 scst_resv_real_follow(struct scst_device *dev)
{
	struct scst_resv *resv = dev->resv;
	u8 status = SAM_STAT_GOOD;
	bool wanted;
	int ret;

	mutex_lock(&resv->real_mutex);
	wanted = real_is_wanted(dev);
	if (wanted != resv->real) {
		ret = scst_midlevel_reserve(dev, wanted);
		resv->real = wanted && !ret;
		if (wanted && ret == -EBADE)
			status = SAM_STAT_RESERVATION_CONFLICT;
	}
	mutex_unlock(&resv->real_mutex);
	return status;
}

static void real_work_fn(struct work_struct *work)
{
	struct scst_resv *resv = container_of(work, struct scst_resv, real_work);

	scst_resv_real_follow(resv->dev);
}

/* Our reservation has ended otherwise than by RELEASE. */
void __scst_resv_real_changed(struct scst_device *dev)
{
	lockdep_assert_held(&dev->tgt_devs_lock);
	if (dev->scsi_dev)
		queue_work(scst_system_unbound_wq(), &dev->resv->real_work);
}

/**
 * scst_resv_real_reset() - a real device says that it was reset
 * @dev: the device; its nexuses are told
 *
 * Context: any.
 */
void scst_resv_real_reset(struct scst_device *dev)
{
	struct scst_resv *resv = dev->resv;
	unsigned long flags;

	spin_lock_irqsave(&dev->tgt_devs_lock, flags);
	resv->real_lost = true;
	if (resv->holder) {
		resv->holder = NULL;
		__scst_resv_update(dev);
		__scst_resv_real_changed(dev);
	}
	spin_unlock_irqrestore(&dev->tgt_devs_lock, flags);
}

void scst_resv_real_init(struct scst_device *dev)
{
	struct scst_resv *resv = dev->resv;

	resv->dev = dev;
	mutex_init(&resv->real_mutex);
	INIT_WORK(&resv->real_work, real_work_fn);
}

/* No nexus is left, so nothing queues it any more. */
void scst_resv_real_exit(struct scst_device *dev)
{
	flush_work(&dev->resv->real_work);
}
