// SPDX-License-Identifier: GPL-2.0
/* bdev_max_discard_sectors(), and blkdev_issue_discard() without flags. */
#include <linux/module.h>
#include <linux/blkdev.h>

int scst_probe(void);
int scst_probe(void)
{
	struct block_device *bdev = NULL;

	if (!bdev_max_discard_sectors(bdev))
		return 0;
	return blkdev_issue_discard(bdev, 0, 8, GFP_KERNEL);
}
