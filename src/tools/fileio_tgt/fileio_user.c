// SPDX-License-Identifier: GPL-2.0
/*
 * Where blocks are, for the shared files: a file or block device, or nothing. The
 * counterpart of fileio.c, direct.c, nullio.c and space_file.c of the kernel's
 * handler.
 */
#include "blocks.h"

#include "backing.h"
#include "fileio_tgt.h"

static struct backing *backing_of(const struct vdisk_dev *vdev)
{
	return vdev->file->backing;
}

void vdisk_fs_enter(struct vdisk_fs_task *task)
{
	task->flags = 0;
}

void vdisk_fs_leave(const struct vdisk_fs_task *task)
{
}

/* ---- open and close ---- */

static int refuse(struct scst_proc_ctx *ctx, const char *path, int err, bool direct)
{
	switch (err) {
	case -ENOENT:
		return scst_proc_refuse(ctx, err, path,
			"no such file or block device: create it first (truncate -s SIZE)");
	case -ENOTBLK:
		return scst_proc_refuse(ctx, err, path,
			"neither a regular file nor a block device");
	case -EROFS:
	case -EACCES:
	case -EPERM:
		return scst_proc_refuse(ctx, err, path,
			"%s: run as root, or with --read_only if it can't be written",
			strerror(-err));
	case -EBUSY:
		return scst_proc_refuse(ctx, err, path,
			"in use (mounted, or exported already): free it first");
	case -EINVAL:
		if (direct)
			return scst_proc_refuse(ctx, err, path,
				"its file system has no direct I/O: leave --direct out");
		break;
	}
	return scst_proc_refuse(ctx, err, path, "can't be opened: %s", strerror(-err));
}

/* Blocks that direct I/O can take as they are. */
static int check_direct(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx)
{
	u32 align = backing_of(vdev)->dio_align;

	if (!vdev->block_shift)
		vdev->block_shift = ilog2(max_t(u32, align, VDISK_MIN_BLOCK));
	if (1U << vdev->block_shift >= align && vdev->block_shift <= 12)
		return 0;
	return scst_proc_refuse(ctx, -EINVAL, vdev->path,
		"direct I/O on it needs multiples of %u bytes: give --block %u, or leave --direct out",
		align, align);
}

static void learn(struct vdisk_dev *vdev)
{
	const struct backing *b = backing_of(vdev);

	vdev->size = backing_size(b);
	vdev->phys_block = b->block;
	vdev->granularity = max_t(u32, b->block, PAGE_SIZE);
	vdev->rotation_rate = b->rotational ? VDISK_RATE_UNKNOWN :
					      VDISK_RATE_NON_ROTATING;
	vdev->atomic_unit = b->on_tmpfs ? VDISK_ATOMIC_VOLATILE : b->logical;
	vdev->wce = true;
	vdev->dio_align = b->dio_align;
	if (!vdev->block_shift && b->is_block)
		vdev->block_shift = ilog2(clamp_t(u32, b->logical, VDISK_MIN_BLOCK,
						  VDISK_MAX_BLOCK));
}

int vdisk_fileio_open(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx)
{
	bool direct = vdev->flags & VDISK_F_O_DIRECT;
	struct file *file = calloc(1, sizeof(*file));
	int err = -ENOMEM;

	if (file)
		file->backing = calloc(1, sizeof(*file->backing));
	if (file && file->backing)
		err = backing_open(file->backing, vdev->path,
				   vdev->flags & VDISK_F_READ_ONLY, direct);
	if (err) {
		if (file)
			free(file->backing);
		free(file);
		return refuse(ctx, vdev->path, err, direct);
	}
	file->f_mapping = &file->mapping;
	vdev->file = file;
	learn(vdev);
	if (direct)
		err = check_direct(vdev, ctx);
	if (err)
		vdisk_fileio_close(vdev);
	return err;
}

void vdisk_fileio_close(struct vdisk_dev *vdev)
{
	backing_close(backing_of(vdev));
	free(vdev->file->backing);
	free(vdev->file);
	vdev->file = NULL;
}

