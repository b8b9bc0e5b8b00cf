// SPDX-License-Identifier: GPL-2.0
/*
 * SANITIZE and FORMAT UNIT: work on all blocks of a device, in a work item, for as
 * long as it takes. Others are told NOT READY and the progress (SBC-4 4.11, 4.33).
 *
 * It begins when all commands on blocks have ended, and does not end with the
 * command that began it, which may be aborted (SBC-4 4.11.1). The close of the device
 * ends it.
 */
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "blocks.h"

static struct workqueue_struct *long_wq;

int vdisk_long_init(void)
{
	long_wq = alloc_workqueue("scst_vdisk", WQ_UNBOUND, 0);
	return long_wq ? 0 : -ENOMEM;
}

void vdisk_long_exit(void)
{
	destroy_workqueue(long_wq);
}

static void long_set_state(struct vdisk_dev *vdev, enum vdisk_long_state state)
{
	WRITE_ONCE(vdev->long_op.state, state);
}

static void long_set_condition(struct vdisk_dev *vdev,
			       const struct vdisk_long_sense *s, int progress)
{
	scst_dev_set_condition(vdev->dev, s->key, s->asc, s->ascq, progress);
}

/* The command that waits, if there is one and it fits: the caller's now. */
static struct scst_cmd *long_take_cmd(struct vdisk_long_op *l, bool aborted_only)
{
	struct scst_cmd *cmd;

	spin_lock_irq(&l->lock);
	cmd = l->cmd;
	if (cmd && aborted_only && !scst_cmd_must_end(cmd))
		cmd = NULL;
	if (cmd)
		l->cmd = NULL;
	spin_unlock_irq(&l->lock);
	return cmd;
}

/**
 * vdisk_long_progress() - so far it has come
 * @p: the pieces that it works on
 * @off: bytes of these that are done
 */
void vdisk_long_progress(struct vdisk_pieces *p, u64 off)
{
	struct vdisk_long_op *l = &p->vdev->long_op;
	struct scst_cmd *cmd = long_take_cmd(l, true);
	u64 percent = p->before + off;

	if (cmd)
		scst_cmd_done(cmd, SCST_CONTEXT_THREAD);
	/* 65536ths; sizes up to 2^63 in up to 31 passes must not overflow. */
	percent = div64_u64(percent, (p->total >> 16) + 1);
	long_set_condition(p->vdev, &l->type->running, min_t(u64, percent, 0xffff));
}

static int long_run(struct vdisk_dev *vdev)
{
	struct vdisk_long_op *l = &vdev->long_op;
	struct vdisk_pieces p = {
		.vdev = vdev,
		.len = vdisk_nblocks(vdev) << vdev->block_shift,
	};
	int err;

	p.total = p.len;
	err = vdisk_pieces_begin(&p);
	if (err)
		return err;
	err = l->type->run(&p, l->param);
	if (!err && p.len)
		err = vdev->mode->space->flush(vdev, 0, p.len);
	vdisk_pieces_end(&p);
	return err;
}

static void long_end(struct vdisk_dev *vdev, int err)
{
	struct vdisk_long_op *l = &vdev->long_op;
	const struct vdisk_long_sense *s = &l->type->failed;
	struct scst_cmd *cmd;

	kfree(l->param);
	l->param = NULL;
	if (err)
		scst_err("vdisk %s: %s has failed: error %d\n", vdev->name,
			 l->type->name, err);
	if (err && l->type->stays_failed) {
		long_set_condition(vdev, s, -1);
		long_set_state(vdev, VDISK_LONG_FAILED);
	} else {
		vdisk_long_clear(vdev);
	}
	cmd = long_take_cmd(l, false);
	if (!cmd)
		return;
	if (err)
		scst_set_cmd_error(cmd, s->key, s->asc, s->ascq);
	scst_cmd_done(cmd, SCST_CONTEXT_THREAD);
}

static void long_work_fn(struct work_struct *work)
{
	struct vdisk_dev *vdev = container_of(work, struct vdisk_dev,
					      long_op.work);

	long_end(vdev, long_run(vdev));
}

/* Nothing is wrong any more. */
void vdisk_long_clear(struct vdisk_dev *vdev)
{
	scst_dev_clear_condition(vdev->dev);
	long_set_state(vdev, VDISK_LONG_NONE);
}

/**
 * vdisk_long_claim() - have the device for oneself
 * @cmd: the command, in a thread
 * @vdev: the device
 *
 * Return: false: @cmd isn't the caller's any more, see vdisk_range_enter().
 */
bool vdisk_long_claim(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	static const struct vdisk_extent all = { 0, U64_MAX };

	return vdisk_range_enter(cmd, &vdev->ranges, &all, 1,
				 VDISK_RANGE_EXCL | VDISK_RANGE_WRITES);
}

/* The command waits; what waits for it is executed, to be refused. */
static void long_wait(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	struct vdisk_long_op *l = &vdev->long_op;

	vdisk_range_leave(cmd, &vdev->ranges);
	spin_lock_irq(&l->lock);
	l->cmd = cmd;
	spin_unlock_irq(&l->lock);
}

/**
 * vdisk_long_start() - begin
 * @cmd: a command that has claimed the device; not the caller's any more
 * @vdev: the device
 * @type: what
 * @param: for @type->run(), in memory that is freed at the end; or NULL
 * @immediate: IMMED: the command ends at once
 */
void vdisk_long_start(struct scst_cmd *cmd, struct vdisk_dev *vdev,
		      const struct vdisk_long_type *type, void *param,
		      bool immediate)
{
	struct vdisk_long_op *l = &vdev->long_op;

	l->type = type;
	l->param = param;
	long_set_condition(vdev, &type->running, 0);
	long_set_state(vdev, VDISK_LONG_RUNNING);
	scst_info("vdisk %s: %s begins, by initiator %s\n", vdev->name,
		  type->name, cmd->sess->initiator_name);
	if (immediate) {
		queue_work(long_wq, &l->work);
		vdisk_finish(cmd);
		return;
	}
	long_wait(cmd, vdev);
	/* From here on the command, and then the device, may be gone at any time. */
	queue_work(long_wq, &l->work);
}

void vdisk_long_setup(struct vdisk_dev *vdev)
{
	spin_lock_init(&vdev->long_op.lock);
	INIT_WORK(&vdev->long_op.work, long_work_fn);
}

/* The device is being closed: what runs ends soon, and nothing begins. */
void vdisk_long_stop(struct vdisk_dev *vdev)
{
	WRITE_ONCE(vdev->closing, true);
}

/* After vdisk_long_stop(), with no command left: until it has ended. */
void vdisk_long_wait(struct vdisk_dev *vdev)
{
	flush_work(&vdev->long_op.work);
}
