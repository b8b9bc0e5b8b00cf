// SPDX-License-Identifier: GPL-2.0
/*
 * POPULATE TOKEN and WRITE USING TOKEN, SBC-4 5.12 and 5.65: a copy in two commands.
 * The first one makes a token for blocks, the second one writes what it stands for,
 * perhaps for another initiator, and to another disk.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <scsi/scsi_proto.h>

#include "rod_token.h"
#include "xcopy.h"

#define ROD_LIST_ID(cmd)	get_unaligned_be32(&(cmd)->cdb[6])

/* ASC and ASCQ: with COPY ABORTED */
#define ROD_STOPPED		0x0000
#define ROD_SOURCE_FAILURE	0x0d01	/* THIRD PARTY DEVICE FAILURE */

/**
 * struct rod_list - a list of a command, and its blocks
 * @l: what it says
 * @n: number of @extents
 * @extents: those with blocks
 * @bytes: the list
 */
struct rod_list {
	struct vdisk_rod_list l;
	unsigned int n;
	struct vdisk_extent extents[VDISK_ROD_RANGES];
	u8 bytes[VDISK_ROD_LIST];
};

/* All ranges are there, and not more than a command may have. */
static bool rod_check_ranges(struct scst_cmd *cmd, struct vdisk_dev *vdev,
			     struct rod_list *list)
{
	u64 lba, end = vdisk_nblocks(vdev);
	unsigned int i;
	u32 blocks;

	if (list->l.blocks > VDISK_ROD_MAX_BYTES >> vdev->block_shift) {
		scst_set_invalid_field_in_param(cmd, list->l.at + 8, -1);
		return false;
	}
	for (i = 0; i < list->l.n; i++) {
		blocks = vdisk_rod_get_range(&list->l, i, &lba);
		if (lba > end || blocks > end - lba) {
			scst_set_cmd_error_info(cmd,
						SCST_LOAD_SENSE(scst_sense_block_out_range_error),
						max(lba, end));
			return false;
		}
		if (!blocks)
			continue;
		list->extents[list->n].start = lba;
		list->extents[list->n++].end = lba + blocks;
	}
	return true;
}

/* NULL: the status is set, it may be GOOD. */
static struct rod_list *
rod_list_get(struct scst_cmd *cmd, struct vdisk_dev *vdev,
	     bool (*parse)(struct vdisk_rod_list *l, const u8 *list, u32 len,
			   struct vdisk_xcopy_error *e))
{
	struct vdisk_xcopy_error e;
	struct rod_list *list;
	u32 len;

	if (!cmd->data_len)
		return NULL;
	list = kzalloc(sizeof(*list), GFP_NOIO | __GFP_NOWARN);
	if (!list) {
		scst_set_busy(cmd);
		return NULL;
	}
	len = scst_get_param_list(cmd, list->bytes, 0, sizeof(list->bytes));
	if (!parse(&list->l, list->bytes, len, &e))
		vdisk_copy_refuse(cmd, &e);
	else if (rod_check_ranges(cmd, vdev, list))
		return list;
	kfree(list);
	return NULL;
}

/* ---- POPULATE TOKEN ---- */

static void populate_add(struct scst_cmd *cmd, struct vdisk_copy *copy,
			 struct vdisk_token *t, u8 *bytes)
{
	struct vdisk_nexus *nexus = cmd->tgt_dev->dh_priv;
	u64 len = t->blocks << t->vdev->block_shift;
	unsigned long flags;

	memcpy(bytes, t->bytes, VDISK_ROD_TOKEN);
	if (!vdisk_token_add(t)) {
		/* INSUFFICIENT RESOURCES TO CREATE ROD TOKEN */
		scst_set_cmd_error(cmd, ILLEGAL_REQUEST, 0x55, 0x0d);
		kfree(bytes);
		kfree(t);
		return;
	}
	spin_lock_irqsave(&nexus->copies_lock, flags);
	copy->token = bytes;
	spin_unlock_irqrestore(&nexus->copies_lock, flags);
	vdisk_copy_progress(cmd->tgt_dev, copy, 0, len);
}

