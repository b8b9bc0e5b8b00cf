// SPDX-License-Identifier: GPL-2.0
/*
 * How much one command may ask for. VPD page B0h tells it, the commands check it.
 */
#include <linux/minmax.h>

#include "vdisk.h"

/* One command gives back, or makes alike, no more than this. */
#define VDISK_MAX_UNMAP		(4ULL << 30)
#define VDISK_MAX_UNMAP_BLOCKS	1048576
#define VDISK_MAX_UNMAP_DESCS	256
#define VDISK_MAX_WRITE_SAME	VDISK_MAX_XFER
#define VDISK_MAX_COMPARE_WRITE	255	/* its count is a byte */

static void limits_of_space(struct vdisk_limits *l, const struct vdisk_dev *vdev)
{
	if (!vdev->space.can_unmap)
		return;
	l->max_unmap = min_t(u64, VDISK_MAX_UNMAP >> vdev->block_shift,
			     VDISK_MAX_UNMAP_BLOCKS);
	l->max_unmap_desc = VDISK_MAX_UNMAP_DESCS;
	l->unmap_granularity = max(vdev->space.granularity >> vdev->block_shift, 1U);
}

/**
 * vdisk_limits_init() - the limits of a device, once its blocks are known
 * @vdev: opened; size, block_shift and granularity are set
 */
void vdisk_limits_init(struct vdisk_dev *vdev)
{
	struct vdisk_limits *l = &vdev->limits;

	l->max_xfer = VDISK_MAX_XFER >> vdev->block_shift;
	l->granularity = min_t(u32, vdev->granularity >> vdev->block_shift,
			       U16_MAX);
	l->max_prefetch = l->max_xfer;
	l->max_compare_write = VDISK_MAX_COMPARE_WRITE;
	l->max_write_same = VDISK_MAX_WRITE_SAME >> vdev->block_shift;
	if (vdev->atomic_unit == VDISK_ATOMIC_VOLATILE)
		l->max_atomic = vdev->atomic_unit >> vdev->block_shift;
	else	/* one block of the backing is all that it promises to write or not */
		l->max_atomic = 1U << vdev->block_shift <= vdev->atomic_unit;
	limits_of_space(l, vdev);
}
