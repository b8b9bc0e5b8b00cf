// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks in pieces: memory for a piece, reading and writing it, and the way of a
 * command that needs that through a thread. Between two pieces an aborted command
 * ends.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/sched.h>
#include <scsi/scsi_proto.h>

#include "blocks.h"

#define PIECES_ORDER	5		/* two pieces of 64 KiB each */
#define PIECES_STEP	(64ULL << 20)	/* what backings do without memory of ours */

/* ---- fields of CDBs ---- */

/* First byte of the number of blocks. */
unsigned int vdisk_cdb_blocks_at(const struct scst_cmd *cmd)
{
	switch (cmd->cdb[0] >> 5) {
	case 1:
	case 2:
		return 7;
	case 3:
		return 28;
	case 5:
		return 6;
	default:
		return 10;
	}
}

/**
 * vdisk_cdb_blocks() - the number of blocks, where the core reads another length
 * @cmd: VERIFY, WRITE AND VERIFY, WRITE SAME, PRE-FETCH, of any size but 6 bytes
 */
u32 vdisk_cdb_blocks(const struct scst_cmd *cmd)
{
	const u8 *field = &cmd->cdb[vdisk_cdb_blocks_at(cmd)];

	switch (cmd->cdb[0] >> 5) {
	case 1:
	case 2:
		return get_unaligned_be16(field);
	default:
		return get_unaligned_be32(field);
	}
}

/* The byte with DPO, FUA, BYTCHK. */
unsigned int vdisk_cdb_flags_at(const struct scst_cmd *cmd)
{
	return cmd->cdb[0] == VARIABLE_LENGTH_CMD ? 10 : 1;
}

/* ---- memory ---- */

/* With less memory, smaller pieces; a piece holds a block at least. */
static bool pieces_alloc(struct vdisk_pieces *p)
{
	gfp_t gfp = GFP_NOIO | __GFP_NOWARN | __GFP_COMP;

	p->order = PIECES_ORDER;
	p->page = alloc_pages(gfp | __GFP_NORETRY, p->order);
	if (!p->page) {
		p->order = 1;
		p->page = alloc_pages(gfp, p->order);
	}
	if (!p->page)
		return false;
	p->size = (PAGE_SIZE << p->order) / 2;
	p->data = page_address(p->page);
	p->other = p->data + p->size;
	return true;
}

/**
 * vdisk_pieces_begin() - get ready to work on blocks
 * @p: cmd, vdev, pos, len are set
 *
 * Context: process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int vdisk_pieces_begin(struct vdisk_pieces *p)
{
	if (!pieces_alloc(p))
		return -ENOMEM;
	p->bad = p->pos;
	vdisk_fs_enter(&p->task);
	return 0;
}

void vdisk_pieces_end(struct vdisk_pieces *p)
{
	vdisk_fs_leave(&p->task);
	__free_pages(p->page, p->order);
}

/* ---- pieces ---- */

static bool pieces_aborted(const struct vdisk_pieces *p)
{
	if (p->whole)
		return false;
	if (p->cmd)
		return scst_cmd_must_end(p->cmd);
	return READ_ONCE(p->vdev->closing);
}

static void pieces_breathe(struct vdisk_pieces *p, u64 off)
{
	cond_resched();
	if (!p->cmd)
		vdisk_long_progress(p, off);
}

/**
 * vdisk_pieces_each() - do something with each piece
 * @p: the pieces
 * @fn: what; p->off says with which piece
 *
 * Return: 0, -EINTR: aborted, or what @fn has returned.
 */
int vdisk_pieces_each(struct vdisk_pieces *p, vdisk_piece_fn fn)
{
	int err = 0;

	for (p->off = 0; !err && p->off < p->len; p->off += p->size) {
		if (pieces_aborted(p))
			return -EINTR;
		err = fn(p, min_t(u64, p->size, p->len - p->off));
		pieces_breathe(p, p->off);
	}
	return err;
}

/* One block of the piece, by way of @other: io() wants whole pages. */
static int piece_io_block(struct vdisk_pieces *p, u32 at, bool write)
{
	u32 block = 1U << p->vdev->block_shift;
	int err;

	p->bad = p->pos + p->off + at;
	if (write)
		memcpy(p->other, p->data + at, block);
	err = p->vdev->mode->io(p->vdev, virt_to_page(p->other), p->bad, block,
				write, false);
	if (!err && !write)
		memcpy(p->data + at, p->other, block);
	return err;
}

