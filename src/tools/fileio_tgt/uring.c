// SPDX-License-Identifier: GPL-2.0
/*
 * O_DIRECT through io_uring: threads submit and take the next command, one more waits
 * for what has come to its end. What did not go as a whole is tried again by the way
 * of threads, see retry.c.
 */
#include <liburing.h>

#include "backing.h"
#include "fileio_tgt.h"

#define URING_ENTRIES	256

const bool fileio_has_uring = true;

/**
 * struct uring - a ring of a device
 * @lock: protects @busy, and submissions
 * @room: there are free entries, or none is busy
 * @busy: entries that the kernel has
 * @ring: the ring
 * @reaper: waits for ends
 */
struct uring {
	pthread_mutex_t lock;
	pthread_cond_t room;
	unsigned int busy;
	struct io_uring ring;
	pthread_t reaper;
};

/* A command while the ring has it. */
struct uring_io {
	struct scst_cmd *cmd;
	struct vdisk_dev *vdev;
	u32 len;
	bool write;
	bool fua;
};

/* A command with FUA is stable before it ends: that may take the reaper a while. */
static void io_end(struct uring *u, struct uring_io *io, int res)
{
	struct scst_cmd *cmd = io->cmd;
	int err = 0;

	if (res < 0)
		err = res;
	else if ((u32)res != io->len)
		err = -EIO;
	if (!err && io->fua)
		err = fileio_sync(io->vdev);
	if (err)
		vdisk_retry(cmd, io->vdev, err);
	else if (!io->write)
		scst_set_resp_data_len(cmd, io->len);
	free(io);
	pthread_mutex_lock(&u->lock);
	u->busy--;
	pthread_cond_signal(&u->room);
	pthread_mutex_unlock(&u->lock);
	scst_cmd_done(cmd, SCST_CONTEXT_THREAD);
}

/* Until an entry without a command says that it is over. */
static void *reaper_main(void *arg)
{
	struct uring *u = arg;
	struct io_uring_cqe *cqe;
	struct uring_io *io;
	int err, res;

	for (;;) {
		err = io_uring_wait_cqe(&u->ring, &cqe);
		if (err == -EINTR)
			continue;
		if (err) {
			scst_err("io_uring doesn't work any more: %s\n", strerror(-err));
			exit(1);
		}
		io = io_uring_cqe_get_data(cqe);
		res = cqe->res;
		io_uring_cqe_seen(&u->ring, cqe);
		if (!io)
			return NULL;
		io_end(u, io, res);
	}
}

int fileio_uring_start(struct fio_dev *fdev)
{
	const struct vdisk_dev *vdev = fdev->dev.dh_priv;
	struct uring *u;
	int err;

	if (!(vdev->flags & VDISK_F_O_DIRECT))
		return 0;
	u = calloc(1, sizeof(*u));
	if (!u)
		return -ENOMEM;
	err = io_uring_queue_init(URING_ENTRIES, &u->ring, 0);
	if (err == -ENOSYS || err == -EPERM) {
		scst_warn("%s: this kernel has no io_uring for us (%s): threads read and write\n",
			  fdev->dev.name, strerror(-err));
		free(u);
		return 0;
	}
	if (!err) {
		pthread_mutex_init(&u->lock, NULL);
		pthread_cond_init(&u->room, NULL);
		err = -pthread_create(&u->reaper, NULL, reaper_main, u);
		if (err)
			io_uring_queue_exit(&u->ring);
	}
	if (err)
		free(u);
	else
		fdev->uring = u;
	return err;
}

/* After the last command. */
void fileio_uring_stop(struct fio_dev *fdev)
{
	struct uring *u = fdev->uring;
	struct io_uring_sqe *sqe;

	if (!u)
		return;
	pthread_mutex_lock(&u->lock);
	while (u->busy)
		pthread_cond_wait(&u->room, &u->lock);
	sqe = io_uring_get_sqe(&u->ring);
	io_uring_prep_nop(sqe);
	io_uring_sqe_set_data(sqe, NULL);
	io_uring_submit(&u->ring);
	pthread_mutex_unlock(&u->lock);
	pthread_join(u->reaper, NULL);
	io_uring_queue_exit(&u->ring);
	free(u);
	fdev->uring = NULL;
}

/* True: it is on its way, and not the caller's any more. */
static bool submit(struct uring *u, struct backing *b, struct uring_io *io, void *buf,
		   u64 pos)
{
	struct io_uring_sqe *sqe;
	int n;

	pthread_mutex_lock(&u->lock);
	while (u->busy >= URING_ENTRIES)
		pthread_cond_wait(&u->room, &u->lock);
	sqe = io_uring_get_sqe(&u->ring);
	if (io->write)
		io_uring_prep_write(sqe, b->direct_fd, buf, io->len, pos);
	else
		io_uring_prep_read(sqe, b->direct_fd, buf, io->len, pos);
	io_uring_sqe_set_data(sqe, io);
	u->busy++;
	do {
		n = io_uring_submit(&u->ring);
	} while (n == -EINTR || n == -EAGAIN || n == -EBUSY);
	pthread_mutex_unlock(&u->lock);
	if (n >= 0)
		return true;
	scst_err("io_uring takes nothing any more: %s\n", strerror(-n));
	exit(1);
}

/* What isn't aligned, and reads with FUA, which flush first, are for threads. */
bool fileio_uring_rw(struct scst_cmd *cmd, struct vdisk_dev *vdev, struct backing *b,
		     u32 len, bool write, bool fua)
{
	struct uring *u = fio_of(cmd->dev)->uring;
	u64 pos = cmd->lba << vdev->block_shift;
	struct uring_io *io;

	if (!u || (fua && !write) ||
	    ((uintptr_t)cmd->sg->buf | pos | len) & (b->dio_align - 1))
		return false;
	io = malloc(sizeof(*io));
	if (!io)
		return false;
	*io = (struct uring_io){ cmd, vdev, len, write, fua };
	return submit(u, b, io, cmd->sg->buf, pos);
}
