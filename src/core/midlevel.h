/* SPDX-License-Identifier: GPL-2.0 */
/* Requests to real devices: between the files midlevel*.c. */
#ifndef SCST_MIDLEVEL_H
#define SCST_MIDLEVEL_H

#include "kapi_request.h"
#include "scst_priv.h"

/* midlevel_pages.c */
bool scst_midlevel_fits(struct scst_cmd *cmd, struct request_queue *q);
int scst_midlevel_map(struct request *rq, struct scatterlist *sg, u32 len);
int scst_midlevel_map_cmd(struct request *rq, struct scst_cmd *cmd);
void scst_midlevel_unbounce(struct scst_cmd *cmd);

/* midlevel.c */
void scst_midlevel_reflect(struct scst_device *dev,
			   const struct scsi_sense_hdr *h,
			   const struct scst_tgt_dev *told);
int scst_midlevel_reserve(struct scst_device *dev, bool reserve);
int scst_midlevel_test_ready(struct scst_device *dev, struct scsi_sense_hdr *sense);

/* midlevel_tm.c */
void scst_midlevel_wait_unheld(struct scst_cmd *cmd);

/*
 * The command's request is about to be freed. Nobody looks at it any more when this
 * is back; pairs with __scst_midlevel_abort().
 */
static inline void scst_midlevel_release(struct scst_cmd *cmd)
{
	(void)xchg(&cmd->rq, NULL);
	if (unlikely(test_bit(SCST_CMD_F_RQ_HELD, &cmd->flags)))
		scst_midlevel_wait_unheld(cmd);
}

#endif
