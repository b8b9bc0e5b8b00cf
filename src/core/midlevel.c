// SPDX-License-Identifier: GPL-2.0
/*
 * Commands that real devices carry out: each becomes a request on the device's
 * queue, at its tail, with the command's own pages. Status, sense data and residual
 * are the device's.
 *
 * Pages are copied only where the queue's DMA could not reach them as they lie.
 */
#include <linux/completion.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <scsi/scsi_host.h>
#include <scsi/scsi_proto.h>

#include "kapi_block.h"
#include "kapi_request.h"
#include "scst_priv.h"

static struct bio_set midlevel_bios;
static atomic_long_t midlevel_bounced = ATOMIC_LONG_INIT(0);

/* ---- what a queue takes ---- */

/* Entries that lie one behind the other in memory are one segment. */
static unsigned int sg_segments(struct scatterlist *sg, u32 len, u32 max_seg)
{
	phys_addr_t end = 0;
	unsigned int n = 0;
	u32 size = 0;

	for (; len; sg = sg_next(sg)) {
		u32 part = min(sg->length, len);

		if (!n || sg_phys(sg) != end || size + part > max_seg) {
			n += DIV_ROUND_UP(part, max_seg);
			size = 0;
		}
		size += part;
		end = sg_phys(sg) + part;
		len -= part;
	}
	return n;
}

static bool sg_is_reachable(struct request_queue *q, struct scatterlist *sg,
			    u32 len)
{
	unsigned long mask = queue_dma_alignment(q);
	unsigned long gap = queue_virt_boundary(q);
	bool first = true;

	for (; len; sg = sg_next(sg)) {
		u32 part = min(sg->length, len);

		if ((sg->offset | part) & mask)
			return false;
		len -= part;
		if ((!first && sg->offset & gap) ||
		    (len && (sg->offset + part) & gap))
			return false;
		first = false;
	}
	return true;
}

/* False: refused, with a line that tells the numbers. */
static bool midlevel_fits(struct scst_cmd *cmd, struct request_queue *q)
{
	u32 max_bytes = queue_max_hw_sectors(q) << SECTOR_SHIFT;
	unsigned int max_segs = queue_max_segments(q), segs;

	segs = sg_segments(cmd->sg, cmd->bufflen, queue_max_segment_size(q));
	if (cmd->bufflen <= max_bytes && segs <= max_segs)
		return true;
	scst_err_rl("device %s, initiator %s: %s of %u bytes in %u segments is more than the device takes (%u bytes, %u segments): lower max_sectors_kb of its disk on the initiator\n",
		    cmd->dev->name, cmd->sess->initiator_name, cmd->op->name,
		    cmd->bufflen, segs, max_bytes, max_segs);
	scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_invalid_field_in_cdb));
	return false;
}

/* ---- pages ---- */

static void midlevel_bio_end(struct bio *bio)
{
	bio_put(bio);
}

/* Not yet started: what was mapped so far. */
static void midlevel_unmap(struct request *rq)
{
	struct bio *bio;

	while ((bio = rq->bio)) {
		rq->bio = bio->bi_next;
		bio_put(bio);
	}
}

/* Where the mapping of a buffer has got to. */
struct midlevel_pos {
	struct scatterlist *sg;
	u32 off;		/* in that entry */
	u32 left;		/* bytes that are not mapped yet */
};

/* The next part that lies in one page. */
static u32 pos_part(const struct midlevel_pos *pos, struct page **page,
		    unsigned int *off)
{
	u32 at = pos->sg->offset + pos->off;

	*page = sg_page(pos->sg) + (at >> PAGE_SHIFT);
	*off = offset_in_page(at);
	return min3(pos->left, pos->sg->length - pos->off,
		    (u32)PAGE_SIZE - *off);
}

static void pos_advance(struct midlevel_pos *pos, u32 len)
{
	pos->left -= len;
	pos->off += len;
	if (pos->off == pos->sg->length) {
		pos->sg = sg_next(pos->sg);
		pos->off = 0;
	}
}

/* A bio with as much as it takes. */
static struct bio *midlevel_bio(struct request *rq, struct midlevel_pos *pos)
{
	unsigned int nr = DIV_ROUND_UP(pos->left, PAGE_SIZE) + 1, off;
	struct page *page;
	struct bio *bio;
	u32 len;

