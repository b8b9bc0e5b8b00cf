// SPDX-License-Identifier: GPL-2.0
/* blkdev_issue_flush() without allocation flags. */
#include <linux/module.h>
#include <linux/blkdev.h>

int scst_probe(void);
int scst_probe(void)
{
	(void)blkdev_issue_flush((struct block_device *)NULL);
	return 0;
}
