// SPDX-License-Identifier: GPL-2.0
/*
 * O_DIRECT: blocks in a file or block device, without the page cache, and without
 * a thread that waits.
 *
 * A thread of the core submits, for file systems are entered from there only. The
 * end comes from wherever the file system or the block layer says so: a work item,
 * a softirq, or the submitting call itself.
 */
#include <linux/fs.h>
#include <linux/log2.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "kapi_fs.h"
#include "kapi_mm.h"
#include "blocks.h"

/**
 * struct direct_io - a command while it is read or written
 * @iocb: what the file system gets
 * @refs: one for the submitting call, which may look at @iocb to its end, and one
 *	for the I/O
 * @cmd: the command
 * @bounce: the buffer in its place, or NULL
 * @len: bytes asked for
 * @ret: bytes moved, or -errno
 * @vecs: the buffer
 */
struct direct_io {
	struct kiocb iocb;
	refcount_t refs;
	struct scst_cmd *cmd;
	struct vdisk_bounce *bounce;
	u32 len;
	long ret;
	struct bio_vec vecs[];
};

/* ---- open ---- */

static int direct_check(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx)
{
	u32 align = scst_file_dio_align(vdev->file);

	if (!align)
		return scst_proc_refuse(ctx, -EINVAL, vdev->path,
			"its file system has no direct I/O for this file: leave O_DIRECT out");
	if (align > VDISK_MAX_BLOCK)
		return scst_proc_refuse(ctx, -EINVAL, vdev->path,
			"direct I/O on it needs blocks of %u bytes, larger than the %u supported: leave O_DIRECT out",
			align, VDISK_MAX_BLOCK);
	if (vdev->block_shift && 1U << vdev->block_shift < align)
		return scst_proc_refuse(ctx, -EINVAL, vdev->path,
			"direct I/O on it needs multiples of %u bytes: BLOCK_SIZE can't be smaller with O_DIRECT",
			align);
	if (!vdev->block_shift)
		vdev->block_shift = ilog2(roundup_pow_of_two(align));
	vdev->dio_align = align;
	return 0;
}

static int direct_open(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx)
{
	int err = vdisk_fileio_open(vdev, ctx);

	if (err)
		return err;
	err = direct_check(vdev, ctx);
	if (err)
		vdisk_fileio_close(vdev);
	return err;
}

/* ---- reads and writes ---- */

/*
 * The last reference. What did not go as a whole is gone through again in a thread:
 * vdisk_dev_done().
 */
static void direct_end(struct direct_io *io, enum scst_exec_context context)
{
	struct scst_cmd *cmd = io->cmd;
	bool all = io->ret == io->len;

	if (io->bounce)
		vdisk_bounce_put(io->bounce, all);
	if (unlikely(!all)) {
		vdisk_ask_retry(cmd, io->ret < 0 ? io->ret : -EIO);
		context = SCST_CONTEXT_THREAD;
	} else if (cmd->data_direction == SCST_DATA_READ) {
		scst_set_resp_data_len(cmd, cmd->bufflen);
	}
	kfree(io);
	scst_cmd_done(cmd, context);
}

static void direct_put(struct direct_io *io, enum scst_exec_context context)
{
	if (refcount_dec_and_test(&io->refs))
		direct_end(io, context);
}

/*
 * A block device tells the end of a write with FUA under the lock of its flush
 * queue: see blockio_end_context().
 */
static SCST_KI_COMPLETE(direct_done, iocb, ret)
{
	struct direct_io *io = container_of(iocb, struct direct_io, iocb);
	bool fua = iocb->ki_flags & IOCB_DSYNC;

	if (iocb->ki_flags & IOCB_WRITE)
		scst_kiocb_end_write(iocb);
	io->ret = ret;
	direct_put(io, fua ? SCST_CONTEXT_TASKLET : SCST_CONTEXT_DIRECT_ATOMIC);
}

/* The buffer's entries as vectors; returns how many it took for all of @len. */
static unsigned int direct_fill(struct direct_io *io, struct scatterlist *sg,
				u32 len)
{
	unsigned int n;

	for (n = 0; len; n++, sg = sg_next(sg)) {
		u32 part = min_t(u32, sg->length, len);

		scst_bvec_set_page(&io->vecs[n], sg_page(sg), part, sg->offset);
		len -= part;
	}
	return n;
}

static void direct_submit(struct direct_io *io, struct vdisk_dev *vdev,
			  struct scatterlist *sg, bool write, bool fua)
{
	struct vdisk_fs_task task;
	struct iov_iter it;
	unsigned int n;
	ssize_t ret;

