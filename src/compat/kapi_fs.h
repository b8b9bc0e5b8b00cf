/* SPDX-License-Identifier: GPL-2.0 */
/* Files as backing store: iterators and asynchronous I/O. */
#ifndef SCST_KAPI_FS_H
#define SCST_KAPI_FS_H

#include "scst_kapi_config.h"

#include <linux/blkdev.h>
#include <linux/bvec.h>
#include <linux/fs.h>
#include <linux/stat.h>
#include <linux/uio.h>

/*
 * Direction of an iterator: DEST is filled (a read of the file), SOURCE is
 * emptied.  Called READ and WRITE before 6.2.
 */
#ifdef SCST_HAVE_ITER_DEST
#define SCST_ITER_DEST		ITER_DEST
#define SCST_ITER_SOURCE	ITER_SOURCE
#else
#define SCST_ITER_DEST		READ
#define SCST_ITER_SOURCE	WRITE
#endif

/*
 * Define the function for kiocb.ki_complete, which lost its third parameter
 * in 5.16:
 *
 *	static SCST_KI_COMPLETE(fileio_done, iocb, ret)
 *	{
 *		...
 *	}
 */
#ifdef SCST_HAVE_KI_COMPLETE_2
#define SCST_KI_COMPLETE(fn, iocb, ret) \
	void fn(struct kiocb *iocb, long ret)
#else
#define SCST_KI_COMPLETE(fn, iocb, ret) \
	void fn(struct kiocb *iocb, long ret, long __always_unused ret2)
#endif

/* call_read_iter() and call_write_iter() left in 6.10. */
static inline ssize_t scst_file_read_iter(struct kiocb *iocb,
					  struct iov_iter *iter)
{
	return iocb->ki_filp->f_op->read_iter(iocb, iter);
}

static inline ssize_t scst_file_write_iter(struct kiocb *iocb,
					   struct iov_iter *iter)
{
	return iocb->ki_filp->f_op->write_iter(iocb, iter);
}

/*
 * Hold off a freeze of the file system around scst_file_write_iter(), from
 * before the call to its end, which for -EIOCBQUEUED comes in ki_complete on
 * another thread: lockdep is told about the hand-over.  Nothing to do for
 * block devices.  kiocb_start_write() exists since 6.6.
 */
static inline void scst_kiocb_start_write(struct kiocb *iocb)
{
	struct inode *inode = file_inode(iocb->ki_filp);

	if (!S_ISREG(inode->i_mode))
		return;
#ifdef SCST_HAVE_KIOCB_START_WRITE
	kiocb_start_write(iocb);
#else
	sb_start_write(inode->i_sb);
	__sb_writers_release(inode->i_sb, SB_FREEZE_WRITE);
#endif
}

static inline void scst_kiocb_end_write(struct kiocb *iocb)
{
	struct inode *inode = file_inode(iocb->ki_filp);

	if (!S_ISREG(inode->i_mode))
		return;
#ifdef SCST_HAVE_KIOCB_START_WRITE
	kiocb_end_write(iocb);
#else
	__sb_writers_acquired(inode->i_sb, SB_FREEZE_WRITE);
	sb_end_write(inode->i_sb);
#endif
}

/*
 * What places, offsets and lengths of direct I/O on an open file must be multiples
 * of; 0: the file can't do it.  File systems tell since 6.1; for the others it is
 * what their block device needs.  May sleep.
 */
static inline u32 scst_file_dio_align(struct file *file)
{
	struct inode *inode = file->f_mapping->host;
	struct block_device *bdev = S_ISBLK(inode->i_mode) ?
		I_BDEV(inode) : inode->i_sb->s_bdev;
	u32 align = SECTOR_SIZE;

#ifdef SCST_HAVE_STATX_DIOALIGN
	struct kstat stat;

	if (S_ISREG(inode->i_mode) &&
	    !vfs_getattr(&file->f_path, &stat, STATX_DIOALIGN, 0) &&
	    (stat.result_mask & STATX_DIOALIGN)) {
		if (!stat.dio_offset_align)
			return 0;
		align = max3(align, stat.dio_mem_align, stat.dio_offset_align);
	}
#endif
	/* Before 6.0 places had to be multiples of a block as well. */
	if (bdev)
		align = max3(align, (u32)bdev_logical_block_size(bdev),
			     (u32)queue_dma_alignment(bdev_get_queue(bdev)) + 1);
	return align;
}

#endif
