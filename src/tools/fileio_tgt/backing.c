// SPDX-License-Identifier: GPL-2.0
/*
 * Files and block devices by system calls. With direct I/O there are two descriptors:
 * what must not go past the page cache, or can't, uses the other one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/magic.h>

#include "backing.h"

/* A value of /sys/dev/block/MAJOR:MINOR/queue; of a partition, its disk's. */
static long queue_value(dev_t dev, const char *name, long otherwise)
{
	static const char *const where[] = { "queue", "../queue" };
	char path[128];
	long value;
	FILE *f;
	int i;

	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/%s/%s", major(dev),
			 minor(dev), where[i], name);
		f = fopen(path, "re");
		if (!f)
			continue;
		i = fscanf(f, "%ld", &value);
		fclose(f);
		return i == 1 ? value : otherwise;
	}
	return otherwise;
}

/* O_EXCL holds a block device, so that nobody mounts it. */
static int backing_flags(const struct backing *b)
{
	return O_CLOEXEC | O_NOATIME | (b->read_only ? O_RDONLY : O_RDWR);
}

static int open_noatime(const char *path, int flags)
{
	int fd = open(path, flags);

	/* That is for the owner of a file only. */
	if (fd < 0 && errno == EPERM)
		fd = open(path, flags & ~O_NOATIME);
	return fd < 0 ? -errno : fd;
}

/* What a file system says of itself, or what is always enough. */
static uint32_t direct_align(const struct backing *b)
{
#ifdef STATX_DIOALIGN
	struct statx stx;

	if (!statx(b->direct_fd, "", AT_EMPTY_PATH, STATX_DIOALIGN, &stx) &&
	    stx.stx_mask & STATX_DIOALIGN)
		return stx.stx_dio_offset_align;
#endif
	return b->is_block ? b->logical : 512;
}

static int open_direct(struct backing *b, const char *path)
{
	b->direct_fd = open_noatime(path, backing_flags(b) | O_DIRECT);
	if (b->direct_fd < 0)
		return b->direct_fd;
	b->dio_align = direct_align(b);
	return b->dio_align ? 0 : -EINVAL;
}

static void learn(struct backing *b, const struct stat *st)
{
	struct statfs fs;
	int size;

	b->is_block = S_ISBLK(st->st_mode);
	b->block = st->st_blksize;
	b->logical = 512;
	b->rotational = queue_value(b->is_block ? st->st_rdev : st->st_dev,
				    "rotational", 1);
	if (b->is_block) {
		if (!ioctl(b->fd, BLKSSZGET, &size))
			b->logical = size;
		if (!ioctl(b->fd, BLKPBSZGET, &size))
			b->block = size;
	} else if (!fstatfs(b->fd, &fs) && fs.f_type == TMPFS_MAGIC) {
		b->on_tmpfs = true;
		b->rotational = false;
	}
}

int backing_open(struct backing *b, const char *path, bool read_only, bool direct)
{
	struct stat st;
	int err = 0;

	*b = (struct backing){ .fd = -1, .direct_fd = -1, .read_only = read_only };
	/* A mere open of something else may hang, or do worse. */
	if (stat(path, &st))
		return -errno;
	if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))
		return -ENOTBLK;
	b->fd = open_noatime(path, backing_flags(b) |
			     (S_ISBLK(st.st_mode) ? O_EXCL : 0));
	if (b->fd < 0)
		return b->fd;
	if (fstat(b->fd, &st))
		err = -errno;
	else
		learn(b, &st);
	if (!err && direct)
		err = open_direct(b, path);
	if (err)
		backing_close(b);
	return err;
}

void backing_close(struct backing *b)
{
	if (b->direct_fd >= 0)
		close(b->direct_fd);
	close(b->fd);
}

uint64_t backing_size(const struct backing *b)
{
	struct stat st;
	uint64_t size;

	if (b->is_block)
		return ioctl(b->fd, BLKGETSIZE64, &size) ? 0 : size;
	return fstat(b->fd, &st) ? 0 : st.st_size;
}

