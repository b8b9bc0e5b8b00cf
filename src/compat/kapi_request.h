/* SPDX-License-Identifier: GPL-2.0 */
/* Requests that carry a SCSI command of ours to a device. */
#ifndef SCST_KAPI_REQUEST_H
#define SCST_KAPI_REQUEST_H

#include "scst_kapi_config.h"

#include <linux/bio.h>
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/string.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#ifndef SCST_HAVE_SCSI_CMND_RESID
#include <scsi/scsi_request.h>
#endif

/* scsi_alloc_request() came in 5.16. */
static inline struct request *
scst_rq_alloc(struct scsi_device *sdev, bool write, bool may_sleep)
{
	blk_mq_req_flags_t flags = may_sleep ? 0 : BLK_MQ_REQ_NOWAIT;

#ifdef SCST_HAVE_SCSI_ALLOC_REQUEST
	return scsi_alloc_request(sdev->request_queue,
				  write ? REQ_OP_DRV_OUT : REQ_OP_DRV_IN, flags);
#else
	return blk_get_request(sdev->request_queue,
			       write ? REQ_OP_SCSI_OUT : REQ_OP_SCSI_IN, flags);
#endif
}

/*
 * struct scst_rq_result - how a command of a request has ended
 * @status: SAM status
 * @host: DID_*
 * @resid: bytes that were not moved
 * @sense: sense data, in the request
 * @sense_len: valid bytes there
 */
struct scst_rq_result {
	u8 status;
	u8 host;
	u32 resid;
	const u8 *sense;
	unsigned int sense_len;
};

/*
 * Up to 5.17 the command was in a struct scsi_request, since then in scsi_cmnd, with
 * other names.
 */
#ifdef SCST_HAVE_SCSI_CMND_RESID
#define SCST_RQ_COMMAND(rq)	((struct scsi_cmnd *)blk_mq_rq_to_pdu(rq))
#define SCST_RQ_NAME(now, then)	now
#define SCST_RQ_MAX_CDB		sizeof(((struct scsi_cmnd *)NULL)->cmnd)
#else
#define SCST_RQ_COMMAND(rq)	scsi_req(rq)
#define SCST_RQ_NAME(now, then)	then
#define SCST_RQ_MAX_CDB		BLK_MAX_CDB
#endif

static inline void scst_rq_set_cdb(struct request *rq, const u8 *cdb, u8 len)
{
	__auto_type c = SCST_RQ_COMMAND(rq);

	c->cmd_len = len;
	memcpy(c->SCST_RQ_NAME(cmnd, cmd), cdb, len);
	c->SCST_RQ_NAME(allowed, retries) = 0;
}

static inline void scst_rq_get_result(struct request *rq,
				      struct scst_rq_result *r)
{
	const __auto_type c = SCST_RQ_COMMAND(rq);

	r->status = c->result & 0xff;
	r->host = c->result >> 16 & 0xff;
	r->resid = c->resid_len;
	r->sense = c->SCST_RQ_NAME(sense_buffer, sense);
	r->sense_len = c->sense_len;
}

/* A bio for a request: it has no block device. */
static inline struct bio *scst_rq_bio_alloc(struct request *rq,
					    unsigned short nr_vecs, gfp_t gfp,
					    struct bio_set *bs)
{
#ifdef SCST_HAVE_BIO_ALLOC_BIOSET_5
	return bio_alloc_bioset(NULL, nr_vecs, rq->cmd_flags, gfp, bs);
#else
	struct bio *bio = bio_alloc_bioset(gfp, nr_vecs, bs);

	if (bio)
		bio->bi_opf = rq->cmd_flags;
	return bio;
#endif
}

/*
 * Adds a part of one page to a bio for a request. Returns the bytes that it took: all
 * or none. Up to 6.15 it has to keep to the limits of the queue's segments itself,
 * later scst_rq_append_bio() does.
 */