u64 vdisk_fileio_size(const struct vdisk_dev *vdev)
{
	return backing_size(backing_of(vdev));
}

/* ---- reads and writes ---- */

/*
 * To stable storage. The kernel tells a descriptor once of what it couldn't write:
 * from here on everybody hears of it, see lost.c.
 */
int fileio_sync(struct vdisk_dev *vdev)
{
	int err = backing_sync(backing_of(vdev));

	if (err)
		__atomic_add_fetch(&vdev->file->f_mapping->wb_err, 1, __ATOMIC_ACQ_REL);
	return err;
}

int vdisk_fileio_io(struct vdisk_dev *vdev, struct page *page, loff_t pos, u32 len,
		    bool write, bool fua)
{
	int err = backing_rw(backing_of(vdev), page_address(page), pos, len, write);

	if (!err && write && fua)
		err = fileio_sync(vdev);
	return err;
}

/* A read with FUA gives what is on stable storage: what is newer goes there first. */
void vdisk_fileio_rw_now(struct scst_cmd *cmd, struct vdisk_dev *vdev, u32 len,
			 bool write, bool fua)
{
	u64 pos = cmd->lba << vdev->block_shift;
	int err = 0;

	if (fua && !write)
		err = fileio_sync(vdev);
	if (!err)
		err = backing_rw(backing_of(vdev), cmd->sg->buf, pos, len, write);
	if (!err && fua && write)
		err = fileio_sync(vdev);
	if (err)
		vdisk_retry(cmd, vdev, err);
	else if (!write)
		scst_set_resp_data_len(cmd, len);
}

static enum scst_exec_res fileio_rw(struct scst_cmd *cmd, struct vdisk_dev *vdev,
				    u32 len, bool write, bool fua)
{
	if (write && !vdisk_size_covers(cmd, vdev, len))
		return vdisk_finish(cmd);
	if (vdev->flags & VDISK_F_O_DIRECT &&
	    fileio_uring_rw(cmd, vdev, backing_of(vdev), len, write, fua))
		return SCST_EXEC_COMPLETED;
	vdisk_fileio_rw_now(cmd, vdev, len, write, fua);
	return vdisk_finish(cmd);
}

enum scst_exec_res vdisk_fileio_sync(struct scst_cmd *cmd, struct vdisk_dev *vdev,
				     u64 lba, u64 blocks)
{
	int err = vdisk_lost_sync(cmd, vdev, fileio_sync(vdev));

	if (err)
		scst_sense_for_errno_at(cmd, err, true, lba);
	return vdisk_finish(cmd);
}

/* ---- space ---- */

static void file_probe(struct vdisk_dev *vdev)
{
	struct vdisk_space *space = &vdev->space;

	if (vdev->flags & VDISK_F_READ_ONLY)
		return;
	space->can_unmap = backing_is_thin(backing_of(vdev));
	space->unmap_zeroes = space->can_unmap;
	space->granularity = backing_of(vdev)->block;
}

static int file_zero(struct vdisk_dev *vdev, u64 pos, u64 len)
{
	int err = backing_zero(backing_of(vdev), pos, len);

	return err == -EINVAL ? -EOPNOTSUPP : err;
}

static int file_unmap(struct vdisk_dev *vdev, u64 pos, u64 len)
{
	return backing_punch(backing_of(vdev), pos, len);
}

static int file_reserve(struct vdisk_dev *vdev, u64 pos, u64 len)
{
	return backing_reserve(backing_of(vdev), pos, len);
}

/* Blocks that are in a hole as a whole are unallocated. */
static bool file_mapped(struct vdisk_dev *vdev, u64 pos, u64 *end)
{
	u64 block = 1ULL << vdev->block_shift;
	off_t data, hole;

	if (backing_of(vdev)->is_block)
		return true;
	data = backing_data(backing_of(vdev), pos);
	if (data < 0)
		return false;		/* nothing but a hole up to the end */
	if ((u64)data >= pos + block) {
		*end = min_t(u64, *end, round_down((u64)data, block));
		return false;
	}
	hole = backing_hole(backing_of(vdev), data);
	if (hole >= 0)
		*end = clamp_t(u64, round_up((u64)hole, block), pos + block, *end);
	return true;
}

