// SPDX-License-Identifier: GPL-2.0
/*
 * VERIFY and WRITE AND VERIFY (SBC-4 5.36 to 5.39, 5.53 to 5.56): blocks are read
 * from the medium, not from a cache, and perhaps compared.
 */
#include <scsi/scsi_proto.h>

#include "blocks.h"

enum verify_bytchk {
	VERIFY_MEDIUM = 0,	/* can it be read? */
	VERIFY_ALL = 1,		/* is it as in the buffer? */
	VERIFY_ONE = 3,		/* is each block as the one in the buffer? */
};

/* INFORMATION is the LBA of the block that differs, SBC-4 4.18.1. */
static int verify_miscompare(struct vdisk_pieces *p, u32 where)
{
	scst_set_cmd_error_info(p->cmd,
				SCST_LOAD_SENSE(scst_sense_miscompare),
				(p->pos + p->off + where) >>
				p->vdev->block_shift);
	return 1;
}

static int piece_compare(struct vdisk_pieces *p, u32 n)
{
	int err = vdisk_piece_read(p, n);
	u32 where;

	if (err)
		return err;
	scst_get_param_list(p->cmd, p->other, p->off, n);
	if (vdisk_piece_differs(p, n, &where))
		return verify_miscompare(p, where);
	return 0;
}

static int piece_compare_one(struct vdisk_pieces *p, u32 n)
{
	u32 block = 1U << p->vdev->block_shift;
	int err = vdisk_piece_read(p, n);
	u32 at, where;

	if (err)
		return err;
	for (at = 0; at < n; at += block)
		scst_get_param_list(p->cmd, p->other + at, 0, block);
	if (vdisk_piece_differs(p, n, &where))
		return verify_miscompare(p, where);
	return 0;
}

/* What is newer than the medium goes there first. */
static int verify_run(struct vdisk_pieces *p)
{
	int err;

	p->writing = true;
	err = p->vdev->mode->space->settle(p->vdev, p->pos, p->len);
	if (err)
		return err;
	switch (vdisk_cdb_bytchk(p->cmd)) {
	case VERIFY_ALL:
		return vdisk_pieces_each(p, piece_compare);
	case VERIFY_ONE:
		return vdisk_pieces_each(p, piece_compare_one);
	default:
		return vdisk_pieces_each(p, vdisk_piece_read);
	}
}

static int write_and_verify_run(struct vdisk_pieces *p)
{
	int err = vdisk_pieces_each(p, vdisk_piece_write_buffer);

	return err ?: verify_run(p);
}

static const struct vdisk_blocks_cmd verify_cmd = { .run = verify_run };
static const struct vdisk_blocks_cmd write_and_verify_cmd = {
	.run = write_and_verify_run,
	.how = VDISK_RANGE_WRITES,
};

static bool verify_check(struct scst_cmd *cmd, struct vdisk_dev *vdev,
			 u32 blocks, u8 allowed)
{
	if (!(allowed & BIT(vdisk_cdb_bytchk(cmd)))) {
		scst_set_invalid_field(cmd, vdisk_cdb_flags_at(cmd), 2);
		return false;
	}
	if (blocks > vdev->limits.max_xfer) {
		scst_set_invalid_field(cmd, vdisk_cdb_blocks_at(cmd), -1);
		return false;
	}
	return true;
}

enum scst_exec_res vdisk_verify(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u32 blocks = vdisk_cdb_blocks(cmd);

	if (!verify_check(cmd, vdev, blocks, BIT(VERIFY_MEDIUM) |
					     BIT(VERIFY_ALL) | BIT(VERIFY_ONE)))
		return vdisk_finish(cmd);
	return vdisk_blocks_exec(cmd, vdev, blocks, &verify_cmd);
}

enum scst_exec_res vdisk_write_and_verify(struct scst_cmd *cmd,
					  struct vdisk_dev *vdev)
{
	u32 blocks = cmd->bufflen >> vdev->block_shift;

	if (!verify_check(cmd, vdev, blocks, BIT(VERIFY_MEDIUM) |
					     BIT(VERIFY_ALL)))
		return vdisk_finish(cmd);
	return vdisk_blocks_exec(cmd, vdev, blocks, &write_and_verify_cmd);
}
