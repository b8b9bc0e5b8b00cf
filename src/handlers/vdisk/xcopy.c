// SPDX-License-Identifier: GPL-2.0
/*
 * EXTENDED COPY(LID1), SPC-5 6.6: blocks from virtual disk to virtual disk, without
 * a way through the initiator.
 *
 * It runs in a work item: what it waits for, such as a COMPARE AND WRITE to the same
 * blocks, may need the threads of commands. Each chunk is a read and a write of its
 * own: one device's blocks at a time, so that two copies can't wait for each other.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <scsi/scsi_proto.h>

#include "xcopy.h"
#include "xcopy_parse.h"

/* Additional sense codes with COPY ABORTED. */
#define XCOPY_DEVICE_FAILURE	0x0d01
#define XCOPY_NOT_REACHABLE	0x0d02
#define XCOPY_INCORRECT_TYPE	0x0d03
#define XCOPY_INEXACT_SEGMENT	0x260a

/**
 * struct xcopy_side - source or destination of a segment
 * @tgt_dev: the logical unit, with a reference
 * @vdev: the same
 * @pos: first byte
 * @write: the destination
 */
struct xcopy_side {
	struct scst_tgt_dev *tgt_dev;
	struct vdisk_dev *vdev;
	u64 pos;
	bool write;
};

/**
 * struct xcopy_job - an EXTENDED COPY at work
 * @work: runs it
 * @cmd: the command
 * @copy: what can be asked, NULL: nothing
 * @x: its list
 * @page: memory for a chunk
 * @order: of @page
 * @segment: number of the present segment
 * @seg: that
 * @side: its source and destination
 */
struct xcopy_job {
	struct work_struct work;
	struct scst_cmd *cmd;
	struct vdisk_copy *copy;
	struct vdisk_xcopy x;
	struct page *page;
	unsigned int order;
	unsigned int segment;
	struct vdisk_xcopy_segment seg;
	struct xcopy_side side[2];
};

/* @code: ASC and ASCQ */
static bool xcopy_fail(struct xcopy_job *job, u16 code)
{
	scst_set_copy_aborted(job->cmd, code >> 8, code & 0xff, job->segment);
	return false;
}

/* ---- devices ---- */

struct xcopy_wanted {
	u64 naa;
	bool writable;
};

static bool xcopy_is_wanted(const struct scst_tgt_dev *tgt_dev, void *data)
{
	const struct scst_device *dev = tgt_dev->dev;
	const struct xcopy_wanted *wanted = data;
	const struct vdisk_dev *vdev = dev->dh_priv;

	if (dev->handler != &vdisk_type && dev->handler != &vdisk_blk_type)
		return false;
	return vdev->naa == wanted->naa &&
	       !(wanted->writable && tgt_dev->read_only);
}

/* It may have several LUNs, and not all of them READ_ONLY. */
static struct scst_tgt_dev *xcopy_find(struct scst_session *sess, u64 naa,
				       bool write)
{
	struct xcopy_wanted wanted = { .naa = naa, .writable = write };
	struct scst_tgt_dev *tgt_dev;

	tgt_dev = scst_sess_get_lun(sess, xcopy_is_wanted, &wanted);
	if (!tgt_dev && write) {
		wanted.writable = false;
		tgt_dev = scst_sess_get_lun(sess, xcopy_is_wanted, &wanted);
	}
	return tgt_dev;
}

static bool xcopy_get_side(struct xcopy_job *job, struct xcopy_side *side,
			   unsigned int i, u64 lba)
{
	struct vdisk_xcopy_target t;

	if (i >= job->x.n_targets)
		return xcopy_fail(job, XCOPY_NOT_REACHABLE);
	vdisk_xcopy_get_target(&job->x, i, &t);
	if (t.is_naa)
		side->tgt_dev = xcopy_find(job->cmd->sess, t.naa, side->write);
	if (!side->tgt_dev)
		return xcopy_fail(job, XCOPY_NOT_REACHABLE);
	side->vdev = side->tgt_dev->dev->dh_priv;
	if (t.type != TYPE_DISK)
		return xcopy_fail(job, XCOPY_INCORRECT_TYPE);
	if (t.block != 1U << side->vdev->block_shift) {
		scst_set_invalid_field_in_param(job->cmd, t.at + 29, -1);
		return false;
	}
	if (lba > vdisk_nblocks(side->vdev))
		return xcopy_fail(job, XCOPY_DEVICE_FAILURE);
	side->pos = lba << side->vdev->block_shift;
	return true;
}

