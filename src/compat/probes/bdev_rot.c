// SPDX-License-Identifier: GPL-2.0
/* bdev_rot() in place of bdev_nonrot() and blk_queue_nonrot(). */
#include <linux/module.h>
#include <linux/blkdev.h>

int scst_probe(void);
int scst_probe(void)
{
	return bdev_rot((struct block_device *)NULL);
}
