/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file or block device that blocks are in, by system calls.
 */
#ifndef FILEIO_BACKING_H
#define FILEIO_BACKING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct backing - an open file or block device
 * @fd: for all but direct I/O
 * @direct_fd: with O_DIRECT, or -1
 * @is_block: a block device
 * @read_only: can't be written
 * @block: what it likes places and lengths to be multiples of
 * @logical: of a block device: its block size
 * @dio_align: direct I/O: what they must be multiples of
 * @rotational: it turns
 * @on_tmpfs: it is in memory
 */
struct backing {
	int fd;
	int direct_fd;
	bool is_block;
	bool read_only;
	uint32_t block;
	uint32_t logical;
	uint32_t dio_align;
	bool rotational;
	bool on_tmpfs;
};

/* All return 0 or -errno. Positions and lengths are in bytes. */
int backing_open(struct backing *b, const char *path, bool read_only, bool direct);
void backing_close(struct backing *b);
uint64_t backing_size(const struct backing *b);
int backing_rw(struct backing *b, void *buf, uint64_t pos, uint64_t len, bool write);
int backing_sync(struct backing *b);
int backing_zero(struct backing *b, uint64_t pos, uint64_t len);
int backing_punch(struct backing *b, uint64_t pos, uint64_t len);
int backing_reserve(struct backing *b, uint64_t pos, uint64_t len);
void backing_forget(struct backing *b, uint64_t pos, uint64_t len);
int backing_fetch(struct backing *b, uint64_t pos, uint64_t len);
int backing_usage(const struct backing *b, uint64_t *used, uint64_t *avail);

/* Is it a file with holes, which can have more of them? */
bool backing_is_thin(struct backing *b);

/* The next data, and the next hole, from @pos on; -1: there are none. */
off_t backing_data(const struct backing *b, uint64_t pos);
off_t backing_hole(const struct backing *b, uint64_t pos);

#endif /* FILEIO_BACKING_H */
