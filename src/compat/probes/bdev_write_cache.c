// SPDX-License-Identifier: GPL-2.0
/* bdev_write_cache() and bdev_fua(). */
#include <linux/module.h>
#include <linux/blkdev.h>

int scst_probe(void);
int scst_probe(void)
{
	(void)bdev_write_cache((struct block_device *)NULL);
	(void)bdev_fua((struct block_device *)NULL);
	return 0;
}
