// SPDX-License-Identifier: GPL-2.0
/* A tag set can ask for no I/O scheduler. */
#include <linux/module.h>
#include <linux/blk-mq.h>

int scst_probe(void);
int scst_probe(void)
{
	return BLK_MQ_F_NO_SCHED_BY_DEFAULT;
}
