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

#include "vdisk.h"

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
	int flags = O_LARGEFILE | (is_bdev ? O_EXCL : 0) |
		    (vdev->flags & VDISK_F_READ_ONLY ? O_RDONLY : O_RDWR);
	struct file *file = filp_open(vdev->path, flags, 0);

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
	if (inode->i_sb->s_magic == TMPFS_MAGIC)
		vdev->rotation_rate = VDISK_RATE_NON_ROTATING;
	if (bdev)
		vdisk_use_bdev(vdev, bdev);
	/* Smaller pieces make the cache read a page to change a part of it. */
	vdev->granularity = max_t(u32, vdev->granularity, PAGE_SIZE);
	vdev->page_cache = fileio_page_cache_is_valid(inode);
	vdev->wce = true;
	if (!vdev->block_shift && S_ISBLK(inode->i_mode))
		vdev->block_shift = ilog2(clamp_t(u32,
						  bdev_logical_block_size(bdev),
						  VDISK_MIN_BLOCK,
						  VDISK_MAX_BLOCK));
}

static int fileio_open(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx)
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

static void fileio_close(struct vdisk_dev *vdev)
{
	filp_close(vdev->file, NULL);
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
static unsigned int fileio_enter(unsigned long *task_flags)
{
	*task_flags = current->flags;
	current->flags |= PF_LOCAL_THROTTLE;
	return memalloc_noio_save();
}

static void fileio_leave(unsigned int noio, unsigned long task_flags)
{
	memalloc_noio_restore(noio);
	current_restore_flags(task_flags, PF_LOCAL_THROTTLE);
}

static ssize_t fileio_call(struct kiocb *iocb, struct iov_iter *it, bool write)
{
	ssize_t ret;

	if (!write)
		return scst_file_read_iter(iocb, it);
	iocb->ki_flags |= IOCB_WRITE;
	scst_kiocb_start_write(iocb);
	ret = scst_file_write_iter(iocb, it);
	scst_kiocb_end_write(iocb);
	return ret;
}

/* All of @it; -ENODATA when the file ends before its time. */
static int fileio_iter(struct file *file, struct iov_iter *it, loff_t *pos,
		       bool write)
{
	while (iov_iter_count(it)) {
		struct kiocb iocb;
		ssize_t ret;

		init_sync_kiocb(&iocb, file);
		iocb.ki_pos = *pos;
		ret = fileio_call(&iocb, it, write);
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
		err = fileio_iter(vdev->file, &it, pos, write);
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

static enum scst_exec_res fileio_rw(struct scst_cmd *cmd, struct vdisk_dev *vdev,
				    u32 len, bool write, bool fua)
{
	loff_t pos = cmd->lba << vdev->block_shift;
	unsigned long task_flags;
	unsigned int noio;
	int err;

	if (cmd->context != SCST_CONTEXT_THREAD) {
		if (!write && !fua && fileio_read_cached(cmd, vdev, len))
			return vdisk_finish(cmd);
		return SCST_EXEC_NEED_THREAD;
	}

	noio = fileio_enter(&task_flags);
	err = fileio_rw_sync(cmd, vdev, len, &pos, write, fua);
	fileio_leave(noio, task_flags);

	if (err == -ENODATA)
		scst_set_cmd_error_info(cmd,
					SCST_LOAD_SENSE(scst_sense_read_error),
					pos >> vdev->block_shift);
	else if (err)
		scst_sense_for_errno(cmd, err, write);
	else if (!write)
		scst_set_resp_data_len(cmd, len);
	return vdisk_finish(cmd);
}

static enum scst_exec_res fileio_sync(struct scst_cmd *cmd,
				      struct vdisk_dev *vdev, u64 lba, u64 blocks)
{
	loff_t start = lba << vdev->block_shift;
	loff_t end = start + (blocks << vdev->block_shift) - 1;
	unsigned long task_flags;
	unsigned int noio;
	int err;

	if (cmd->context != SCST_CONTEXT_THREAD)
		return SCST_EXEC_NEED_THREAD;

	noio = fileio_enter(&task_flags);
	err = vfs_fsync_range(vdev->file, start, end, 1);
	fileio_leave(noio, task_flags);
	if (err)
		scst_sense_for_errno(cmd, err, true);
	return vdisk_finish(cmd);
}

const struct vdisk_mode vdisk_fileio = {
	.vendor	= "SCST_FIO",
	.type	= &vdisk_type,
	.open	= fileio_open,
	.close	= fileio_close,
	.rw	= fileio_rw,
	.sync	= fileio_sync,
};
