// SPDX-License-Identifier: GPL-2.0
/* blk_rq_append_bio() may exchange the bio. */
#include <linux/module.h>
#include <linux/blkdev.h>

int scst_probe(struct request *rq, struct bio **bio);
int scst_probe(struct request *rq, struct bio **bio)
{
	return blk_rq_append_bio(rq, bio);
}
