// SPDX-License-Identifier: GPL-2.0
/*
 * FILEIO: blocks in a file or block device, through the page cache.
 *
 * File systems are entered from threads of the core only. Elsewhere the caller
 * may hold locks of the very file system, and be a user's process with limits
 * and signals of its own. What the page cache holds is read anywhere.
 */
#include <linux/backing-dev.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/namei.h>
#include <linux/sched/mm.h>
#include <linux/uio.h>

#include "kapi_cache.h"
#include "kapi_fs.h"
#include "kapi_mm.h"
#include "blocks.h"

/* Vectors that fit on the stack: enough to get on when memory is short. */
#define FILEIO_STACK_VECS	16

/* Most bytes that are copied where nothing can be scheduled. */
#define FILEIO_MAX_ATOMIC	(64U << 10)

/* ---- open and close ---- */

/*
 * What is there, before it is opened: a mere open of a FIFO can hang, of a tape
 * or watchdog do worse.
 */
static int fileio_check_kind(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx,
			     bool *is_bdev)
{
	struct path path;
	umode_t mode;
	int err;

	err = kern_path(vdev->path, LOOKUP_FOLLOW, &path);
	if (err)
		return vdisk_refuse_open(ctx, vdev, err);
	mode = d_inode(path.dentry)->i_mode;
	path_put(&path);
	if (!S_ISREG(mode) && !S_ISBLK(mode))
		return scst_proc_refuse(ctx, -EINVAL, vdev->path,
			"neither a regular file nor a block device");
	*is_bdev = S_ISBLK(mode);
	return 0;
}

/* O_EXCL holds a block device, so that nobody mounts it, nor is it mounted. */
static int fileio_open_file(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx,
			    bool is_bdev)
{
	bool direct = vdev->flags & VDISK_F_O_DIRECT;
	int flags = O_LARGEFILE | (is_bdev ? O_EXCL : 0) |
		    (direct ? O_DIRECT : 0) |
		    (vdev->flags & VDISK_F_READ_ONLY ? O_RDONLY : O_RDWR);
	struct file *file = filp_open(vdev->path, flags, 0);

	if (direct && file == ERR_PTR(-EINVAL))
		return scst_proc_refuse(ctx, -EINVAL, vdev->path,
			"its file system has no direct I/O: leave O_DIRECT out");
	if (IS_ERR(file))
		return vdisk_refuse_open(ctx, vdev, PTR_ERR(file));
	if (!file->f_op->read_iter || !file->f_op->write_iter ||
	    !file->f_op->fsync) {
		filp_close(file, NULL);
		return scst_proc_refuse(ctx, -EINVAL, vdev->path,
			"its file system can't be used by the kernel itself: put the file on another one");
	}
	/* Old kernels open it all the same, and fail the writes. */
	if (is_bdev && !(vdev->flags & VDISK_F_READ_ONLY) &&
	    bdev_read_only(I_BDEV(file->f_mapping->host))) {
		filp_close(file, NULL);
		return vdisk_refuse_open(ctx, vdev, -EROFS);
	}
	/* A read by an initiator is no access to the file. */
	spin_lock(&file->f_lock);
	file->f_flags |= O_NOATIME;
	spin_unlock(&file->f_lock);
	vdev->file = file;
	return 0;
}

/*
 * Are pages of the cache valid without a word from the file system? True for
 * local ones, but not where a server or a layer below may know better.
 */
static bool fileio_page_cache_is_valid(struct inode *inode)
{
	struct super_block *sb = inode->i_sb;

	return S_ISBLK(inode->i_mode) || sb->s_magic == TMPFS_MAGIC ||
	       sb->s_bdev;
}

