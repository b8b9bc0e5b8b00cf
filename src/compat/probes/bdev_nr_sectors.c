// SPDX-License-Identifier: GPL-2.0
/* Accessor for a block device's size. */
#include <linux/module.h>
#include <linux/blkdev.h>

int scst_probe(void);
int scst_probe(void)
{
	(void)bdev_nr_sectors((struct block_device *)NULL);
	return 0;
}