static void xcopy_put_sides(struct xcopy_job *job)
{
	int i;

	for (i = 0; i < 2; i++) {
		if (job->side[i].tgt_dev)
			scst_sess_put_lun(job->side[i].tgt_dev);
		job->side[i].tgt_dev = NULL;
	}
}

/*
 * As exec() and the core would have it for a READ or WRITE. True: scst_lun_leave() has
 * to follow soon.
 */
static bool xcopy_side_enter(struct xcopy_job *job, const struct xcopy_side *side)
{
	const struct vdisk_dev *vdev = side->vdev;

	switch (scst_lun_enter(side->tgt_dev, side->write)) {
	case SCST_LUN_ACCESS_OK:
		break;
	case SCST_LUN_ACCESS_GONE:
		return xcopy_fail(job, XCOPY_NOT_REACHABLE);
	default:
		return xcopy_fail(job, XCOPY_DEVICE_FAILURE);
	}
	if (!READ_ONCE(vdev->long_op.state) && !READ_ONCE(vdev->unit.not_ready))
		return true;
	scst_lun_leave(side->tgt_dev);
	return xcopy_fail(job, XCOPY_DEVICE_FAILURE);
}

static bool xcopy_side_lets(struct xcopy_job *job, const struct xcopy_side *side)
{
	if (!xcopy_side_enter(job, side))
		return false;
	scst_lun_leave(side->tgt_dev);
	return true;
}

/* ---- blocks ---- */

static bool xcopy_side_io(struct xcopy_job *job, const struct xcopy_side *side,
			  u64 off, u32 len)
{
	struct vdisk_dev *vdev = side->vdev;
	u64 pos = side->pos + off;
	int err;

	if (pos + len > READ_ONCE(vdev->size))
		return xcopy_fail(job, XCOPY_DEVICE_FAILURE);
	err = vdisk_copy_io(vdev, job->page, pos, len, side->write);
	if (!err)
		return true;
	scst_err_rl("device %s, initiator %s: copying: %s at LBA %llu failed: error %d\n",
		    vdev->name, job->cmd->sess->initiator_name,
		    side->write ? "write" : "read", pos >> vdev->block_shift, err);
	return xcopy_fail(job, XCOPY_DEVICE_FAILURE);
}

static bool xcopy_side_chunk(struct xcopy_job *job, const struct xcopy_side *side,
			     u64 off, u32 len)
{
	bool ok;

	if (!xcopy_side_enter(job, side))
		return false;
	ok = xcopy_side_io(job, side, off, len);
	scst_lun_leave(side->tgt_dev);
	return ok;
}

static bool xcopy_blocks(struct xcopy_job *job, u64 bytes)
{
	u64 off;
	u32 n;

	for (off = 0; off < bytes; off += n) {
		n = min_t(u64, PAGE_SIZE << job->order, bytes - off);
		if (scst_cmd_must_end(job->cmd))
			return false;
		if (!xcopy_side_chunk(job, &job->side[0], off, n) ||
		    !xcopy_side_chunk(job, &job->side[1], off, n))
			return false;
		vdisk_copy_progress(job->cmd->tgt_dev, job->copy, 0, n);
		cond_resched();
	}
	return true;
}

/* Ends whole blocks of both, or not at all: nothing is kept for the next segment. */
static bool xcopy_segment_len(struct xcopy_job *job, u64 *bytes)
{
	const struct vdisk_dev *src = job->side[0].vdev, *dst = job->side[1].vdev;
	u8 shift = job->seg.dc ? dst->block_shift : src->block_shift;
	u64 mask = (1ULL << max(src->block_shift, dst->block_shift)) - 1;

	*bytes = (u64)job->seg.blocks << shift;
	if (*bytes & mask)
		return xcopy_fail(job, XCOPY_INEXACT_SEGMENT);
	if (job->side[0].pos + *bytes > READ_ONCE(src->size) ||
	    job->side[1].pos + *bytes > READ_ONCE(dst->size))
		return xcopy_fail(job, XCOPY_DEVICE_FAILURE);
	return true;
}

