// SPDX-License-Identifier: GPL-2.0
/*
 * How much one command may ask for. VPD page B0h tells it, the commands check it.
 */
#include <linux/minmax.h>

#include "vdisk.h"

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
}
