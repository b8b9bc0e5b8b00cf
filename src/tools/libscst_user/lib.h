/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* Inside libscst_user: what its files have in common. */
#ifndef SCSTU_LIB_H
#define SCSTU_LIB_H

#include <pthread.h>

#include "libscst_user.h"

#define SCSTU_HASH	1024		/* lists of struct scstu_bufs.hash */
#define SCSTU_CLASSES	20		/* pool sizes: pages, doubled each time */

/**
 * struct scstu_buf - memory of the pool
 * @next: in its list of free ones, or of drops of a thread
 * @hash_next: with the same hash
 * @mem: the memory
 * @size: bytes of it
 * @sess_h: whose command has it, 0: nobody's
 * @free: it is in a list of free ones
 */
struct scstu_buf {
	struct scstu_buf *next;
	struct scstu_buf *hash_next;
	void *mem;
	size_t size;
	__u64 sess_h;
	bool free;
};

/**
 * struct scstu_bufs - the pool
 * @lock: protects all of it
 * @hash: all buffers, by address
 * @free: those that nobody has, by size
 * @free_bytes: of these
 * @bytes: of all
 */
struct scstu_bufs {
	pthread_mutex_t lock;
	struct scstu_buf *hash[SCSTU_HASH];
	struct scstu_buf *free[SCSTU_CLASSES];
	size_t free_bytes;
	size_t bytes;
};

struct scstu_dev {
	int fd;
	int stop_fd;
	bool stopping;
	int error;
	char name[SCST_MAX_NAME];
	unsigned int threads;
	unsigned int batch;
	bool nonblock;
	struct scst_user_opt opt;
	const struct scstu_ops *ops;
	void *priv;
	struct scstu_bufs bufs;
	unsigned long long cmds;
	unsigned long long calls;
	unsigned long long late;
};

/**
 * struct scstu_held - a command of the program's, and what it was made from
 * @cmd: what the program sees; first
 * @exec: for cmd.exec
 * @pbuf: the buffer that the reply names, 0: none is ours
 * @deferred: the program has asked for more time
 */
struct scstu_held {
	struct scstu_cmd cmd;
	struct scst_user_scsi_cmd_exec exec;
	__u64 pbuf;
	bool deferred;
};

int scstu_fail(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void scstu_held_reply(struct scstu_held *held, struct scst_user_reply_cmd *reply);

/* Does the kernel keep the buffers of commands of this direction? */
bool scstu_is_cached(const struct scstu_dev *dev, __u8 direction);

void scstu_bufs_init(struct scstu_bufs *bufs);
void scstu_bufs_free(struct scstu_bufs *bufs);
void *scstu_buf_get_for(struct scstu_dev *dev, size_t len, __u64 sess_h);
void scstu_buf_drop(struct scstu_dev *dev, void *mem);
void scstu_bufs_drop_session(struct scstu_dev *dev, __u64 sess_h);

#endif /* SCSTU_LIB_H */