/* Direct I/O needs all three of them aligned. */
static int rw_fd(const struct backing *b, const void *buf, uint64_t pos, uint64_t len)
{
	if (b->direct_fd >= 0 && !(((uintptr_t)buf | pos | len) & (b->dio_align - 1)))
		return b->direct_fd;
	return b->fd;
}

/* All of it; -ENODATA where the file ends before its time. */
int backing_rw(struct backing *b, void *buf, uint64_t pos, uint64_t len, bool write)
{
	int fd = rw_fd(b, buf, pos, len);

	while (len) {
		ssize_t n = write ? pwrite(fd, buf, len, pos) : pread(fd, buf, len, pos);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			return write ? -EIO : -ENODATA;
		buf = (char *)buf + n;
		pos += n;
		len -= n;
	}
	return 0;
}

int backing_sync(struct backing *b)
{
	return fdatasync(b->fd) ? -errno : 0;
}

static int block_ioctl(struct backing *b, unsigned long request, uint64_t pos,
		       uint64_t len)
{
	uint64_t range[2] = { pos, len };

	if ((pos | len) & (b->logical - 1))
		return -EOPNOTSUPP;
	return ioctl(b->fd, request, range) ? -errno : 0;
}

static int allocate(struct backing *b, int mode, uint64_t pos, uint64_t len)
{
	while (fallocate(b->fd, mode | FALLOC_FL_KEEP_SIZE, pos, len))
		if (errno != EINTR)
			return -errno;
	return 0;
}

int backing_zero(struct backing *b, uint64_t pos, uint64_t len)
{
	if (b->is_block)
		return block_ioctl(b, BLKZEROOUT, pos, len);
	return allocate(b, FALLOC_FL_ZERO_RANGE, pos, len);
}

int backing_punch(struct backing *b, uint64_t pos, uint64_t len)
{
	return allocate(b, FALLOC_FL_PUNCH_HOLE, pos, len);
}

int backing_reserve(struct backing *b, uint64_t pos, uint64_t len)
{
	return b->is_block ? -EOPNOTSUPP : allocate(b, 0, pos, len);
}

void backing_forget(struct backing *b, uint64_t pos, uint64_t len)
{
	posix_fadvise(b->fd, pos, len, POSIX_FADV_DONTNEED);
}

int backing_fetch(struct backing *b, uint64_t pos, uint64_t len)
{
	if (b->direct_fd >= 0)
		return -EOPNOTSUPP;
	return -posix_fadvise(b->fd, pos, len, POSIX_FADV_WILLNEED);
}

/* Who has allocated all of a file wants to keep it so. */
bool backing_is_thin(struct backing *b)
{
	uint64_t end = (backing_size(b) + 4095) & ~4095ULL;
	struct stat st;

	if (b->read_only || fstat(b->fd, &st))
		return false;
	if (b->is_block)
		return queue_value(st.st_rdev, "discard_max_bytes", 0) > 0 &&
		       queue_value(st.st_rdev, "write_zeroes_max_bytes", 0) > 0;
	/* What a file system can do is seen best behind the end of the file. */
	return (uint64_t)st.st_blocks * 512 < (uint64_t)st.st_size &&
	       !backing_punch(b, end, 4096);
}

off_t backing_data(const struct backing *b, uint64_t pos)
{
	off_t at = lseek(b->fd, pos, SEEK_DATA);

	/* What can't be said is data. */
	return at < 0 && errno != ENXIO ? (off_t)pos : at;
}

off_t backing_hole(const struct backing *b, uint64_t pos)
{
	return lseek(b->fd, pos, SEEK_HOLE);
}

int backing_usage(const struct backing *b, uint64_t *used, uint64_t *avail)
{
	struct statvfs fs;
	struct stat st;

	if (b->is_block)
		return -EOPNOTSUPP;
	if (fstat(b->fd, &st) || fstatvfs(b->fd, &fs))
		return -errno;
	if (!fs.f_blocks)
		return -EOPNOTSUPP;
	*used = (uint64_t)st.st_blocks * 512;
	*avail = (uint64_t)fs.f_bfree * fs.f_frsize;
	return 0;
}
