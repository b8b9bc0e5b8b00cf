// SPDX-License-Identifier: GPL-2.0
/* Opening a block device takes holder operations, closing it the holder. */
#include <linux/module.h>
#include <linux/blkdev.h>

int scst_probe(void);
int scst_probe(void)
{
	struct block_device *bdev;

	bdev = blkdev_get_by_path("", BLK_OPEN_READ, NULL, NULL);
	blkdev_put(bdev, (void *)NULL);
	return 0;
}
