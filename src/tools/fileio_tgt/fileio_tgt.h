/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fileio_tgt: what its own files have in common. Those of the kernel's handler that
 * it shares know vdisk.h only.
 */
#ifndef FILEIO_TGT_H
#define FILEIO_TGT_H

#include <libscst_user.h>

#include "vdisk.h"

struct backing;
struct uring;

/**
 * struct fio_cmd - a command
 * @cmd: what the shared files see; first
 * @sg: its buffer, cmd.sg
 * @su: the library's; valid until exec() has returned
 * @deferred: the library's, from then on
 * @state: enum fio_state
 * @cmd_h: the kernel's handle
 * @entry: in fio_dev.cmds
 * @again: in the list of those to be executed again
 * @began: when, ns
 */
struct fio_cmd {
	struct scst_cmd cmd;
	struct scatterlist sg;
	struct scstu_cmd *su;
	struct scstu_cmd *deferred;
	int state;
	u32 cmd_h;
	struct list_head entry;
	struct list_head again;
	u64 began;
};

/**
 * struct fio_dev - a device
 * @dev: what the shared files see as the core's; first
 * @su: the library's
 * @lock: protects @cmds, @pushed
 * @cmds: commands that have not ended yet
 * @live: commands that are not answered yet
 * @pushed: the control mode page as the kernel knows it
 * @uring: O_DIRECT: what reads and writes, or NULL
 * @stats: what was done
 * @thread: that serves it
 * @err: how that has ended
 */
struct fio_dev {
	struct scst_device dev;
	struct scstu_dev *su;
	pthread_mutex_t lock;
	struct list_head cmds;
	unsigned long live;
	struct scst_control pushed;
	struct uring *uring;
	struct scst_dev_stats stats;
	pthread_t thread;
	int err;
};

/* A nexus: its tgt_dev and session in one. */
struct fio_nexus {
	struct scst_tgt_dev tgt_dev;
	struct scst_session sess;
	struct scst_tgt tgt;
	u64 sess_h;
};

/* core.c */
int fio_core_init(void);
void fio_dev_init(struct fio_dev *fdev);
void fio_dev_drain(struct fio_dev *fdev);
void fio_push_control(struct fio_dev *fdev);
extern const struct scstu_ops fio_ops;

static inline struct fio_dev *fio_of(const struct scst_device *dev)
{
	return container_of(dev, struct fio_dev, dev);
}

/* fileio_user.c */
int fileio_sync(struct vdisk_dev *vdev);

/* uring.c, or without liburing no_uring.c */
extern const bool fileio_has_uring;
int fileio_uring_start(struct fio_dev *fdev);
void fileio_uring_stop(struct fio_dev *fdev);
bool fileio_uring_rw(struct scst_cmd *cmd, struct vdisk_dev *vdev, struct backing *b,
		     u32 len, bool write, bool fua);

#endif /* FILEIO_TGT_H */
