/* SPDX-License-Identifier: GPL-2.0 */
/* Block devices as backing store, and bios. */
#ifndef SCST_KAPI_BLOCK_H
#define SCST_KAPI_BLOCK_H

#include "scst_kapi_config.h"

#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/sched.h>

#include "kapi_bdev.h"

/* Type of bi_opf values: unsigned int before 6.0. */
#ifdef SCST_HAVE_BLK_OPF_T
typedef blk_opf_t scst_blk_opf_t;
#else
typedef unsigned int scst_blk_opf_t;
#endif

#if defined(SCST_HAVE_BDEV_FILE_OPEN_BY_PATH)
static inline int scst_bdev_do_open(const char *path, bool writable,
				    void *holder, struct scst_bdev_handle *h)
{
	blk_mode_t mode = BLK_OPEN_READ | (writable ? BLK_OPEN_WRITE : 0);

	h->file = bdev_file_open_by_path(path, mode, holder, NULL);
	if (IS_ERR(h->file))
		return PTR_ERR(h->file);
	h->bdev = file_bdev(h->file);
	return 0;
}

static inline void scst_bdev_do_close(struct scst_bdev_handle *h)
{
#ifdef SCST_HAVE_BDEV_FPUT
	bdev_fput(h->file);
#else
	fput(h->file);
#endif
}
#elif defined(SCST_HAVE_BDEV_OPEN_BY_PATH)
static inline int scst_bdev_do_open(const char *path, bool writable,
				    void *holder, struct scst_bdev_handle *h)
{
	blk_mode_t mode = BLK_OPEN_READ | (writable ? BLK_OPEN_WRITE : 0);

	h->handle = bdev_open_by_path(path, mode, holder, NULL);
	if (IS_ERR(h->handle))
		return PTR_ERR(h->handle);
	h->bdev = h->handle->bdev;
	return 0;
}

static inline void scst_bdev_do_close(struct scst_bdev_handle *h)
{
	bdev_release(h->handle);
}
#elif defined(SCST_HAVE_BLKDEV_GET_BY_PATH_4)
static inline int scst_bdev_do_open(const char *path, bool writable,
				    void *holder, struct scst_bdev_handle *h)
{
	blk_mode_t mode = BLK_OPEN_READ | (writable ? BLK_OPEN_WRITE : 0);

	h->holder = holder;
	h->bdev = blkdev_get_by_path(path, mode, holder, NULL);
	return PTR_ERR_OR_ZERO(h->bdev);
}

static inline void scst_bdev_do_close(struct scst_bdev_handle *h)
{
	blkdev_put(h->bdev, h->holder);
}
#else
static inline int scst_bdev_do_open(const char *path, bool writable,
				    void *holder, struct scst_bdev_handle *h)
{
	h->mode = FMODE_READ | FMODE_EXCL | (writable ? FMODE_WRITE : 0);
	h->bdev = blkdev_get_by_path(path, h->mode, holder);
	return PTR_ERR_OR_ZERO(h->bdev);
}

static inline void scst_bdev_do_close(struct scst_bdev_handle *h)
{
	blkdev_put(h->bdev, h->mode);
}
#endif

/*
 * Open the block device at @path for us alone; @holder is any address that
 * says who we are.  Returns 0, -EBUSY (somebody else holds it), -ENOTBLK, or
 * what the lookup said.  After an error @h needs no close, but may get one.
 */
static inline int scst_bdev_open(const char *path, bool writable, void *holder,
				 struct scst_bdev_handle *h)
{
	int ret = scst_bdev_do_open(path, writable, holder, h);

	if (ret)
		h->bdev = NULL;
	return ret;
}

/* A second close does nothing.  May sleep. */
static inline void scst_bdev_close(struct scst_bdev_handle *h)
{
	if (h->bdev)
		scst_bdev_do_close(h);
	h->bdev = NULL;
}

static inline struct block_device *scst_bdev(const struct scst_bdev_handle *h)
{
	return h->bdev;
}

/* Size in 512-byte sectors: no accessor before 5.16. */
static inline sector_t scst_bdev_nr_sectors(struct block_device *bdev)
{
#ifdef SCST_HAVE_BDEV_NR_SECTORS
	return bdev_nr_sectors(bdev);
#else
	return i_size_read(bdev->bd_inode) >> SECTOR_SHIFT;
#endif
}

/* Has it a volatile write cache, that is: must it be flushed?  Accessor: 5.19. */
static inline bool scst_bdev_write_cache(struct block_device *bdev)
{
#ifdef SCST_HAVE_BDEV_WRITE_CACHE
	return bdev_write_cache(bdev);
#else
	return test_bit(QUEUE_FLAG_WC, &bdev_get_queue(bdev)->queue_flags);
#endif
}