static bool xcopy_segment(struct xcopy_job *job)
{
	struct vdisk_xcopy_segment *seg = &job->seg;
	u64 bytes;
	bool ok;

	vdisk_xcopy_get_segment(&job->x, job->segment, seg);
	job->side[1].write = true;
	ok = xcopy_get_side(job, &job->side[0], seg->src, seg->src_lba) &&
	     xcopy_get_side(job, &job->side[1], seg->dst, seg->dst_lba) &&
	     xcopy_side_lets(job, &job->side[0]) &&
	     xcopy_side_lets(job, &job->side[1]) &&
	     xcopy_segment_len(job, &bytes) && xcopy_blocks(job, bytes);
	xcopy_put_sides(job);
	if (ok)
		vdisk_copy_progress(job->cmd->tgt_dev, job->copy, 1, 0);
	return ok;
}

/* ---- the command ---- */

static void xcopy_free(struct xcopy_job *job)
{
	if (job->page)
		__free_pages(job->page, job->order);
	kfree(job->x.list);
	kfree(job);
}

static void xcopy_work(struct work_struct *work)
{
	struct xcopy_job *job = container_of(work, struct xcopy_job, work);
	struct scst_cmd *cmd = job->cmd;

	for (job->segment = 0; job->segment < job->x.n_segments; job->segment++)
		if (!xcopy_segment(job))
			break;
	vdisk_copy_end(cmd, job->copy);
	xcopy_free(job);
	scst_cmd_done(cmd, SCST_CONTEXT_THREAD);
}

static struct xcopy_job *xcopy_alloc(struct scst_cmd *cmd)
{
	struct xcopy_job *job = kzalloc(sizeof(*job), GFP_NOIO);

	if (!job)
		return NULL;
	INIT_WORK(&job->work, xcopy_work);
	job->cmd = cmd;
	job->x.list = kzalloc(VDISK_XCOPY_HEADER + VDISK_XCOPY_DESCS, GFP_NOIO);
	job->page = vdisk_copy_alloc(&job->order);
	if (!job->x.list || !job->page) {
		xcopy_free(job);
		return NULL;
	}
	return job;
}

/* The status of a command whose list isn't as it should be. */
void vdisk_copy_refuse(struct scst_cmd *cmd, const struct vdisk_xcopy_error *e)
{
	if (e->byte >= 0)
		scst_set_invalid_field_in_param(cmd, e->byte, e->bit);
	else
		scst_set_cmd_error(cmd, e->key, e->asc, e->ascq);
}

/* False: refused. */
static bool xcopy_read_list(struct xcopy_job *job)
{
	struct scst_cmd *cmd = job->cmd;
	struct vdisk_xcopy_error e;
	u8 *list = (u8 *)job->x.list;
	u32 len;

	len = scst_get_param_list(cmd, list, 0,
				  VDISK_XCOPY_HEADER + VDISK_XCOPY_DESCS);
	if (vdisk_xcopy_parse(&job->x, list, len, &e))
		return true;
	vdisk_copy_refuse(cmd, &e);
	return false;
}

static bool xcopy_begin(struct xcopy_job *job)
{
	struct vdisk_copy_id id = { .sa = VDISK_SA_COPY_LID1 };

	if (!xcopy_read_list(job))
		return false;
	id.list_id = job->x.list_id;
	id.discard = job->x.usage == VDISK_XCOPY_ID_DISCARD;
	if (job->x.usage == VDISK_XCOPY_ID_NONE)
		return true;
	job->copy = vdisk_copy_begin(job->cmd, &id);
	return job->copy;
}

enum scst_exec_res vdisk_extended_copy(struct scst_cmd *cmd,
				       struct vdisk_dev *vdev)
{
	struct xcopy_job *job;

	if (!cmd->data_len)
		return vdisk_finish(cmd);
	job = xcopy_alloc(cmd);
	if (!job) {
		scst_set_busy(cmd);
		return vdisk_finish(cmd);
	}
	if (!xcopy_begin(job)) {
		xcopy_free(job);
		return vdisk_finish(cmd);
	}
	vdisk_copy_queue(&job->work);
	return SCST_EXEC_COMPLETED;
}
