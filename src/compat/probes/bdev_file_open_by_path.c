// SPDX-License-Identifier: GPL-2.0
/* Opening a block device gives a file. */
#include <linux/module.h>
#include <linux/blkdev.h>

int scst_probe(void);
int scst_probe(void)
{
	struct file *file;

	file = bdev_file_open_by_path("", BLK_OPEN_READ, NULL, NULL);
	(void)file_bdev(file);
	return 0;
}