/* The blocks are the command's alone, so that the token is of one moment. */
static void populate_now(struct scst_cmd *cmd, struct vdisk_dev *vdev,
			 const struct vdisk_rod_list *l)
{
	const struct vdisk_copy_id id = {
		.lid4 = true,
		.list_id = ROD_LIST_ID(cmd),
		.sa = VDISK_SA_POPULATE_TOKEN,
	};
	struct vdisk_copy *copy = vdisk_copy_begin(cmd, &id);
	struct vdisk_token *t;
	u8 *bytes;

	if (!copy)
		return;
	t = vdisk_token_make(vdev, l);
	bytes = kmalloc(VDISK_ROD_TOKEN, GFP_NOIO);
	if (t && bytes) {
		populate_add(cmd, copy, t, bytes);
	} else {
		scst_set_busy(cmd);
		kfree(bytes);
		kfree(t);
	}
	vdisk_copy_end(cmd, copy);
}

/* It has done all there is to do when it ends, with IMMED or without. */
enum scst_exec_res vdisk_populate_token(struct scst_cmd *cmd,
					struct vdisk_dev *vdev)
{
	struct rod_list *list = rod_list_get(cmd, vdev, vdisk_rod_parse_populate);

	if (!list)
		return vdisk_finish(cmd);
	if (!vdisk_range_enter(cmd, &vdev->ranges, list->extents, list->n,
			       VDISK_RANGE_EXCL)) {
		kfree(list);
		return SCST_EXEC_COMPLETED;
	}
	populate_now(cmd, vdev, &list->l);
	kfree(list);
	return vdisk_finish(cmd);
}

/* ---- WRITE USING TOKEN ---- */

/**
 * struct rod_write - a WRITE USING TOKEN at work
 * @work: runs it
 * @cmd: the command; NULL: it has ended (IMMED), and @tgt_dev has a reference
 * @tgt_dev: the nexus
 * @vdev: the destination
 * @token: the source, with a reference; NULL: zeros
 * @list: what is to be written
 * @copy: what can be asked
 * @resets: struct vdisk_unit.resets when it began
 * @page: memory for a chunk
 * @order: of @page
 * @failed: it has: with
 * @key: sense key
 * @asc: additional sense code
 * @ascq: additional sense code qualifier
 */
struct rod_write {
	struct work_struct work;
	struct scst_cmd *cmd;
	struct scst_tgt_dev *tgt_dev;
	struct vdisk_dev *vdev;
	struct vdisk_token *token;
	struct rod_list *list;
	struct vdisk_copy *copy;
	unsigned int resets;
	struct page *page;
	unsigned int order;
	bool failed;
	u8 key;
	u8 asc;
	u8 ascq;
};

static bool rod_fail(struct rod_write *job, u8 key, u8 asc, u8 ascq)
{
	job->failed = true;
	job->key = key;
	job->asc = asc;
	job->ascq = ascq;
	return false;
}

static bool rod_token_fails(struct rod_write *job, u16 why)
{
	return rod_fail(job, ILLEGAL_REQUEST, why >> 8, why);
}

static bool rod_copy_fails(struct rod_write *job, u16 why)
{
	return rod_fail(job, COPY_ABORTED, why >> 8, why);
}

static bool rod_dev_is_ready(const struct vdisk_dev *vdev)
{
	return !READ_ONCE(vdev->long_op.state) && !READ_ONCE(vdev->unit.not_ready);
}

/* One whose command has ended stops for what would have stopped that. */
static bool rod_may_go_on(struct rod_write *job)
{
	bool go = rod_dev_is_ready(job->vdev);

	if (job->cmd)
		go &= !scst_cmd_must_end(job->cmd);
	else
		go &= scst_lun_access(job->tgt_dev, true) == SCST_LUN_ACCESS_OK &&
		      READ_ONCE(job->vdev->unit.resets) == job->resets;
	return go || rod_copy_fails(job, ROD_STOPPED);
}

