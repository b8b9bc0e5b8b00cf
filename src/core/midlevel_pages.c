// SPDX-License-Identifier: GPL-2.0
/*
 * The pages of a command that a real device carries out: they go into the request
 * as they lie. They are copied only where the queue's DMA could not reach them.
 */
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "midlevel.h"

static struct bio_set midlevel_bios;

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
bool scst_midlevel_fits(struct scst_cmd *cmd, struct request_queue *q)
{
	u64 max_bytes = (u64)queue_max_hw_sectors(q) << SECTOR_SHIFT;
	unsigned int max_segs = queue_max_segments(q), segs;

	segs = sg_segments(cmd->sg, cmd->bufflen, queue_max_segment_size(q));
	if (cmd->bufflen <= max_bytes && segs <= max_segs)
		return true;
	scst_err_rl("device %s, initiator %s: %s of %u bytes in %u segments is more than the device takes (%llu bytes, %u segments): lower max_sectors_kb of its disk on the initiator\n",
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

int scst_midlevel_map(struct request *rq, struct scatterlist *sg, u32 len)
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
	atomic64_inc(&cmd->dev->bounced);
	return b;

err:
	bounce_free(b);
	return NULL;
}

int scst_midlevel_map_cmd(struct request *rq, struct scst_cmd *cmd)
{
	struct midlevel_bounce *b;
	int ret;

	if (!cmd->bufflen)
		return 0;
	if (likely(sg_is_reachable(rq->q, cmd->sg, cmd->bufflen)))
		return scst_midlevel_map(rq, cmd->sg, cmd->bufflen);
	b = bounce_get(cmd);
	if (!b)
		return -ENOMEM;
	ret = scst_midlevel_map(rq, b->sg, cmd->bufflen);
	if (ret)
		bounce_free(b);
	else
		cmd->bounce = b;
	return ret;
}

/* The device is done with it: what it has moved is where the initiator has it. */
void scst_midlevel_unbounce(struct scst_cmd *cmd)
{
	struct midlevel_bounce *b = cmd->bounce;

	cmd->bounce = NULL;
	if (cmd->data_direction == SCST_DATA_READ)
		bounce_copy(b, cmd, true);
	bounce_free(b);
}

int scst_midlevel_init(void)
{
	scst_timeouts_init();
	return bioset_init(&midlevel_bios, 64, 0, BIOSET_NEED_BVECS);
}

void scst_midlevel_exit(void)
{
	bioset_exit(&midlevel_bios);
}
