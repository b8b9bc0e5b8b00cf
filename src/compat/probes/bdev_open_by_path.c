// SPDX-License-Identifier: GPL-2.0
/* Opening a block device gives a struct bdev_handle. */
#include <linux/module.h>
#include <linux/blkdev.h>

int scst_probe(void);
int scst_probe(void)
{
	struct bdev_handle *h = bdev_open_by_path("", BLK_OPEN_READ, NULL, NULL);

	bdev_release(h);
	return 0;
}
