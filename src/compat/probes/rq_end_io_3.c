// SPDX-License-Identifier: GPL-2.0
/* The end of a request hears of the batch that it is completed in. */
#include <linux/module.h>
#include <linux/blk-mq.h>

enum rq_end_io_ret scst_probe(struct request *rq, blk_status_t status,
			      const struct io_comp_batch *iob);
enum rq_end_io_ret scst_probe(struct request *rq, blk_status_t status,
			      const struct io_comp_batch *iob)
{
	rq->end_io = scst_probe;
	return RQ_END_IO_NONE;
}
