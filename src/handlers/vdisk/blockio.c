// SPDX-License-Identifier: GPL-2.0
/*
 * BLOCKIO: blocks of a block device, with bios on the command's own pages.
 *
 * Nothing here waits for I/O that it has submitted. In SCST_CONTEXT_BLOCK we are
 * inside of the submission of another device's I/O; the core sees to it that our
 * bios are started at once all the same.
 */
#include <linux/bio.h>
#include <linux/blkdev.h>

#include "kapi_block.h"
#include "blocks.h"

#define BLOCKIO_POOL_SIZE	64
#define BLOCKIO_MAX_VECS	256

static struct bio_set blockio_bios;

int vdisk_blockio_init(void)
{
	return bioset_init(&blockio_bios, BLOCKIO_POOL_SIZE, 0,
			   BIOSET_NEED_BVECS);
}

void vdisk_blockio_exit(void)
{
	bioset_exit(&blockio_bios);
}

/* ---- open and close ---- */

static int blockio_check(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx)
{
	struct block_device *bdev = scst_bdev(&vdev->bdev);
	unsigned int logical = bdev_logical_block_size(bdev);

	if (!(vdev->flags & VDISK_F_READ_ONLY) && bdev_read_only(bdev))
		return vdisk_refuse_open(ctx, vdev, -EROFS);
	if (logical > VDISK_MAX_BLOCK)
		return scst_proc_refuse(ctx, -EINVAL, vdev->path,
			"its logical blocks of %u bytes are larger than the %u supported: leave BLOCKIO out",
			logical, VDISK_MAX_BLOCK);
	if (vdev->block_shift && 1U << vdev->block_shift < logical)
		return scst_proc_refuse(ctx, -EINVAL, vdev->path,
			"its logical blocks have %u bytes: BLOCK_SIZE can't be smaller with BLOCKIO",
			logical);
	if (!vdev->block_shift)
		vdev->block_shift = ilog2(max_t(u32, logical, VDISK_MIN_BLOCK));
	return 0;
}

static u64 blockio_size(const struct vdisk_dev *vdev)
{
	return (u64)scst_bdev_nr_sectors(scst_bdev(&vdev->bdev)) << SECTOR_SHIFT;
}

static int blockio_open(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx)
{
	bool writable = !(vdev->flags & VDISK_F_READ_ONLY);
	struct block_device *bdev;
	int err;

	err = scst_bdev_open(vdev->path, writable, vdev, &vdev->bdev);
	if (err)
		return vdisk_refuse_open(ctx, vdev, err);
	err = blockio_check(vdev, ctx);
	if (err) {
		scst_bdev_close(&vdev->bdev);
		return err;
	}
	bdev = scst_bdev(&vdev->bdev);
	vdisk_use_bdev(vdev, bdev);
	vdev->size = blockio_size(vdev);
	vdev->wce = scst_bdev_write_cache(bdev);
	return 0;
}

static void blockio_close(struct vdisk_dev *vdev)
{
	scst_bdev_close(&vdev->bdev);
}

/* ---- reads and writes ---- */

/*
 * The end of a flush, and of what needs one, is told under the lock of the
 * device's flush queue. The initiator's disk may have such a queue as well, and
 * be this host's: its turn comes when the lock is free.
 */
static enum scst_exec_context blockio_end_context(const struct bio *bio)
{
	return bio->bi_opf & (REQ_PREFLUSH | REQ_FUA) ?
		SCST_CONTEXT_TASKLET : SCST_CONTEXT_DIRECT_ATOMIC;
}

static void blockio_end(struct bio *bio, struct scst_cmd *cmd)
{
	enum scst_exec_context context = blockio_end_context(bio);
	int err = blk_status_to_errno(bio->bi_status);

	bio_put(bio);
	if (unlikely(err)) {
		vdisk_ask_retry(cmd, err);
		context = SCST_CONTEXT_THREAD;
	} else if (cmd->data_direction == SCST_DATA_READ) {
		scst_set_resp_data_len(cmd, cmd->bufflen);
	}
	scst_cmd_done(cmd, context);
}

static void blockio_end_io(struct bio *bio)
{
	blockio_end(bio, bio->bi_private);
}

/* A flush has no place that could be tried apart. */
static void blockio_end_flush(struct bio *bio)
{
	struct scst_cmd *cmd = bio->bi_private;
	int err = blk_status_to_errno(bio->bi_status);

	bio_put(bio);
	if (err)
		scst_sense_for_errno(cmd, err, true);
	scst_cmd_done(cmd, SCST_CONTEXT_TASKLET);
}

static void blockio_end_bounced(struct bio *bio)
{
	blockio_end(bio, vdisk_bounce_put(bio->bi_private, !bio->bi_status));
}

/* Entries of @sg from the start of @bio's room; returns what it took. */
static u32 bio_fill(struct bio *bio, struct scatterlist **sg, u32 left)
{
	u32 taken = 0;

	while (taken < left) {
		u32 len = min_t(u32, (*sg)->length, left - taken);

		if (bio_add_page(bio, sg_page(*sg), len, (*sg)->offset) != len)
			break;
		taken += len;
		*sg = sg_next(*sg);
	}
	return taken;
}

/*
 * As many bios as it takes, each the parent of the one before: the last one ends
 * when all have ended, with the first error among them.
 */
