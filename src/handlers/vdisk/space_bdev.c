// SPDX-License-Identifier: GPL-2.0
/*
 * The space of a block device: discard, zeros.
 */
#include <linux/blkdev.h>

#include "kapi_block.h"
#include "blocks.h"

/*
 * Reads after a discard give anything. The command for zeros gives zeros, and
 * space back where the device can, so it is what UNMAP uses where there is one.
 */
static void bdev_probe(struct vdisk_dev *vdev)
{
	struct block_device *bdev = scst_bdev(&vdev->bdev);
	struct vdisk_space *space = &vdev->space;

	if (vdev->flags & VDISK_F_READ_ONLY)
		return;
	space->can_unmap = scst_bdev_can_discard(bdev);
	space->unmap_zeroes = space->can_unmap && bdev_write_zeroes_sectors(bdev);
	space->granularity = scst_bdev_discard_granularity(bdev);
}

static int bdev_zero(struct vdisk_dev *vdev, u64 pos, u64 len)
{
	return blkdev_issue_zeroout(scst_bdev(&vdev->bdev), pos >> SECTOR_SHIFT,
				    len >> SECTOR_SHIFT, GFP_NOIO,
				    BLKDEV_ZERO_NOUNMAP);
}

static int bdev_unmap(struct vdisk_dev *vdev, u64 pos, u64 len)
{
	struct block_device *bdev = scst_bdev(&vdev->bdev);

	if (vdev->space.unmap_zeroes)
		return blkdev_issue_zeroout(bdev, pos >> SECTOR_SHIFT,
					    len >> SECTOR_SHIFT, GFP_NOIO, 0);
	return scst_blkdev_issue_discard(bdev, pos >> SECTOR_SHIFT,
					 len >> SECTOR_SHIFT, GFP_NOIO);
}

static int bdev_flush(struct vdisk_dev *vdev, u64 pos, u64 len)
{
	return scst_blkdev_issue_flush(scst_bdev(&vdev->bdev));
}

const struct vdisk_space_ops vdisk_bdev_space = {
	.probe	= bdev_probe,
	.zero	= bdev_zero,
	.unmap	= bdev_unmap,
	.flush	= bdev_flush,
	.settle	= bdev_flush,
};