	n = direct_fill(io, sg, io->len);
	iov_iter_bvec(&it, write ? SCST_ITER_SOURCE : SCST_ITER_DEST, io->vecs,
		      n, io->len);
	init_sync_kiocb(&io->iocb, vdev->file);
	io->iocb.ki_complete = direct_done;
	io->iocb.ki_pos = io->cmd->lba << vdev->block_shift;
	if (write && fua)
		io->iocb.ki_flags |= IOCB_DSYNC;
	refcount_set(&io->refs, 2);

	vdisk_fs_enter(&task);
	ret = vdisk_fileio_call(&io->iocb, &it, write);
	vdisk_fs_leave(&task);
	if (ret != -EIOCBQUEUED) {
		io->ret = ret;
		direct_put(io, SCST_CONTEXT_SAME);
	}
	direct_put(io, SCST_CONTEXT_SAME);
}

/* NULL: no memory; a large one may well not be had. */
static struct direct_io *direct_alloc(struct scst_cmd *cmd, unsigned int nents,
				      u32 len)
{
	struct direct_io *io;

	io = kmalloc(struct_size(io, vecs, nents),
		     GFP_NOIO | __GFP_NOWARN);
	if (!io)
		return NULL;
	io->cmd = cmd;
	io->bounce = NULL;
	io->len = len;
	return io;
}

/* Through whole pages: see bounce.c. */
static enum scst_exec_res direct_bounced(struct scst_cmd *cmd,
					 struct vdisk_dev *vdev, u32 len,
					 bool write, bool fua)
{
	u32 whole = round_up(len, 1U << vdev->block_shift);
	struct vdisk_bounce *bounce = vdisk_bounce_get(cmd, whole, len, write);
	struct direct_io *io = NULL;

	if (bounce)
		io = direct_alloc(cmd, DIV_ROUND_UP(whole, PAGE_SIZE), whole);
	if (!io) {
		if (bounce)
			vdisk_bounce_put(bounce, false);
		scst_set_busy(cmd);
		return vdisk_finish(cmd);
	}
	io->bounce = bounce;
	direct_submit(io, vdev, vdisk_bounce_sg(bounce), write, fua);
	return SCST_EXEC_COMPLETED;
}

/* A read with FUA: see fileio.c. What bypassed nothing may still be in the cache. */
static bool direct_flush_first(struct scst_cmd *cmd, struct vdisk_dev *vdev,
			       u32 len)
{
	loff_t pos = cmd->lba << vdev->block_shift;
	struct vdisk_fs_task task;
	int err;

	vdisk_fs_enter(&task);
	err = vfs_fsync_range(vdev->file, pos, pos + len - 1, 1);
	vdisk_fs_leave(&task);
	if (err)
		scst_sense_for_errno(cmd, err, false);
	return !err;
}

static enum scst_exec_res direct_rw(struct scst_cmd *cmd, struct vdisk_dev *vdev,
				    u32 len, bool write, bool fua)
{
	struct direct_io *io;

	if (cmd->context != SCST_CONTEXT_THREAD)
		return SCST_EXEC_NEED_THREAD;
	if (!vdisk_size_covers(cmd, vdev, len))
		return vdisk_finish(cmd);
	if (!write && fua && !direct_flush_first(cmd, vdev, len))
		return vdisk_finish(cmd);
	if (unlikely(!vdisk_sg_is_aligned(cmd->sg, len, vdev->dio_align - 1,
					  vdev->dio_align - 1)))
		return direct_bounced(cmd, vdev, len, write, fua);
	if (unlikely(READ_ONCE(vdev->no_direct)))
		io = NULL;
	else
		io = direct_alloc(cmd, cmd->sg_cnt, len);
	if (unlikely(!io)) {
		/* Some at a time, which this thread waits for, is always possible. */
		vdisk_fileio_rw_now(cmd, vdev, len, write, fua);
		return vdisk_finish(cmd);
	}
	direct_submit(io, vdev, cmd->sg, write, fua);
	return SCST_EXEC_COMPLETED;
}

const struct vdisk_mode vdisk_direct = {
	.vendor	= "SCST_FIO",
	.type	= &vdisk_type,
	.open	= direct_open,
	.close	= vdisk_fileio_close,
	.size	= vdisk_fileio_size,
	.rw	= direct_rw,
	.io	= vdisk_fileio_io,
	.sync	= vdisk_fileio_sync,
	.space	= &vdisk_file_space,
};
