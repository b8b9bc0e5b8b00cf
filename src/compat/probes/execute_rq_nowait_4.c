// SPDX-License-Identifier: GPL-2.0
/* blk_execute_rq_nowait() with 4 parameters. */
#include <linux/module.h>
#include <linux/blkdev.h>
#include <linux/blk-mq.h>

void scst_probe(void);
void scst_probe(void)
{
	void (*start)(struct gendisk *, struct request *, int,
		      rq_end_io_fn *) = blk_execute_rq_nowait;

	(void)start;
}
