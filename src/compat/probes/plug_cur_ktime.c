// SPDX-License-Identifier: GPL-2.0
/* A plug that remembers the time, with a flag of the task. */
#include <linux/blkdev.h>
#include <linux/module.h>
#include <linux/sched.h>

int scst_probe(void);
int scst_probe(void)
{
	struct blk_plug plug = { .cur_ktime = 0 };

	return plug.cur_ktime + PF_BLOCK_TS;
}
