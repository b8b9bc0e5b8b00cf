// SPDX-License-Identifier: GPL-2.0
/* blk_execute_rq_nowait() with 4 parameters. */
#include <linux/module.h>
#include <linux/blkdev.h>
#include <linux/blk-mq.h>

void scst_probe(struct request *rq);
void scst_probe(struct request *rq)
{
	blk_execute_rq_nowait(NULL, rq, false, NULL);
}