static void fileio_learn(struct vdisk_dev *vdev)
{
	struct inode *inode = vdev->file->f_mapping->host;
	struct block_device *bdev = S_ISBLK(inode->i_mode) ?
		I_BDEV(inode) : inode->i_sb->s_bdev;

	vdev->size = i_size_read(inode);
	vdev->phys_block = i_blocksize(inode);
	vdev->granularity = PAGE_SIZE;
	if (inode->i_sb->s_magic == TMPFS_MAGIC) {
		vdev->rotation_rate = VDISK_RATE_NON_ROTATING;
		vdev->atomic_unit = VDISK_ATOMIC_VOLATILE;
	}
	if (bdev)
		vdisk_use_bdev(vdev, bdev);
	/* Smaller pieces make the cache read a page to change a part of it. */
	vdev->granularity = max_t(u32, vdev->granularity, PAGE_SIZE);
	vdev->page_cache = !(vdev->flags & VDISK_F_O_DIRECT) &&
			   fileio_page_cache_is_valid(inode);
	vdev->wce = true;
	if (!vdev->block_shift && S_ISBLK(inode->i_mode))
		vdev->block_shift = ilog2(clamp_t(u32,
						  bdev_logical_block_size(bdev),
						  VDISK_MIN_BLOCK,
						  VDISK_MAX_BLOCK));
}

int vdisk_fileio_open(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx)
{
	bool is_bdev;
	int err;

	err = fileio_check_kind(vdev, ctx, &is_bdev);
	if (!err)
		err = fileio_open_file(vdev, ctx, is_bdev);
	if (err)
		return err;
	fileio_learn(vdev);
	return 0;
}

void vdisk_fileio_close(struct vdisk_dev *vdev)
{
	filp_close(vdev->file, NULL);
}

u64 vdisk_fileio_size(const struct vdisk_dev *vdev)
{
	return i_size_read(vdev->file->f_mapping->host);
}

/* ---- a command's buffer as an iterator ---- */

struct fileio_buf {
	struct scatterlist *sg;	/* next entry */
	u32 left;		/* bytes from there on */
	struct bio_vec *vecs;
	unsigned int max_vecs;
	struct bio_vec stack[FILEIO_STACK_VECS];
};

static void buf_init(struct fileio_buf *b, struct scst_cmd *cmd, u32 len)
{
	b->sg = cmd->sg;
	b->left = len;
	b->vecs = b->stack;
	b->max_vecs = FILEIO_STACK_VECS;
}

/* All vectors at once, if there is memory for them. */
static void buf_grow(struct fileio_buf *b, unsigned int nr)
{
	struct bio_vec *vecs;

	if (nr <= FILEIO_STACK_VECS)
		return;
	vecs = kvmalloc_array(nr, sizeof(*vecs), GFP_KERNEL | __GFP_NOWARN);
	if (!vecs)
		return;
	b->vecs = vecs;
	b->max_vecs = nr;
}

static void buf_destroy(struct fileio_buf *b)
{
	if (b->vecs != b->stack)
		kvfree(b->vecs);
}

/* The next part of the buffer, as much as there are vectors for. */
static void buf_next(struct fileio_buf *b, unsigned int dir, struct iov_iter *it)
{
	unsigned int n = 0;
	size_t bytes = 0;

	for (; b->left && n < b->max_vecs; n++, b->sg = sg_next(b->sg)) {
		u32 len = min_t(u32, b->sg->length, b->left);

		scst_bvec_set_page(&b->vecs[n], sg_page(b->sg), len,
				   b->sg->offset);
		b->left -= len;
		bytes += len;
	}
	iov_iter_bvec(it, dir, b->vecs, n, bytes);
}

/* ---- reads from the page cache ---- */

/* What a page of the file has of the range; 0 when it can't be had this way. */
static size_t cache_copy_page(struct address_space *mapping, loff_t pos,
			      struct iov_iter *it)
{
	unsigned int offset = offset_in_page(pos);
	size_t len = min_t(size_t, PAGE_SIZE - offset, iov_iter_count(it));
	size_t copied = 0;
	struct page *page;

	page = scst_cached_page_get(mapping, pos >> PAGE_SHIFT);
	if (!page)
		return 0;
	/* After the page was found up to date: see filemap_read(). */
	if (pos + len <= i_size_read(mapping->host))
		copied = copy_page_to_iter(page, offset, len, it);
	scst_cached_page_put(page);
	return copied == len ? len : 0;
}