static inline int scst_rq_add_page(struct request *rq, struct bio *bio,
				   struct page *page, unsigned int len,
				   unsigned int off)
{
#ifdef SCST_HAVE_BIO_ADD_PC_PAGE
	return bio_add_pc_page(rq->q, bio, page, len, off);
#else
	return bio_add_page(bio, page, len, off);
#endif
}

/* It takes a pointer to the bio's pointer up to 5.12. */
static inline int scst_rq_append_bio(struct request *rq, struct bio *bio)
{
#ifdef SCST_HAVE_RQ_APPEND_BIO_PTR
	return blk_rq_append_bio(rq, &bio);
#else
	return blk_rq_append_bio(rq, bio);
#endif
}

/*
 * SCST_RQ_END_IO(name) { ... } defines the function that is called at the end, with
 * "rq"; it must call scst_rq_free() and end with SCST_RQ_END_IO_RETURN. It returned
 * nothing before 6.1, and has a third parameter in newer kernels.
 */
#if defined(SCST_HAVE_RQ_END_IO_3)
#define SCST_RQ_END_IO(name)						\
	enum rq_end_io_ret name(struct request *rq, blk_status_t status,\
				const struct io_comp_batch *iob)
#define SCST_RQ_END_IO_RETURN	return RQ_END_IO_NONE
#elif defined(SCST_HAVE_RQ_END_IO_RET)
#define SCST_RQ_END_IO(name)						\
	enum rq_end_io_ret name(struct request *rq, blk_status_t status)
#define SCST_RQ_END_IO_RETURN	return RQ_END_IO_NONE
#else
#define SCST_RQ_END_IO(name)						\
	void name(struct request *rq, blk_status_t status)
#define SCST_RQ_END_IO_RETURN	return
#endif

static inline void scst_rq_free(struct request *rq)
{
	blk_mq_free_request(rq);
}

/* For the host's reset handler, as SG_SCSI_RESET has it; the request is not sent. */
static inline void scst_rq_prepare_reset(struct request *rq,
					 struct scsi_device *sdev)
{
	struct scsi_cmnd *scmd = blk_mq_rq_to_pdu(rq);

	scmd->device = sdev;
	scmd->sc_data_direction = DMA_BIDIRECTIONAL;
#ifndef SCST_HAVE_SCSI_CMD_TO_RQ
	scmd->request = rq;
#endif
#ifdef SCST_HAVE_SCSI_DONE
	scmd->submitter = SUBMITTED_BY_SCSI_RESET_IOCTL;
#endif
}

/* At the tail of the queue: commands stay in order. */
static inline void scst_rq_start(struct request *rq, rq_end_io_fn *end_io)
{
#if defined(SCST_HAVE_EXECUTE_RQ_NOWAIT_2)
	rq->end_io = end_io;
	blk_execute_rq_nowait(rq, false);
#elif defined(SCST_HAVE_EXECUTE_RQ_NOWAIT_3)
	blk_execute_rq_nowait(rq, false, end_io);
#elif defined(SCST_HAVE_EXECUTE_RQ_NOWAIT_4)
	blk_execute_rq_nowait(NULL, rq, false, end_io);
#else
	blk_execute_rq_nowait(rq->q, NULL, rq, false, end_io);
#endif
}

/* BIO_MAX_VECS was BIO_MAX_PAGES up to 5.11. */
#ifdef BIO_MAX_VECS
#define SCST_BIO_MAX_VECS	BIO_MAX_VECS
#else
#define SCST_BIO_MAX_VECS	BIO_MAX_PAGES
#endif

/* SCST_CLASS_INTF(name): a callback of struct class_interface; 6.4 dropped one. */
#ifdef SCST_HAVE_CLASS_INTF_1
#define SCST_CLASS_INTF(name)	name(struct device *dev)
#else
#define SCST_CLASS_INTF(name)	name(struct device *dev, struct class_interface *intf)
#endif

#endif
