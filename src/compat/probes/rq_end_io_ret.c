// SPDX-License-Identifier: GPL-2.0
/* The end of a request says whether the block layer shall free it. */
#include <linux/module.h>
#include <linux/blk-mq.h>

enum rq_end_io_ret scst_probe(struct request *rq, blk_status_t status);
enum rq_end_io_ret scst_probe(struct request *rq, blk_status_t status)
{
	rq->end_io = scst_probe;
	return RQ_END_IO_NONE;
}