/* Where block @off of the token's is, and how many of *@n lie there together. */
static u64 rod_source(const struct vdisk_token *t, u64 off, u64 *n)
{
	const struct vdisk_extent *e;
	unsigned int i;
	u64 len;

	for (i = 0; i < t->n; i++) {
		e = &t->ranges[i].extent;
		len = e->end - e->start;
		if (off < len) {
			*n = min(*n, len - off);
			return e->start + off;
		}
		off -= len;
	}
	*n = 0;
	return 0;
}

static void rod_log(const struct rod_write *job, const struct vdisk_dev *vdev,
		    bool write, u64 lba, int err)
{
	scst_err_rl("device %s, initiator %s: WRITE USING TOKEN: %s at LBA %llu failed: error %d\n",
		    vdev->name, job->tgt_dev->sess->initiator_name,
		    write ? "write" : "read", lba, err);
}

/* What was read counts only if the token is still valid after that. */
static bool rod_read(struct rod_write *job, u64 lba, u32 n)
{
	struct vdisk_dev *src = job->token->vdev;
	int err;

	if (!rod_dev_is_ready(src) || lba + n > vdisk_nblocks(src))
		return rod_copy_fails(job, ROD_SOURCE_FAILURE);
	err = vdisk_copy_io(src, job->page, lba << src->block_shift,
			    n << src->block_shift, false);
	if (vdisk_token_why(job->token))
		return rod_token_fails(job, vdisk_token_why(job->token));
	if (!err)
		return true;
	rod_log(job, src, false, lba, err);
	return rod_copy_fails(job, ROD_SOURCE_FAILURE);
}

static bool rod_write_now(struct rod_write *job, u64 lba, u32 n)
{
	struct vdisk_dev *vdev = job->vdev;
	int err;

	if (lba + n > vdisk_nblocks(vdev))
		return rod_fail(job, SCST_LOAD_SENSE(scst_sense_block_out_range_error));
	err = vdisk_copy_io(vdev, job->page, lba << vdev->block_shift,
			    n << vdev->block_shift, true);
	if (!err)
		return true;
	rod_log(job, vdev, true, lba, err);
	if (err == -ENOSPC || err == -EDQUOT)
		return rod_fail(job, SCST_LOAD_SENSE(scst_sense_space_alloc_failed));
	return rod_fail(job, SCST_LOAD_SENSE(scst_sense_medium_write_error));
}

/* PREEMPT AND ABORT waits for commands, and for those without one, too. */
static bool rod_write(struct rod_write *job, u64 lba, u32 n)
{
	bool ok;

	if (job->cmd)
		return rod_write_now(job, lba, n);
	if (scst_lun_enter(job->tgt_dev, true) != SCST_LUN_ACCESS_OK)
		return rod_copy_fails(job, ROD_STOPPED);
	ok = rod_write_now(job, lba, n);
	scst_lun_leave(job->tgt_dev);
	return ok;
}

/* @off: of the token's blocks */
static bool rod_write_range(struct rod_write *job, const struct vdisk_extent *e,
			    u64 off)
{
	u8 shift = job->vdev->block_shift;
	u64 lba, from, n;

	for (lba = e->start; lba < e->end; lba += n, off += n) {
		n = min_t(u64, (PAGE_SIZE << job->order) >> shift, e->end - lba);
		if (!rod_may_go_on(job))
			return false;
		if (job->token) {
			from = rod_source(job->token, off, &n);
			if (!rod_read(job, from, n))
				return false;
		}
		if (!rod_write(job, lba, n))
			return false;
		vdisk_copy_progress(job->tgt_dev, job->copy, 0, n << shift);
		cond_resched();
	}
	return true;
}

static void rod_write_free(struct rod_write *job, bool delete)
{
	if (job->token)
		vdisk_token_put(job->token, delete);
	if (job->page)
		__free_pages(job->page, job->order);
	kfree(job->list);
	kfree(job);
}