static int file_usage(const struct vdisk_dev *vdev, u64 *used, u64 *avail)
{
	uint64_t have, more;
	int err = backing_usage(backing_of(vdev), &have, &more);

	*used = have;
	*avail = more;
	return err;
}

static int file_flush(struct vdisk_dev *vdev, u64 pos, u64 len)
{
	return fileio_sync(vdev);
}

static int file_settle(struct vdisk_dev *vdev, u64 pos, u64 len)
{
	int err = fileio_sync(vdev);

	if (!err)
		backing_forget(backing_of(vdev), pos, len);
	return err;
}

static int file_fetch(struct vdisk_dev *vdev, u64 pos, u64 len)
{
	return backing_fetch(backing_of(vdev), pos, len);
}

static const struct vdisk_space_ops file_space = {
	.probe	= file_probe,
	.zero	= file_zero,
	.unmap	= file_unmap,
	.reserve = file_reserve,
	.mapped	= file_mapped,
	.usage	= file_usage,
	.flush	= file_flush,
	.settle	= file_settle,
	.fetch	= file_fetch,
};

const struct vdisk_mode vdisk_fileio = {
	.vendor	= "SCST_FIO",
	.type	= &vdisk_type,
	.open	= vdisk_fileio_open,
	.close	= vdisk_fileio_close,
	.size	= vdisk_fileio_size,
	.rw	= fileio_rw,
	.io	= vdisk_fileio_io,
	.sync	= vdisk_fileio_sync,
	.space	= &file_space,
};

/* ---- nothing ---- */

/* A file gives the device its size, and nothing else. */
static int null_open(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx)
{
	struct backing b;
	int err;

	vdev->phys_block = VDISK_MIN_BLOCK;
	vdev->atomic_unit = VDISK_ATOMIC_VOLATILE;
	vdev->granularity = PAGE_SIZE;
	vdev->rotation_rate = VDISK_RATE_NON_ROTATING;
	vdev->size = VDISK_NULL_SIZE;
	if (!strcmp(vdev->path, "-"))
		return 0;
	err = backing_open(&b, vdev->path, true, false);
	if (err)
		return refuse(ctx, vdev->path, err, false);
	vdev->size = backing_size(&b);
	backing_close(&b);
	return 0;
}

static void null_close(struct vdisk_dev *vdev)
{
}

/* The buffer may hold another initiator's data, which must not leave with ours. */
static enum scst_exec_res null_rw(struct scst_cmd *cmd, struct vdisk_dev *vdev,
				  u32 len, bool write, bool fua)
{
	if (!write) {
		sg_zero_buffer(cmd->sg, cmd->sg_cnt, len, 0);
		scst_set_resp_data_len(cmd, len);
	}
	return vdisk_finish(cmd);
}

static enum scst_exec_res null_sync(struct scst_cmd *cmd, struct vdisk_dev *vdev,
				    u64 lba, u64 blocks)
{
	return vdisk_finish(cmd);
}

static int null_io(struct vdisk_dev *vdev, struct page *page, loff_t pos, u32 len,
		   bool write, bool fua)
{
	if (!write)
		memset(page_address(page), 0, len);
	return 0;
}

static void null_probe(struct vdisk_dev *vdev)
{
}

static int null_nothing(struct vdisk_dev *vdev, u64 pos, u64 len)
{
	return 0;
}

static const struct vdisk_space_ops null_space = {
	.probe	= null_probe,
	.zero	= null_nothing,
	.unmap	= null_nothing,
	.reserve = null_nothing,
	.flush	= null_nothing,
	.settle	= null_nothing,
	.fetch	= null_nothing,
};

const struct vdisk_mode vdisk_nullio = {
	.vendor	= "SCST_FIO",
	.type	= &vdisk_type,
	.open	= null_open,
	.close	= null_close,
	.rw	= null_rw,
	.io	= null_io,
	.sync	= null_sync,
	.space	= &null_space,
};
