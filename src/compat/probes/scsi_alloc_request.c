// SPDX-License-Identifier: GPL-2.0
/* Requests for SCSI commands come from the SCSI mid-level. */
#include <linux/module.h>
#include <scsi/scsi_cmnd.h>

struct request *scst_probe(struct request_queue *q);
struct request *scst_probe(struct request_queue *q)
{
	return scsi_alloc_request(q, REQ_OP_DRV_IN, 0);
}