static void blockio_submit(struct block_device *bdev, struct scatterlist *sg,
			   unsigned int nents, sector_t sector, u32 len,
			   scst_blk_opf_t opf, bio_end_io_t *end_io, void *priv)
{
	struct bio *bio = NULL;

	while (len) {
		unsigned int nr = min_t(unsigned int, nents, BLOCKIO_MAX_VECS);
		struct bio *next = scst_bio_alloc(bdev, nr, opf, GFP_NOIO,
						  &blockio_bios);
		u32 taken;

		next->bi_iter.bi_sector = sector;
		taken = bio_fill(next, &sg, len);
		len -= taken;
		sector += taken >> SECTOR_SHIFT;
		if (bio) {
			bio_chain(bio, next);
			submit_bio(bio);
		}
		bio = next;
	}
	bio->bi_end_io = end_io;
	bio->bi_private = priv;
	submit_bio(bio);
}

/* Bits that the place of an entry in memory must not have. */
static u32 blockio_off_mask(struct block_device *bdev)
{
	return queue_dma_alignment(bdev_get_queue(bdev)) | (SECTOR_SIZE - 1);
}

static enum scst_exec_res blockio_bounced(struct scst_cmd *cmd,
					  struct vdisk_dev *vdev, u32 len,
					  sector_t sector, scst_blk_opf_t opf,
					  bool write)
{
	struct block_device *bdev = scst_bdev(&vdev->bdev);
	u32 whole = round_up(len, bdev_logical_block_size(bdev));
	struct vdisk_bounce *bounce = vdisk_bounce_get(cmd, whole, len, write);

	if (!bounce) {
		scst_set_busy(cmd);
		return vdisk_finish(cmd);
	}
	blockio_submit(bdev, vdisk_bounce_sg(bounce), DIV_ROUND_UP(whole, PAGE_SIZE),
		       sector, whole, opf, blockio_end_bounced, bounce);
	return SCST_EXEC_COMPLETED;
}

/* A read with FUA gives what is on stable storage: see fileio.c. */
static bool blockio_flush_first(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	int err = scst_blkdev_issue_flush(scst_bdev(&vdev->bdev));

	if (err)
		scst_sense_for_errno(cmd, err, false);
	return !err;
}

static enum scst_exec_res blockio_rw(struct scst_cmd *cmd,
				     struct vdisk_dev *vdev, u32 len,
				     bool write, bool fua)
{
	struct block_device *bdev = scst_bdev(&vdev->bdev);
	sector_t sector = cmd->lba << (vdev->block_shift - SECTOR_SHIFT);
	scst_blk_opf_t opf = REQ_OP_READ;

	if (!vdisk_may_sleep(cmd))
		return SCST_EXEC_NEED_THREAD;
	if (write) {
		opf = REQ_OP_WRITE | REQ_SYNC | REQ_IDLE | (fua ? REQ_FUA : 0);
	} else if (fua) {
		if (cmd->context != SCST_CONTEXT_THREAD)
			return SCST_EXEC_NEED_THREAD;
		if (!blockio_flush_first(cmd, vdev))
			return vdisk_finish(cmd);
	}
	if (unlikely(!vdisk_sg_is_aligned(cmd->sg, len,
					  blockio_off_mask(bdev),
					  bdev_logical_block_size(bdev) - 1)))
		return blockio_bounced(cmd, vdev, len, sector, opf, write);
	blockio_submit(bdev, cmd->sg, cmd->sg_cnt, sector, len, opf,
		       blockio_end_io, cmd);
	return SCST_EXEC_COMPLETED;
}

static int blockio_io(struct vdisk_dev *vdev, struct page *page, loff_t pos,
		      u32 len, bool write, bool fua)
{
	scst_blk_opf_t opf = REQ_OP_READ;
	struct bio *bio;
	int err;

	if (write)
		opf = REQ_OP_WRITE | REQ_SYNC | (fua ? REQ_FUA : 0);
	bio = scst_bio_alloc(scst_bdev(&vdev->bdev), 1, opf, GFP_NOIO,
			     &blockio_bios);
	bio->bi_iter.bi_sector = pos >> SECTOR_SHIFT;
	if (bio_add_page(bio, page, len, 0) == len)
		err = submit_bio_wait(bio);
	else
		err = -EIO;
	bio_put(bio);
	return err;
}

/* A flush has no range: it covers all that was acknowledged before. */
static enum scst_exec_res blockio_sync(struct scst_cmd *cmd,
				       struct vdisk_dev *vdev, u64 lba, u64 blocks)
{
	struct bio *bio;

	if (!vdisk_may_sleep(cmd))
		return SCST_EXEC_NEED_THREAD;
	bio = scst_bio_alloc(scst_bdev(&vdev->bdev), 0,
			     REQ_OP_WRITE | REQ_PREFLUSH, GFP_NOIO,
			     &blockio_bios);
	bio->bi_end_io = blockio_end_flush;
	bio->bi_private = cmd;
	submit_bio(bio);
	return SCST_EXEC_COMPLETED;
}

const struct vdisk_mode vdisk_blockio = {
	.vendor	= "SCST_BIO",
	.type	= &vdisk_blk_type,
	.open	= blockio_open,
	.close	= blockio_close,
	.size	= blockio_size,
	.rw	= blockio_rw,
	.io	= blockio_io,
	.sync	= blockio_sync,
	.space	= &vdisk_bdev_space,
};