/* What the command, or what RECEIVE ROD TOKEN INFORMATION tells. */
static void rod_write_end(struct rod_write *job)
{
	struct scst_tgt_dev *tgt_dev = job->tgt_dev;
	struct scst_cmd *cmd = job->cmd;
	u8 sense[18] = { 0x70, [7] = sizeof(sense) - 8 };
	struct vdisk_copy *copy = job->copy;
	bool failed = job->failed;

	sense[2] = job->key;
	sense[12] = job->asc;
	sense[13] = job->ascq;
	if (failed && cmd)
		scst_set_cmd_error(cmd, job->key, job->asc, job->ascq);
	rod_write_free(job, !failed && job->list->l.del_token);
	if (cmd) {
		vdisk_copy_end(cmd, copy);
		scst_cmd_done(cmd, SCST_CONTEXT_THREAD);
	} else {
		vdisk_copy_end_alone(tgt_dev, copy, sense, failed ? sizeof(sense) : 0);
		scst_sess_put_lun(tgt_dev);
	}
}

static void rod_write_work(struct work_struct *work)
{
	struct rod_write *job = container_of(work, struct rod_write, work);
	u64 off = job->list->l.offset;
	unsigned int i;

	if (!job->token)
		memset(page_address(job->page), 0, PAGE_SIZE << job->order);
	for (i = 0; i < job->list->n; i++) {
		const struct vdisk_extent *e = &job->list->extents[i];

		if (!rod_write_range(job, e, off))
			break;
		off += e->end - e->start;
	}
	rod_write_end(job);
}

/* A token of blocks of another length would have to be cut. False: refused. */
static bool rod_use_token(struct rod_write *job)
{
	const struct vdisk_rod_list *l = &job->list->l;
	struct scst_cmd *cmd = job->cmd;
	u16 why = vdisk_token_get(l->token, &job->token);
	const struct vdisk_token *t = job->token;

	if (!why && t && t->vdev->block_shift != job->vdev->block_shift)
		why = VDISK_ROD_NOT_HERE;
	if (why) {
		scst_set_cmd_error(cmd, ILLEGAL_REQUEST, why >> 8, why & 0xff);
		return false;
	}
	if (t && (l->offset > t->blocks || l->blocks > t->blocks - l->offset)) {
		scst_set_invalid_field_in_param(cmd, 8, -1);
		return false;
	}
	return true;
}

static bool rod_write_prepare(struct rod_write *job)
{
	const struct vdisk_copy_id id = {
		.lid4 = true,
		.list_id = ROD_LIST_ID(job->cmd),
		.sa = VDISK_SA_WRITE_USING_TOKEN,
		.background = job->list->l.immed,
	};

	if (!rod_use_token(job))
		return false;
	job->page = vdisk_copy_alloc(&job->order);
	if (!job->page) {
		scst_set_busy(job->cmd);
		return false;
	}
	job->copy = vdisk_copy_begin(job->cmd, &id);
	return job->copy;
}

static bool rod_is_lun(const struct scst_tgt_dev *tgt_dev, void *data)
{
	return tgt_dev == data;
}

/* With IMMED the command ends now, and its LUN stays until all is written. */
static enum scst_exec_res rod_write_start(struct rod_write *job)
{
	struct scst_cmd *cmd = job->cmd;
	bool alone = job->list->l.immed &&
		     scst_sess_get_lun(cmd->sess, rod_is_lun, job->tgt_dev);

	if (alone)
		job->cmd = NULL;
	vdisk_copy_queue(&job->work);
	return alone ? vdisk_finish(cmd) : SCST_EXEC_COMPLETED;
}

enum scst_exec_res vdisk_write_using_token(struct scst_cmd *cmd,
					   struct vdisk_dev *vdev)
{
	struct rod_list *list = rod_list_get(cmd, vdev, vdisk_rod_parse_write);
	struct rod_write *job;

	if (!list)
		return vdisk_finish(cmd);
	job = kzalloc(sizeof(*job), GFP_NOIO);
	if (!job) {
		kfree(list);
		scst_set_busy(cmd);
		return vdisk_finish(cmd);
	}
	INIT_WORK(&job->work, rod_write_work);
	job->cmd = cmd;
	job->tgt_dev = cmd->tgt_dev;
	job->vdev = vdev;
	job->list = list;
	job->resets = READ_ONCE(vdev->unit.resets);
	if (!rod_write_prepare(job)) {
		rod_write_free(job, false);
		return vdisk_finish(cmd);
	}
	return rod_write_start(job);
}