static bool fileio_read_cached(struct scst_cmd *cmd, struct vdisk_dev *vdev,
			       u32 len)
{
	loff_t pos = cmd->lba << vdev->block_shift;
	struct fileio_buf b;
	struct iov_iter it;

	if (!vdev->page_cache ||
	    (len > FILEIO_MAX_ATOMIC && !vdisk_may_sleep(cmd)))
		return false;
	buf_init(&b, cmd, len);
	while (b.left) {
		buf_next(&b, SCST_ITER_DEST, &it);
		while (iov_iter_count(&it)) {
			size_t n = cache_copy_page(vdev->file->f_mapping, pos,
						   &it);

			if (!n)
				return false;
			pos += n;
		}
	}
	scst_set_resp_data_len(cmd, len);
	return true;
}

/* ---- reads and writes by the file system ---- */

/*
 * The file system may need memory, whose reclaim may need this very device; and
 * a writer that is throttled for it must not wait for what it does itself.
 */
void vdisk_fs_enter(struct vdisk_fs_task *task)
{
	task->flags = current->flags;
	current->flags |= PF_LOCAL_THROTTLE;
	task->noio = memalloc_noio_save();
}

void vdisk_fs_leave(const struct vdisk_fs_task *task)
{
	memalloc_noio_restore(task->noio);
	current_restore_flags(task->flags, PF_LOCAL_THROTTLE);
}

/*
 * One call into the file system. @iocb with a ki_complete may come back with
 * -EIOCBQUEUED: then a write's scst_kiocb_end_write() is left to that function.
 */
ssize_t vdisk_fileio_call(struct kiocb *iocb, struct iov_iter *it, bool write)
{
	ssize_t ret;

	if (!write)
		return scst_file_read_iter(iocb, it);
	iocb->ki_flags |= IOCB_WRITE;
	scst_kiocb_start_write(iocb);
	ret = scst_file_write_iter(iocb, it);
	if (ret != -EIOCBQUEUED)
		scst_kiocb_end_write(iocb);
	return ret;
}

/* Direct I/O was allowed when the file was opened: its device may have changed. */
static bool fileio_direct_refused(struct vdisk_dev *vdev, ssize_t ret)
{
	if (!(vdev->flags & VDISK_F_O_DIRECT) || vdev->no_direct ||
	    (ret != -EINVAL && ret != -EOPNOTSUPP && ret != -ENOTBLK))
		return false;
	WRITE_ONCE(vdev->no_direct, true);
	scst_warn("vdisk %s: direct I/O on %s doesn't work any more (error %zd): going on through the page cache; open it again with BLOCK_SIZE as its device needs it\n",
		  vdev->name, vdev->path, ret);
	return true;
}

/* All of @it; -ENODATA when the file ends before its time. */
static int fileio_iter(struct vdisk_dev *vdev, struct iov_iter *it, loff_t *pos,
		       bool write)
{
	while (iov_iter_count(it)) {
		struct kiocb iocb;
		ssize_t ret;

		init_sync_kiocb(&iocb, vdev->file);
		if (READ_ONCE(vdev->no_direct))
			iocb.ki_flags &= ~IOCB_DIRECT;
		iocb.ki_pos = *pos;
		ret = vdisk_fileio_call(&iocb, it, write);
		if (ret < 0 && fileio_direct_refused(vdev, ret))
			continue;
		if (ret < 0)
			return ret;
		if (!ret)
			return write ? -EIO : -ENODATA;
		*pos += ret;
	}
	return 0;
}

static int fileio_transfer(struct scst_cmd *cmd, struct vdisk_dev *vdev,
			   u32 len, loff_t *pos, bool write)
{
	struct fileio_buf b;
	struct iov_iter it;
	int err = 0;

	buf_init(&b, cmd, len);
	buf_grow(&b, cmd->sg_cnt);
	while (b.left && !err) {
		buf_next(&b, write ? SCST_ITER_SOURCE : SCST_ITER_DEST, &it);
		err = fileio_iter(vdev, &it, pos, write);
	}
	buf_destroy(&b);
	return err;
}

/*
 * A read with FUA gives what is on stable storage, so what is newer goes there
 * first (SBC-4 5.15).
 */