	bio = scst_rq_bio_alloc(rq, min_t(unsigned int, nr, SCST_BIO_MAX_VECS),
				GFP_NOIO, &midlevel_bios);
	bio->bi_end_io = midlevel_bio_end;
	while (pos->left) {
		len = pos_part(pos, &page, &off);
		if (scst_rq_add_page(rq, bio, page, len, off) != len)
			break;
		pos_advance(pos, len);
	}
	return bio;
}

static int midlevel_map(struct request *rq, struct scatterlist *sg, u32 len)
{
	struct midlevel_pos pos = { .sg = sg, .left = len };
	int ret;

	while (pos.left) {
		struct bio *bio = midlevel_bio(rq, &pos);

		ret = bio->bi_iter.bi_size ? scst_rq_append_bio(rq, bio) : -EINVAL;
		if (ret) {
			bio_put(bio);
			midlevel_unmap(rq);
			return ret;
		}
	}
	return 0;
}

/* ---- copies of what can't be reached ---- */

/**
 * struct midlevel_bounce - a copy of a command's buffer
 * @nents: entries of @sg
 * @sg: whole pages
 */
struct midlevel_bounce {
	unsigned int nents;
	struct scatterlist sg[];
};

static void bounce_free(struct midlevel_bounce *b)
{
	unsigned int i;

	for (i = 0; i < b->nents; i++)
		if (sg_page(&b->sg[i]))
			__free_page(sg_page(&b->sg[i]));
	kvfree(b);
}

/* One behind the other, all of them full but the last. */
static bool bounce_copy(struct midlevel_bounce *b, struct scst_cmd *cmd,
			bool back)
{
	struct sg_mapping_iter miter;
	off_t off = 0;

	sg_miter_start(&miter, b->sg, b->nents,
		       SG_MITER_ATOMIC | (back ? SG_MITER_FROM_SG : SG_MITER_TO_SG));
	while (off < cmd->bufflen && sg_miter_next(&miter)) {
		size_t n = min_t(size_t, miter.length, cmd->bufflen - off);

		if (back)
			n = sg_pcopy_from_buffer(cmd->sg, cmd->sg_cnt, miter.addr,
						 n, off);
		else
			n = sg_pcopy_to_buffer(cmd->sg, cmd->sg_cnt, miter.addr,
					       n, off);
		if (!n)
			break;
		off += n;
	}
	sg_miter_stop(&miter);
	return off == cmd->bufflen;
}

static struct midlevel_bounce *bounce_get(struct scst_cmd *cmd)
{
	unsigned int n = DIV_ROUND_UP(cmd->bufflen, PAGE_SIZE), i;
	struct midlevel_bounce *b;

	b = kvzalloc(struct_size(b, sg, n), GFP_NOIO);
	if (!b)
		return NULL;
	b->nents = n;
	sg_init_table(b->sg, n);
	for (i = 0; i < n; i++) {
		struct page *page = alloc_page(GFP_NOIO | __GFP_ZERO);

		if (!page)
			goto err;
		sg_set_page(&b->sg[i], page, PAGE_SIZE, 0);
	}
	if (cmd->data_direction == SCST_DATA_WRITE && !bounce_copy(b, cmd, false))
		goto err;
	atomic_long_inc(&midlevel_bounced);
	return b;

err:
	bounce_free(b);
	return NULL;
}

/* ---- the end ---- */

/* What one initiator is told by the device concerns the others as well. */
static const struct {
	u8 asc, ascq;		/* ASCQ 0xff: any */
	enum scst_ua ua;
} midlevel_uas[] = {
	{ 0x28, 0xff, SCST_UA_MEDIUM_CHANGED },
	{ 0x29, 0xff, SCST_UA_RESET },
	{ 0x2a, 0x01, SCST_UA_MODE_CHANGED },
	{ 0x2a, 0x02, SCST_UA_LOG_CHANGED },
	{ 0x2a, 0x09, SCST_UA_CAPACITY_CHANGED },
	{ 0x2f, 0x00, SCST_UA_CLEARED_BY_OTHER },
	{ 0x3f, 0x03, SCST_UA_INQUIRY_CHANGED },
};