/* Has it heads that move?  blk_queue_nonrot() gave way to bdev_rot() in 7.x. */
static inline bool scst_bdev_rotational(struct block_device *bdev)
{
#ifdef SCST_HAVE_BDEV_ROT
	return bdev_rot(bdev);
#else
	return !blk_queue_nonrot(bdev_get_queue(bdev));
#endif
}

/* Does it do FUA itself (the block layer emulates it otherwise)?  Accessor: 5.19. */
static inline bool scst_bdev_fua(struct block_device *bdev)
{
#ifdef SCST_HAVE_BDEV_WRITE_CACHE
	return bdev_fua(bdev);
#else
	return test_bit(QUEUE_FLAG_FUA, &bdev_get_queue(bdev)->queue_flags);
#endif
}

/* Flush and wait; the gfp argument went away in 5.12.  May sleep. */
static inline int scst_blkdev_issue_flush(struct block_device *bdev)
{
#ifdef SCST_HAVE_BLKDEV_ISSUE_FLUSH_1
	return blkdev_issue_flush(bdev);
#else
	return blkdev_issue_flush(bdev, GFP_KERNEL);
#endif
}

/* Can it give back space?  The flag of its queue went in 5.19. */
static inline bool scst_bdev_can_discard(struct block_device *bdev)
{
#ifdef SCST_HAVE_BDEV_MAX_DISCARD
	return bdev_max_discard_sectors(bdev);
#else
	return blk_queue_discard(bdev_get_queue(bdev));
#endif
}

static inline unsigned int
scst_bdev_discard_granularity(struct block_device *bdev)
{
	return bdev_get_queue(bdev)->limits.discard_granularity;
}

/* The argument for secure erase went in 5.19.  May sleep. */
static inline int scst_blkdev_issue_discard(struct block_device *bdev,
					    sector_t sector, sector_t nr,
					    gfp_t gfp)
{
#ifdef SCST_HAVE_BDEV_MAX_DISCARD
	return blkdev_issue_discard(bdev, sector, nr, gfp);
#else
	return blkdev_issue_discard(bdev, sector, nr, gfp, 0);
#endif
}

/* bio_alloc_bioset() learnt the device and the operation in 5.18. */
static inline struct bio *
scst_bio_alloc(struct block_device *bdev, unsigned short nr_vecs,
	       scst_blk_opf_t opf, gfp_t gfp, struct bio_set *bs)
{
#ifdef SCST_HAVE_BIO_ALLOC_BIOSET_5
	return bio_alloc_bioset(bdev, nr_vecs, opf, gfp, bs);
#else
	struct bio *bio = bio_alloc_bioset(gfp, nr_vecs, bs);

	if (bio) {
		bio_set_dev(bio, bdev);
		bio->bi_opf = opf;
	}
	return bio;
#endif
}

/* bio_init() learnt the device and the operation in 5.18. */
static inline void scst_bio_init(struct bio *bio, struct block_device *bdev,
				 struct bio_vec *vecs, unsigned short nr_vecs,
				 scst_blk_opf_t opf)
{
#ifdef SCST_HAVE_BIO_ALLOC_BIOSET_5
	bio_init(bio, bdev, vecs, nr_vecs, opf);
#else
	bio_init(bio, vecs, nr_vecs);
	bio_set_dev(bio, bdev);
	bio->bi_opf = opf;
#endif
}

/**
 * struct scst_submitter - what a task keeps while it submits bios
 * @plug: requests that it has not sent on yet
 * @bio_list: bios that wait until the present one has been submitted
 */
struct scst_submitter {
	struct blk_plug *plug;
	struct bio_list *bio_list;
};

/*
 * Lets the task submit bios as if it were not in the middle of doing so.  Since
 * 6.9 a plug keeps the time, and a flag of the task says so: whoever is scheduled
 * out with the flag but without the plug makes the kernel write through NULL.
 */
static inline void scst_submitter_hide(struct scst_submitter *s)
{
	s->plug = current->plug;
	s->bio_list = current->bio_list;
#ifdef SCST_HAVE_PLUG_CUR_KTIME
	if (s->plug) {
		s->plug->cur_ktime = 0;
		current->flags &= ~PF_BLOCK_TS;
	}
#endif
	current->plug = NULL;
	current->bio_list = NULL;
}

static inline void scst_submitter_restore(const struct scst_submitter *s)
{
	current->plug = s->plug;
	current->bio_list = s->bio_list;
}

#endif