static int fileio_rw_sync(struct scst_cmd *cmd, struct vdisk_dev *vdev, u32 len,
			  loff_t *pos, bool write, bool fua)
{
	loff_t start = *pos;
	int err;

	if (fua && !write) {
		err = vfs_fsync_range(vdev->file, start, start + len - 1, 1);
		if (err)
			return err;
	}
	err = fileio_transfer(cmd, vdev, len, pos, write);
	if (!err && fua && write)
		err = vfs_fsync_range(vdev->file, start, start + len - 1, 1);
	return err;
}

/**
 * vdisk_fileio_io() - move a piece of the file, and wait
 * @vdev: the device
 * @page: the first of pages that lie one behind the other
 * @pos: byte of the file
 * @len: bytes
 * @write: from the pages to the file
 * @fua: a write is on stable storage on return
 *
 * Context: process context, may sleep; between vdisk_fs_enter() and _leave().
 * Return: 0, or -errno; -ENODATA where the file ends.
 */
int vdisk_fileio_io(struct vdisk_dev *vdev, struct page *page, loff_t pos,
		    u32 len, bool write, bool fua)
{
	struct bio_vec vec;
	struct iov_iter it;
	loff_t end = pos;
	int err;

	scst_bvec_set_page(&vec, page, len, 0);
	iov_iter_bvec(&it, write ? SCST_ITER_SOURCE : SCST_ITER_DEST, &vec, 1,
		      len);
	err = fileio_iter(vdev, &it, &end, write);
	if (!err && write && fua)
		err = vfs_fsync_range(vdev->file, pos, pos + len - 1, 1);
	return err;
}

/* Read or write all of a command, and wait; in a thread. */
void vdisk_fileio_rw_now(struct scst_cmd *cmd, struct vdisk_dev *vdev, u32 len,
			 bool write, bool fua)
{
	loff_t pos = cmd->lba << vdev->block_shift;
	struct vdisk_fs_task task;
	int err;

	vdisk_fs_enter(&task);
	err = fileio_rw_sync(cmd, vdev, len, &pos, write, fua);
	vdisk_fs_leave(&task);

	if (err)
		vdisk_retry(cmd, vdev, err);
	else if (!write)
		scst_set_resp_data_len(cmd, len);
}

static enum scst_exec_res fileio_rw(struct scst_cmd *cmd, struct vdisk_dev *vdev,
				    u32 len, bool write, bool fua)
{
	if (cmd->context != SCST_CONTEXT_THREAD) {
		if (!write && !fua && fileio_read_cached(cmd, vdev, len))
			return vdisk_finish(cmd);
		return SCST_EXEC_NEED_THREAD;
	}
	if (write && !vdisk_size_covers(cmd, vdev, len))
		return vdisk_finish(cmd);
	vdisk_fileio_rw_now(cmd, vdev, len, write, fua);
	return vdisk_finish(cmd);
}

enum scst_exec_res vdisk_fileio_sync(struct scst_cmd *cmd,
				     struct vdisk_dev *vdev, u64 lba, u64 blocks)
{
	loff_t start = lba << vdev->block_shift;
	loff_t end = start + (blocks << vdev->block_shift) - 1;
	struct vdisk_fs_task task;
	int err;

	if (cmd->context != SCST_CONTEXT_THREAD)
		return SCST_EXEC_NEED_THREAD;

	vdisk_fs_enter(&task);
	err = vfs_fsync_range(vdev->file, start, end, 1);
	vdisk_fs_leave(&task);
	err = vdisk_lost_sync(cmd, vdev, err);
	if (err)
		scst_sense_for_errno_at(cmd, err, true, lba);
	return vdisk_finish(cmd);
}

const struct vdisk_mode vdisk_fileio = {
	.vendor	= "SCST_FIO",
	.type	= &vdisk_type,
	.open	= vdisk_fileio_open,
	.close	= vdisk_fileio_close,
	.size	= vdisk_fileio_size,
	.rw	= fileio_rw,
	.io	= vdisk_fileio_io,
	.sync	= vdisk_fileio_sync,
	.space	= &vdisk_file_space,
};
