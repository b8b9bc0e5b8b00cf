/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * The tape of vtape: blocks and filemarks one behind the other in a file.
 */
#ifndef TAPE_IMAGE_H
#define TAPE_IMAGE_H

#include <stdbool.h>
#include <linux/types.h>

#define TAPE_MAX_BLOCK	1048576

/**
 * struct tape_object - a block or filemark
 * @off: of its header in the file
 * @len: bytes of the block
 * @mark: it is a filemark
 */
struct tape_object {
	__u64 off;
	__u32 len;
	bool mark;
};

/**
 * struct tape - a tape in the drive
 * @fd: the file
 * @objects: what is on it
 * @count: how many
 * @room: of @objects
 * @pos: the object that is next: 0 is the beginning of the tape
 * @capacity: bytes of the file, at most
 * @read_only: can't be written
 */
struct tape {
	int fd;
	struct tape_object *objects;
	__u32 count;
	__u32 room;
	__u32 pos;
	__u64 capacity;
	bool read_only;
};

/* All return 0 or -errno. */
int tape_open(struct tape *t, const char *path, __u64 capacity, bool read_only);
int tape_read(struct tape *t, void *buf, __u32 len);
int tape_write(struct tape *t, const void *buf, __u32 len, bool mark);
int tape_cut(struct tape *t);
int tape_sync(struct tape *t);

/* Bytes up to the position; what is left of the tape behind that. */
__u64 tape_used(const struct tape *t);
bool tape_near_end(const struct tape *t);

#endif /* TAPE_IMAGE_H */
