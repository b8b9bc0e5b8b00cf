// SPDX-License-Identifier: GPL-2.0
/*
 * The space of a file, or of a block device that is used like one: holes, zeros,
 * what is on the medium and what in the cache.
 */
#include <linux/blkdev.h>
#include <linux/fadvise.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/stat.h>
#include <linux/statfs.h>
#include <linux/pagemap.h>

#include "kapi_block.h"
#include "blocks.h"

static struct inode *file_inode_of(const struct vdisk_dev *vdev)
{
	return vdev->file->f_mapping->host;
}

static int file_punch(struct vdisk_dev *vdev, u64 pos, u64 len)
{
	return vfs_fallocate(vdev->file,
			     FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, pos,
			     len);
}

/* What a file system can do is seen best behind the end of the file. */
static bool file_can_punch(struct vdisk_dev *vdev)
{
	u64 pos = round_up(i_size_read(file_inode_of(vdev)), VDISK_MAX_BLOCK);

	return vdev->file->f_op->fallocate &&
	       !file_punch(vdev, pos, VDISK_MAX_BLOCK);
}

/* Who has allocated all of a file wants to keep it so, unless he says otherwise. */
static bool file_is_thin(const struct vdisk_dev *vdev)
{
	const struct inode *inode = file_inode_of(vdev);

	return vdev->flags & VDISK_F_THIN ||
	       (u64)inode->i_blocks << SECTOR_SHIFT < i_size_read(inode);
}

/*
 * A file system without a limit of its own, as a tmpfs may be, has no free space to
 * tell. Blocks that root alone may use are ours as well.
 */
static int file_usage(const struct vdisk_dev *vdev, u64 *used, u64 *avail)
{
	const struct path *path = &vdev->file->f_path;
	struct kstatfs fs;
	struct kstat stat;
	int err;

	if (!S_ISREG(file_inode_of(vdev)->i_mode))
		return -EOPNOTSUPP;
	err = vfs_statfs(path, &fs);
	if (!err)
		err = vfs_getattr(path, &stat, STATX_BLOCKS, AT_STATX_SYNC_AS_STAT);
	if (err)
		return err;
	if (!fs.f_blocks)
		return -EOPNOTSUPP;
	*used = stat.blocks << SECTOR_SHIFT;
	*avail = fs.f_bfree * fs.f_frsize;
	return 0;
}

/*
 * A hole in a block device is made by the command that writes zeros, and may be
 * without effect on space: it counts where there is discard as well.
 */
static void file_probe(struct vdisk_dev *vdev)
{
	struct inode *inode = file_inode_of(vdev);
	struct vdisk_space *space = &vdev->space;

	if (vdev->flags & VDISK_F_READ_ONLY)
		return;
	if (S_ISBLK(inode->i_mode)) {
		struct block_device *bdev = I_BDEV(inode);

		space->can_unmap = bdev_write_zeroes_sectors(bdev) &&
			scst_bdev_can_discard(bdev) &&
			bdev_logical_block_size(bdev) <= 1U << vdev->block_shift;
		space->granularity = scst_bdev_discard_granularity(bdev);
	} else {
		space->can_unmap = file_is_thin(vdev) && file_can_punch(vdev);
		space->granularity = inode->i_sb->s_bdev ? i_blocksize(inode) :
							   PAGE_SIZE;
	}
	space->unmap_zeroes = space->can_unmap;
}

static int file_zero(struct vdisk_dev *vdev, u64 pos, u64 len)
{
	int err = vfs_fallocate(vdev->file,
				FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, pos,
				len);

	/* Blocks smaller than those of a block device. */
	return err == -EINVAL ? -EOPNOTSUPP : err;
}

static int file_reserve(struct vdisk_dev *vdev, u64 pos, u64 len)
{
	return vfs_fallocate(vdev->file, FALLOC_FL_KEEP_SIZE, pos, len);
}

/*
 * Blocks that are in a hole as a whole are unallocated. What SEEK_DATA can't say
 * is data.
 */
static bool file_mapped(struct vdisk_dev *vdev, u64 pos, u64 *end)
{
	u64 block = 1ULL << vdev->block_shift;
	loff_t data, hole;

	if (!S_ISREG(file_inode_of(vdev)->i_mode))
		return true;
	data = vfs_llseek(vdev->file, pos, SEEK_DATA);
	if (data == -ENXIO)
		return false;		/* nothing but a hole up to the end */
	if (data < 0)
		return true;
	if (data >= pos + block) {
		*end = min_t(u64, *end, round_down(data, block));
		return false;
	}
	hole = vfs_llseek(vdev->file, data, SEEK_HOLE);
	if (hole >= 0)
		*end = clamp_t(u64, round_up(hole, block), pos + block, *end);
	return true;
}

static int file_flush(struct vdisk_dev *vdev, u64 pos, u64 len)
{
	return vfs_fsync_range(vdev->file, pos, pos + len - 1, 1);
}

static int file_settle(struct vdisk_dev *vdev, u64 pos, u64 len)
{
	int err = file_flush(vdev, pos, len);

	if (!err)
		invalidate_mapping_pages(vdev->file->f_mapping,
					 pos >> PAGE_SHIFT,
					 (pos + len - 1) >> PAGE_SHIFT);
	return err;
}

static int file_fetch(struct vdisk_dev *vdev, u64 pos, u64 len)
{
	if (vdev->flags & VDISK_F_O_DIRECT)
		return -EOPNOTSUPP;
	return vfs_fadvise(vdev->file, pos, len, POSIX_FADV_WILLNEED);
}

const struct vdisk_space_ops vdisk_file_space = {
	.probe	= file_probe,
	.zero	= file_zero,
	.unmap	= file_punch,
	.reserve = file_reserve,
	.mapped	= file_mapped,
	.usage	= file_usage,
	.flush	= file_flush,
	.settle	= file_settle,
	.fetch	= file_fetch,
};
