// SPDX-License-Identifier: GPL-2.0
/*
 * The state of a logical unit from its beginning, and again from a reset on.
 */
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "vdisk.h"

/**
 * vdisk_unit_init() - the state after the open
 * @dev: the device
 * @vdev: the same
 */
void vdisk_unit_init(struct scst_device *dev, struct vdisk_dev *vdev)
{
	spin_lock_init(&vdev->unit.lock);
	mutex_init(&vdev->unit.mutex);
	vdev->unit.opened = ktime_get_boottime_seconds();
	vdisk_self_test_init(&vdev->unit);
	vdisk_threshold_init(&vdev->unit);
	spin_lock_irq(&vdev->unit.lock);
	__vdisk_medium_reset(vdev);
	__vdisk_modes_reset(dev, vdev, true);
	spin_unlock_irq(&vdev->unit.lock);
}

/**
 * vdisk_unit_free() - the end of it, after the last command
 * @vdev: the device
 */
void vdisk_unit_free(struct vdisk_dev *vdev)
{
	vdisk_threshold_exit(&vdev->unit);
	vdisk_self_test_stop(&vdev->unit);
	cancel_work_sync(&vdev->unit.test_work);
	kvfree(vdev->unit.app_client);
	kfree(vdev->unit.buffers);
}

/* SAM-5 6.3.3: what a reset does to a logical unit, besides its commands. */
void vdisk_task_mgmt(struct scst_mgmt_cmd *mcmd, struct scst_device *dev)
{
	struct vdisk_dev *vdev = dev->dh_priv;

	scst_trace(SCST_TRACE_MGMT_DEBUG, "vdisk %s: hears of task management function %d\n",
		   vdev->name, mcmd->fn);
	if (mcmd->fn != SCST_LUN_RESET && mcmd->fn != SCST_TARGET_RESET)
		return;
	vdisk_self_test_stop(&vdev->unit);
	spin_lock_irq(&vdev->unit.lock);
	WRITE_ONCE(vdev->unit.resets, vdev->unit.resets + 1);
	__vdisk_medium_reset(vdev);
	__vdisk_modes_reset(dev, vdev, false);
	spin_unlock_irq(&vdev->unit.lock);
}

/**
 * vdisk_sync_all() - end a command when all that was written is stable
 * @cmd: the command, in a thread; its status is set if it has failed
 * @vdev: the device
 */
enum scst_exec_res vdisk_sync_all(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	if (vdev->flags & VDISK_F_NV_CACHE)
		return vdisk_finish(cmd);
	return vdev->mode->sync(cmd, vdev, 0, vdisk_nblocks(vdev));
}
