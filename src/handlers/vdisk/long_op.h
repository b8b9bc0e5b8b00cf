/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Work on all of a device that nothing else may happen meanwhile: see long_op.c.
 */
#ifndef VDISK_LONG_OP_H
#define VDISK_LONG_OP_H

#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct scst_cmd;
struct vdisk_dev;
struct vdisk_pieces;

/* What a command is refused for, besides its own faults. */
enum vdisk_long_state {
	VDISK_LONG_NONE,
	VDISK_LONG_RUNNING,
	VDISK_LONG_FAILED,
};

struct vdisk_long_sense {
	u8 key;
	u8 asc;
	u8 ascq;
};

/**
 * struct vdisk_long_type - SANITIZE or FORMAT UNIT
 * @name: for messages
 * @running: what others are told meanwhile
 * @failed: what the command is told if it fails
 * @stays_failed: and all others from then on
 * @run: does it; p->before and p->total are for vdisk_long_progress(). 0 or -errno
 */
struct vdisk_long_type {
	const char *name;
	struct vdisk_long_sense running;
	struct vdisk_long_sense failed;
	bool stays_failed;
	int (*run)(struct vdisk_pieces *p, const void *param);
};

/**
 * struct vdisk_long_op - the present or last one of a device
 * @state: enum vdisk_long_state; each command reads it
 * @type: which
 * @param: its parameters, in memory of their own
 * @may_exit: AUSE: SANITIZE's EXIT FAILURE MODE is allowed
 * @lock: protects @cmd
 * @cmd: the command that waits for the end, if one does
 * @work: runs it
 */
struct vdisk_long_op {
	u8 state;
	const struct vdisk_long_type *type;
	void *param;
	bool may_exit;
	spinlock_t lock;
	struct scst_cmd *cmd;
	struct work_struct work;
};

int vdisk_long_init(void);
void vdisk_long_exit(void);
void vdisk_long_setup(struct vdisk_dev *vdev);
void vdisk_long_stop(struct vdisk_dev *vdev);
void vdisk_long_wait(struct vdisk_dev *vdev);
bool vdisk_long_claim(struct scst_cmd *cmd, struct vdisk_dev *vdev);
void vdisk_long_start(struct scst_cmd *cmd, struct vdisk_dev *vdev,
		      const struct vdisk_long_type *type, void *param,
		      bool immediate);
void vdisk_long_progress(struct vdisk_pieces *p, u64 off);
void vdisk_long_clear(struct vdisk_dev *vdev);

#endif /* VDISK_LONG_OP_H */
