// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * Buffers: page-aligned memory in powers of two. Those in use are found again by
 * their address, since that is all that the kernel tells of them.
 *
 * What the kernel may still read or write after the last that we hear of it is
 * unmapped rather than used again: its pages are the kernel's until it lets go.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib.h"

/* Free memory that is kept for the next command. */
#define BUFS_KEEP	(64UL << 20)

void scstu_bufs_init(struct scstu_bufs *bufs)
{
	pthread_mutex_init(&bufs->lock, NULL);
}

static struct scstu_buf **hash_of(struct scstu_bufs *bufs, const void *mem)
{
	size_t n = (size_t)mem / 4096;

	return &bufs->hash[(n ^ n / SCSTU_HASH) % SCSTU_HASH];
}

static struct scstu_buf *buf_find(struct scstu_bufs *bufs, const void *mem)
{
	struct scstu_buf *buf = *hash_of(bufs, mem);

	while (buf && buf->mem != mem)
		buf = buf->hash_next;
	return buf;
}

static void hash_remove(struct scstu_bufs *bufs, struct scstu_buf *buf)
{
	struct scstu_buf **at = hash_of(bufs, buf->mem);

	while (*at != buf)
		at = &(*at)->hash_next;
	*at = buf->hash_next;
	bufs->bytes -= buf->size;
}

static void buf_unmap(struct scstu_bufs *bufs, struct scstu_buf *buf)
{
	hash_remove(bufs, buf);
	munmap(buf->mem, buf->size);
	free(buf);
}

void scstu_bufs_free(struct scstu_bufs *bufs)
{
	int i;

	for (i = 0; i < SCSTU_HASH; i++)
		while (bufs->hash[i])
			buf_unmap(bufs, bufs->hash[i]);
	pthread_mutex_destroy(&bufs->lock);
}

/* The class of a length, SCSTU_CLASSES for what is too long. */
static unsigned int class_of(size_t len)
{
	size_t size = sysconf(_SC_PAGESIZE);
	unsigned int class = 0;

	for (; class < SCSTU_CLASSES && size < len; class++)
		size *= 2;
	return class;
}

static struct scstu_buf *buf_map(struct scstu_bufs *bufs, unsigned int class)
{
	struct scstu_buf *buf = calloc(1, sizeof(*buf));
	struct scstu_buf **at;

	if (!buf)
		return NULL;
	buf->size = (size_t)sysconf(_SC_PAGESIZE) << class;
	buf->mem = mmap(NULL, buf->size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (buf->mem == MAP_FAILED) {
		free(buf);
		return NULL;
	}
	at = hash_of(bufs, buf->mem);
	buf->hash_next = *at;
	*at = buf;
	bufs->bytes += buf->size;
	return buf;
}

void *scstu_buf_get_for(struct scstu_dev *dev, size_t len, __u64 sess_h)
{
	struct scstu_bufs *bufs = &dev->bufs;
	unsigned int class = class_of(len);
	struct scstu_buf *buf;

	if (class == SCSTU_CLASSES)
		return NULL;
	pthread_mutex_lock(&bufs->lock);
	buf = bufs->free[class];
	if (buf) {
		bufs->free[class] = buf->next;
		bufs->free_bytes -= buf->size;
	} else {
		buf = buf_map(bufs, class);
	}
	if (buf) {
		buf->free = false;
		buf->sess_h = sess_h;
	}
	pthread_mutex_unlock(&bufs->lock);
	return buf ? buf->mem : NULL;
}

void *scstu_buf_get(struct scstu_dev *dev, size_t len)
{
	return scstu_buf_get_for(dev, len, 0);
}

static void buf_put(struct scstu_bufs *bufs, struct scstu_buf *buf)
{
	unsigned int class = class_of(buf->size);

	if (buf->free)
		return;
	if (bufs->free_bytes + buf->size > BUFS_KEEP) {
		buf_unmap(bufs, buf);
		return;
	}
	buf->free = true;
	buf->next = bufs->free[class];
	bufs->free[class] = buf;
	bufs->free_bytes += buf->size;
}

void scstu_buf_put(struct scstu_dev *dev, void *mem)
{
	struct scstu_bufs *bufs = &dev->bufs;
	struct scstu_buf *buf;

	pthread_mutex_lock(&bufs->lock);
	buf = buf_find(bufs, mem);
	if (buf)
		buf_put(bufs, buf);
	pthread_mutex_unlock(&bufs->lock);
}

/* Ours no more, though the kernel may still be at work on its pages. */
void scstu_buf_drop(struct scstu_dev *dev, void *mem)
{
	struct scstu_bufs *bufs = &dev->bufs;
	struct scstu_buf *buf;

	pthread_mutex_lock(&bufs->lock);
	buf = buf_find(bufs, mem);
	if (buf && !buf->free)
		buf_unmap(bufs, buf);
	pthread_mutex_unlock(&bufs->lock);
}

/*
 * A session is gone with all its commands: so are the buffers of those that were
 * never executed.
 */
void scstu_bufs_drop_session(struct scstu_dev *dev, __u64 sess_h)
{
	struct scstu_bufs *bufs = &dev->bufs;
	struct scstu_buf *buf, *next;
	int i;

	pthread_mutex_lock(&bufs->lock);
	for (i = 0; i < SCSTU_HASH; i++)
		for (buf = bufs->hash[i]; buf; buf = next) {
			next = buf->hash_next;
			if (!buf->free && buf->sess_h == sess_h)
				buf_unmap(bufs, buf);
		}
	pthread_mutex_unlock(&bufs->lock);
}
