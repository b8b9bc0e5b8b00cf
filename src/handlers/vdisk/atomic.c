// SPDX-License-Identifier: GPL-2.0
/*
 * Commands that have their blocks for themselves: COMPARE AND WRITE (SBC-4 5.3),
 * ORWRITE (5.14), WRITE ATOMIC (5.47).
 */
#include <linux/bitops.h>
#include <scsi/scsi_proto.h>

#include "blocks.h"

/* ---- COMPARE AND WRITE: the buffer has what to compare with, then what to write ---- */

/* INFORMATION is the offset in the buffer of the first byte that differs. */
static int piece_compare(struct vdisk_pieces *p, u32 n)
{
	int err = vdisk_piece_read(p, n);
	u32 where;

	if (err)
		return err;
	scst_get_param_list(p->cmd, p->other, p->off, n);
	if (!vdisk_piece_differs(p, n, &where))
		return 0;
	scst_set_cmd_error_info(p->cmd,
				SCST_LOAD_SENSE(scst_sense_miscompare),
				p->off + where);
	return 1;
}

static int piece_write_second_half(struct vdisk_pieces *p, u32 n)
{
	scst_get_param_list(p->cmd, p->data, p->len + p->off, n);
	return vdisk_piece_write(p, n);
}

static int compare_and_write_run(struct vdisk_pieces *p)
{
	int err = vdisk_pieces_each(p, piece_compare);

	if (!err)
		err = vdisk_pieces_each(p, piece_write_second_half);
	return err ?: vdisk_pieces_make_stable(p);
}

static const struct vdisk_blocks_cmd compare_and_write_cmd = {
	.run = compare_and_write_run,
	.how = VDISK_RANGE_EXCL | VDISK_RANGE_WRITES,
	.has_fua = true,
};

enum scst_exec_res vdisk_compare_and_write(struct scst_cmd *cmd,
					   struct vdisk_dev *vdev)
{
	u8 blocks = cmd->cdb[13];

	/* Data for no blocks: a count of 256 or more, cut to its byte. */
	if (blocks > vdev->limits.max_compare_write ||
	    (!blocks && cmd->expected_len)) {
		scst_set_invalid_field(cmd, 13, -1);
		return vdisk_finish(cmd);
	}
	return vdisk_blocks_exec(cmd, vdev, blocks, &compare_and_write_cmd);
}

/* ---- ORWRITE ---- */

static int piece_or(struct vdisk_pieces *p, u32 n)
{
	unsigned long *to = (unsigned long *)p->data;
	const unsigned long *from = (const unsigned long *)p->other;
	int err = vdisk_piece_read(p, n);
	u32 i;

	if (err)
		return err;
	scst_get_param_list(p->cmd, p->other, p->off, n);
	for (i = 0; i < n / sizeof(*to); i++)
		to[i] |= from[i];
	return vdisk_piece_write(p, n);
}

static int orwrite_run(struct vdisk_pieces *p)
{
	int err = vdisk_pieces_each(p, piece_or);

	return err ?: vdisk_pieces_make_stable(p);
}

static const struct vdisk_blocks_cmd orwrite_cmd = {
	.run = orwrite_run,
	.how = VDISK_RANGE_EXCL | VDISK_RANGE_WRITES,
	.has_fua = true,
};

enum scst_exec_res vdisk_orwrite(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	return vdisk_blocks_exec(cmd, vdev, cmd->bufflen >> vdev->block_shift,
				 &orwrite_cmd);
}

/* ---- WRITE ATOMIC ---- */

/*
 * More than a block is written only to memory, where want of space is all that can
 * stop it half-way.
 */
static int write_atomic_run(struct vdisk_pieces *p)
{
	int err = 0;

	p->whole = true;
	if (p->len > 1U << p->vdev->block_shift) {
		p->writing = true;
		err = p->vdev->mode->space->reserve(p->vdev, p->pos, p->len);
	}
	if (!err)
		err = vdisk_pieces_each(p, vdisk_piece_write_buffer);
	return err ?: vdisk_pieces_make_stable(p);
}

static const struct vdisk_blocks_cmd write_atomic_cmd = {
	.run = write_atomic_run,
	.how = VDISK_RANGE_EXCL | VDISK_RANGE_WRITES,
	.has_fua = true,
};

/*
 * All or nothing, after a loss of power too. A backing promises that of one of its
 * own blocks, so that is what limits.max_atomic says, unless nothing survives: see
 * vdisk_limits_init().
 */
enum scst_exec_res vdisk_write_atomic(struct scst_cmd *cmd,
				      struct vdisk_dev *vdev)
{
	u32 blocks = cmd->data_len >> vdev->block_shift;

	if (get_unaligned_be16(&cmd->cdb[10])) {	/* ATOMIC BOUNDARY */
		scst_set_invalid_field(cmd, 10, -1);
		return vdisk_finish(cmd);
	}
	if (blocks > vdev->limits.max_atomic) {
		scst_set_invalid_field(cmd, 12, -1);
		return vdisk_finish(cmd);
	}
	return vdisk_blocks_exec(cmd, vdev, cmd->bufflen >> vdev->block_shift,
				 &write_atomic_cmd);
}
