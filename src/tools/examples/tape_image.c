// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * The tape of vtape. Each object has a header of 8 bytes: "BLK" or "FMK", a 0, and
 * its length, big-endian. What comes behind the last whole object isn't there: so a
 * crash costs no more than what was being written.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libscst_user.h>

#include "tape_image.h"

#define HEADER	8

static int object_add(struct tape *t, __u64 off, __u32 len, bool mark)
{
	if (t->count == t->room) {
		__u32 room = t->room ? 2 * t->room : 1024;
		void *more = realloc(t->objects, room * sizeof(*t->objects));

		if (!more)
			return -ENOMEM;
		t->objects = more;
		t->room = room;
	}
	t->objects[t->count++] = (struct tape_object){ off, len, mark };
	return 0;
}

static int io_all(int fd, void *buf, size_t len, __u64 off, bool write)
{
	while (len) {
		ssize_t n = write ? pwrite(fd, buf, len, off) : pread(fd, buf, len, off);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		buf = (char *)buf + n;
		len -= n;
		off += n;
	}
	return 0;
}

static __u64 object_end(const struct tape_object *o)
{
	return o->off + HEADER + o->len;
}

/* Where the position is in the file. */
__u64 tape_used(const struct tape *t)
{
	return t->pos ? object_end(&t->objects[t->pos - 1]) : 0;
}

/* The last eighth of the tape: time to finish. */
bool tape_near_end(const struct tape *t)
{
	return tape_used(t) >= t->capacity - t->capacity / 8;
}

/* What is on it. A file that doesn't begin like a tape isn't one. */
static int tape_scan(struct tape *t)
{
	struct stat st;
	__u64 off = 0;
	__u8 h[HEADER];
	int err = 0;

	if (fstat(t->fd, &st))
		return -errno;
	while (!err && off + HEADER <= (__u64)st.st_size) {
		bool mark;
		__u32 len;

		err = io_all(t->fd, h, HEADER, off, false);
		if (err)
			return err;
		mark = !memcmp(h, "FMK", 4);
		len = scstu_get32(h + 4);
		if (!mark && memcmp(h, "BLK", 4))
			return off ? 0 : -EMEDIUMTYPE;
		if (len > TAPE_MAX_BLOCK || off + HEADER + len > (__u64)st.st_size)
			break;
		err = object_add(t, off, len, mark);
		off += HEADER + len;
	}
	return err;
}

int tape_open(struct tape *t, const char *path, __u64 capacity, bool read_only)
{
	int err;

	memset(t, 0, sizeof(*t));
	t->capacity = capacity;
	t->read_only = read_only;
	t->fd = open(path, read_only ? O_RDONLY | O_CLOEXEC :
		     O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (t->fd < 0)
		return -errno;
	err = tape_scan(t);
	if (err)
		close(t->fd);
	return err;
}

/* The block at the position, or its first @len bytes; the position goes on. */
int tape_read(struct tape *t, void *buf, __u32 len)
{
	const struct tape_object *o = &t->objects[t->pos];
	int err = io_all(t->fd, buf, len < o->len ? len : o->len, o->off + HEADER,
			 false);

	if (!err)
		t->pos++;
	return err;
}

/* Everything from the position on is gone. */
int tape_cut(struct tape *t)
{
	if (t->pos == t->count)
		return 0;
	if (ftruncate(t->fd, tape_used(t)))
		return -errno;
	t->count = t->pos;
	return 0;
}

/* A block or filemark at the position, which is the end of the data then. */
int tape_write(struct tape *t, const void *buf, __u32 len, bool mark)
{
	__u64 off = tape_used(t);
	__u8 h[HEADER] = { };
	int err = tape_cut(t);

	if (err)
		return err;
	if (off + HEADER + len > t->capacity)
		return -ENOSPC;
	memcpy(h, mark ? "FMK" : "BLK", 4);
	scstu_put32(h + 4, len);
	err = io_all(t->fd, (void *)buf, len, off + HEADER, true);
	if (!err)
		err = io_all(t->fd, h, HEADER, off, true);
	if (!err)
		err = object_add(t, off, len, mark);
	if (!err)
		t->pos++;
	return err;
}

int tape_sync(struct tape *t)
{
	return fdatasync(t->fd) ? -errno : 0;
}