static void midlevel_reflect(struct scst_cmd *cmd)
{
	struct scsi_sense_hdr h;
	unsigned int i;

	if (!scsi_normalize_sense(cmd->sense, cmd->sense_len, &h) ||
	    h.sense_key != UNIT_ATTENTION)
		return;
	for (i = 0; i < ARRAY_SIZE(midlevel_uas); i++) {
		if (midlevel_uas[i].asc != h.asc ||
		    (midlevel_uas[i].ascq != 0xff && midlevel_uas[i].ascq != h.ascq))
			continue;
		scst_dev_raise_ua(cmd->dev, midlevel_uas[i].ua, cmd->tgt_dev);
		return;
	}
}

/* It has not reached the device, or has not come back from there. */
static void midlevel_failed(struct scst_cmd *cmd, u8 host)
{
	switch (host) {
	case DID_BUS_BUSY:
	case DID_IMM_RETRY:
	case DID_REQUEUE:
	case DID_RESET:
	case DID_TRANSPORT_DISRUPTED:
		scst_set_busy(cmd);
		break;
	case DID_NO_CONNECT:
	case DID_BAD_TARGET:
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_lun_not_supported));
		break;
	case DID_ABORT:
	case DID_TIME_OUT:
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_aborted_command));
		break;
	default:
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_hardw_error));
	}
	scst_err_rl("device %s, initiator %s: %s failed below: host status %02x\n",
		    cmd->dev->name, cmd->sess->initiator_name, cmd->op->name,
		    host);
}

static void midlevel_result(struct scst_cmd *cmd, const struct scst_rq_result *r)
{
	u32 moved = cmd->bufflen - min(r->resid, cmd->bufflen);

	if (r->host && !r->status) {
		midlevel_failed(cmd, r->host);
		return;
	}
	cmd->status = r->status;
	if (cmd->data_direction == SCST_DATA_READ)
		cmd->resp_data_len = moved;
	if (!r->status)
		return;
	set_bit(SCST_CMD_F_ENDED, &cmd->flags);
	if (r->status != SAM_STAT_CHECK_CONDITION)
		return;
	cmd->sense_len = min_t(unsigned int, r->sense_len, sizeof(cmd->sense));
	memcpy(cmd->sense, r->sense, cmd->sense_len);
	midlevel_reflect(cmd);
}

static SCST_RQ_END_IO(midlevel_end_io)
{
	struct scst_cmd *cmd = rq->end_io_data;
	struct midlevel_bounce *bounce = cmd->dh_priv;
	struct scst_rq_result r;

	scst_rq_get_result(rq, &r);
	midlevel_result(cmd, &r);
	if (unlikely(bounce)) {
		cmd->dh_priv = NULL;
		if (cmd->data_direction == SCST_DATA_READ)
			bounce_copy(bounce, cmd, true);
		bounce_free(bounce);
	}
	scst_rq_free(rq);
	scst_cmd_done(cmd, SCST_CONTEXT_TASKLET);
	SCST_RQ_END_IO_RETURN;
}

/* ---- the beginning ---- */

static int midlevel_map_cmd(struct request *rq, struct scst_cmd *cmd)
{
	struct midlevel_bounce *b;
	int ret;

	if (!cmd->bufflen)
		return 0;
	if (likely(sg_is_reachable(rq->q, cmd->sg, cmd->bufflen)))
		return midlevel_map(rq, cmd->sg, cmd->bufflen);
	b = bounce_get(cmd);
	if (!b)
		return -ENOMEM;
	ret = midlevel_map(rq, b->sg, cmd->bufflen);
	if (ret)
		bounce_free(b);
	else
		cmd->dh_priv = b;
	return ret;
}

static void midlevel_refuse(struct scst_cmd *cmd, int err)
{
	scst_sense_for_errno(cmd, err, false);
	scst_cmd_done(cmd, SCST_CONTEXT_SAME);
}