/* If it fails, block by block, to know which one it is; @other is lost then. */
static int piece_io(struct vdisk_pieces *p, u32 n, bool write)
{
	u32 at;
	int err;

	p->writing = write;
	p->bad = p->pos + p->off;
	err = p->vdev->mode->io(p->vdev, p->page, p->bad, n, write, false);
	for (at = 0; unlikely(err) && at < n; at += 1U << p->vdev->block_shift)
		if (piece_io_block(p, at, write))
			return err;
	return 0;
}

/* The first @n bytes of @data from the medium. */
int vdisk_piece_read(struct vdisk_pieces *p, u32 n)
{
	return piece_io(p, n, false);
}

/* The first @n bytes of @data to the medium. */
int vdisk_piece_write(struct vdisk_pieces *p, u32 n)
{
	return piece_io(p, n, true);
}

/* From the command's buffer to the medium. */
int vdisk_piece_write_buffer(struct vdisk_pieces *p, u32 n)
{
	scst_get_param_list(p->cmd, p->data, p->off, n);
	return piece_io(p, n, true);
}

/* Do @data and @other differ, and where first? */
bool vdisk_piece_differs(const struct vdisk_pieces *p, u32 n, u32 *where)
{
	u32 i;

	if (!memcmp(p->data, p->other, n))
		return false;
	for (i = 0; i < n && p->data[i] == p->other[i]; i++)
		;
	*where = i;
	return true;
}

/* ---- all of it ---- */

static int pieces_steps(struct vdisk_pieces *p,
			int (*fn)(struct vdisk_dev *vdev, u64 pos, u64 len))
{
	u64 off, n;
	int err = 0;

	p->writing = true;
	for (off = 0; !err && off < p->len; off += n) {
		if (pieces_aborted(p))
			return -EINTR;
		n = min(p->len - off, PIECES_STEP);
		p->bad = p->pos + off;
		err = fn(p->vdev, p->pos + off, n);
		pieces_breathe(p, off);
	}
	return err;
}

/* Zeros that stay allocated: by the backing itself where it can. */
int vdisk_pieces_zero(struct vdisk_pieces *p)
{
	int err = pieces_steps(p, p->vdev->mode->space->zero);

	if (err != -EOPNOTSUPP)
		return err;
	memset(p->data, 0, p->size);
	return vdisk_pieces_each(p, vdisk_piece_write);
}

int vdisk_pieces_unmap(struct vdisk_pieces *p)
{
	return pieces_steps(p, p->vdev->mode->space->unmap);
}

int vdisk_pieces_make_stable(struct vdisk_pieces *p)
{
	if (!vdisk_is_write_through(p->vdev, p->fua))
		return 0;
	p->writing = true;
	p->bad = p->pos;
	return p->vdev->mode->space->flush(p->vdev, p->pos, p->len);
}

/* The command's status, for what a step has returned. */
void vdisk_pieces_fail(struct vdisk_pieces *p, int err)
{
	/* Nobody will see the status of an aborted one. */
	if (err >= 0 || scst_cmd_must_end(p->cmd))
		return;
	scst_sense_for_errno_at(p->cmd, err, p->writing,
				p->bad >> p->vdev->block_shift);
}

/**
 * vdisk_blocks_exec() - run a command on blocks from cmd->lba on
 * @cmd: the command
 * @vdev: its device
 * @blocks: how many
 * @bc: how
 *
 * Context: that of exec().
 * Return: as exec().
 */
enum scst_exec_res vdisk_blocks_exec(struct scst_cmd *cmd,
				     struct vdisk_dev *vdev, u64 blocks,
				     const struct vdisk_blocks_cmd *bc)
{
	struct vdisk_extent extent = { cmd->lba, cmd->lba + blocks };
	struct vdisk_pieces p = {
		.vdev = vdev,
		.cmd = cmd,
		.pos = cmd->lba << vdev->block_shift,
		.len = blocks << vdev->block_shift,
		.fua = bc->has_fua && vdisk_cdb_flags(cmd) & VDISK_CDB_FUA,
	};
	int err;

	if (!blocks)
		return vdisk_finish(cmd);
	if (cmd->context != SCST_CONTEXT_THREAD)
		return SCST_EXEC_NEED_THREAD;
	if (!vdisk_range_enter(cmd, &vdev->ranges, &extent, 1, bc->how))
		return SCST_EXEC_COMPLETED;
	if (!vdisk_size_covers(cmd, vdev, p.len))
		return vdisk_finish(cmd);
	if (vdisk_pieces_begin(&p)) {
		scst_set_busy(cmd);
		return vdisk_finish(cmd);
	}
	err = bc->run(&p);
	vdisk_pieces_end(&p);
	vdisk_pieces_fail(&p, err);
	return vdisk_finish(cmd);
}
