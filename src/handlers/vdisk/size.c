// SPDX-License-Identifier: GPL-2.0
/*
 * The capacity follows the backing: a file or block device that grows or shrinks
 * while it is exported.
 *
 * It is looked at when an initiator asks for it or whether the device is ready,
 * when a command goes beyond one of both ends, and by the command "resync_size".
 */
#include <linux/mutex.h>
#include <linux/string.h>

#include "vdisk.h"

static u64 size_of_backing(const struct vdisk_dev *vdev)
{
	return round_down(vdev->mode->size(vdev), 1ULL << vdev->block_shift);
}

/* True: it was another one, which is now the device's. */
static bool size_update(struct vdisk_dev *vdev, u64 *old, u64 *now)
{
	unsigned long flags;

	spin_lock_irqsave(&vdev->size_lock, flags);
	*old = vdev->size;
	*now = size_of_backing(vdev);
	WRITE_ONCE(vdev->size, *now);
	WRITE_ONCE(vdev->dev->nblocks, *now >> vdev->block_shift);
	spin_unlock_irqrestore(&vdev->size_lock, flags);
	return *old != *now;
}

/**
 * vdisk_size_refresh() - see whether the backing has another size now
 * @vdev: the device
 *
 * If so it is the device's from now on, and all initiators are told:
 * by a unit attention, and where the transport can, an event.
 *
 * Context: any.
 * Return: true: it has.
 */
bool vdisk_size_refresh(struct vdisk_dev *vdev)
{
	u64 old, now;

	/* The disc in a drive is no device of its own. */
	if (!vdev->mode->size || !vdev->dev ||
	    likely(size_of_backing(vdev) == READ_ONCE(vdev->size)))
		return false;
	if (!size_update(vdev, &old, &now))
		return false;
	scst_info("vdisk %s: %s has %s from %llu to %llu blocks of %u bytes\n",
		  vdev->name, vdev->path, now > old ? "grown" : "shrunk",
		  old >> vdev->block_shift, now >> vdev->block_shift,
		  1U << vdev->block_shift);
	scst_dev_raise_ua(vdev->dev, SCST_UA_CAPACITY_CHANGED, NULL);
	scst_dev_report_aen(vdev->dev, SCST_AEN_CAPACITY_CHANGED);
	return true;
}

/**
 * vdisk_size_covers() - does the backing still have the blocks of a command?
 * @cmd: the command
 * @vdev: its device
 * @len: bytes from cmd->lba on
 *
 * A write beyond its end would make a file grow again, around what was cut off.
 *
 * Context: any.
 * Return: false: no, and the command's sense data say so.
 */
bool vdisk_size_covers(struct scst_cmd *cmd, struct vdisk_dev *vdev, u64 len)
{
	u64 start = cmd->lba << vdev->block_shift;
	u64 size = READ_ONCE(vdev->size);

	if (vdev->mode->size)
		size = vdev->mode->size(vdev);
	if (likely(start + round_up(len, 1ULL << vdev->block_shift) <= size))
		return true;
	vdisk_size_refresh(vdev);
	scst_set_cmd_error_info(cmd,
				SCST_LOAD_SENSE(scst_sense_block_out_range_error),
				max(cmd->lba, size >> vdev->block_shift));
	return false;
}

/* The "resync_size" command. */
int vdisk_resync_size(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	struct vdisk_dev *vdev;

	mutex_lock(&vdisk_devs_mutex);
	vdev = __vdisk_find(argv[0]);
	if (vdev)
		vdisk_size_refresh(vdev);
	mutex_unlock(&vdisk_devs_mutex);
	if (!vdev)
		return scst_proc_refuse(ctx, -EINVAL, argv[0],
			"no such device: /proc/scsi_tgt/vdisk/vdisk lists them");
	return 0;
}