/**
 * scst_midlevel_exec() - have a real device carry out a command
 * @cmd: the command, its handler has answered SCST_EXEC_NOT_COMPLETED
 *
 * Context: that of the command.
 * Return: SCST_EXEC_COMPLETED, or SCST_EXEC_NEED_THREAD in atomic context.
 */
enum scst_exec_res scst_midlevel_exec(struct scst_cmd *cmd)
{
	struct scsi_device *sdev = cmd->dev->scsi_dev;
	struct scst_submitter submitter;
	struct request *rq;
	int ret;

	if (!scst_context_may_sleep(cmd->context))
		return SCST_EXEC_NEED_THREAD;
	if (cmd->cdb_len > SCST_RQ_MAX_CDB) {
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_invalid_opcode));
		goto done;
	}
	if (!midlevel_fits(cmd, sdev->request_queue))
		goto done;
	rq = scst_rq_alloc(sdev, cmd->data_direction == SCST_DATA_WRITE, true);
	if (IS_ERR(rq)) {
		midlevel_refuse(cmd, PTR_ERR(rq));
		return SCST_EXEC_COMPLETED;
	}
	scst_rq_set_cdb(rq, cmd->cdb, cmd->cdb_len);
	rq->timeout = scst_midlevel_timeout(cmd);
	rq->end_io_data = cmd;
	ret = midlevel_map_cmd(rq, cmd);
	if (ret) {
		scst_rq_free(rq);
		midlevel_refuse(cmd, ret);
		return SCST_EXEC_COMPLETED;
	}
	scst_submitter_hide(&submitter);
	scst_rq_start(rq, midlevel_end_io);
	scst_submitter_restore(&submitter);
	return SCST_EXEC_COMPLETED;

done:
	scst_cmd_done(cmd, SCST_CONTEXT_SAME);
	return SCST_EXEC_COMPLETED;
}

/* ---- commands of handlers ---- */

struct midlevel_sync {
	struct completion done;
	struct scst_rq_result result;
	u8 sense[SCST_MAX_SENSE_LEN];
};

static SCST_RQ_END_IO(midlevel_sync_end)
{
	struct midlevel_sync *sync = rq->end_io_data;

	scst_rq_get_result(rq, &sync->result);
	sync->result.sense_len = min_t(unsigned int, sync->result.sense_len,
				       sizeof(sync->sense));
	memcpy(sync->sense, sync->result.sense, sync->result.sense_len);
	sync->result.sense = sync->sense;
	complete(&sync->done);
	SCST_RQ_END_IO_RETURN;
}

static int midlevel_sync_run(struct request *rq, const u8 *cdb, u8 cdb_len,
			     struct scatterlist *sg, u32 len,
			     struct midlevel_sync *sync)
{
	int ret = len ? midlevel_map(rq, sg, len) : 0;

	if (ret)
		return ret;
	scst_rq_set_cdb(rq, cdb, cdb_len);
	rq->timeout = 60 * HZ;
	rq->end_io_data = sync;
	init_completion(&sync->done);
	scst_rq_start(rq, midlevel_sync_end);
	wait_for_completion_io(&sync->done);
	return sync->result.status || sync->result.host ? -EIO : 0;
}

int scst_midlevel_ask(struct scst_device *dev, const u8 *cdb, u8 cdb_len,
		      void *buf, u32 len, struct scsi_sense_hdr *sense)
{
	struct midlevel_sync sync = { };
	struct scatterlist sg;
	struct request *rq;
	int ret;

	might_sleep();
	sg_init_one(&sg, buf, len);
	rq = scst_rq_alloc(dev->scsi_dev, false, true);
	if (IS_ERR(rq))
		return PTR_ERR(rq);
	ret = midlevel_sync_run(rq, cdb, cdb_len, &sg, len, &sync);
	scst_rq_free(rq);
	if (!scsi_normalize_sense(sync.sense, sync.result.sense_len, sense))
		memset(sense, 0, sizeof(*sense));
	return ret;
}
SCST_EXPORT(scst_midlevel_ask);

int scst_midlevel_init(void)
{
	scst_timeouts_init();
	return bioset_init(&midlevel_bios, 64, 0, BIOSET_NEED_BVECS);
}

void scst_midlevel_exit(void)
{
	bioset_exit(&midlevel_bios);
}
