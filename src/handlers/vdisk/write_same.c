// SPDX-License-Identifier: GPL-2.0
/*
 * WRITE SAME (SBC-4 5.57 to 5.59): one block for many places. Zeros are left to the
 * backing, which may do that without writing, and with UNMAP give back the space.
 */
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "blocks.h"

#define WRITE_SAME_ANCHOR	0x10
#define WRITE_SAME_UNMAP	0x08
#define WRITE_SAME_OBSOLETE	0x06	/* PBDATA, LBDATA */
#define WRITE_SAME_NDOB		0x01

static bool write_same_has_no_data(const struct scst_cmd *cmd)
{
	return cmd->cdb[0] != WRITE_SAME && vdisk_cdb_flags(cmd) & WRITE_SAME_NDOB;
}

/* A piece full of the block; true: it is zeros. */
static bool write_same_fill(struct vdisk_pieces *p)
{
	u32 block = 1U << p->vdev->block_shift;
	u32 at;

	memset(p->data, 0, block);
	if (!write_same_has_no_data(p->cmd))
		scst_get_param_list(p->cmd, p->data, 0, block);
	if (!memchr_inv(p->data, 0, block))
		return true;
	for (at = block; at < p->size; at += block)
		memcpy(p->data + at, p->data, block);
	return false;
}

static int write_same_run(struct vdisk_pieces *p)
{
	bool unmap = vdisk_cdb_flags(p->cmd) & WRITE_SAME_UNMAP;
	int err;

	if (!write_same_fill(p))
		err = vdisk_pieces_each(p, vdisk_piece_write);
	else if (unmap)
		err = vdisk_pieces_unmap(p);
	else
		err = vdisk_pieces_zero(p);
	return err ?: vdisk_pieces_make_stable(p);
}

static const struct vdisk_blocks_cmd write_same_cmd = {
	.run = write_same_run,
	.how = VDISK_RANGE_WRITES,
};

static bool write_same_check(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	unsigned int at = vdisk_cdb_flags_at(cmd);
	u8 flags = vdisk_cdb_flags(cmd);

	/* More than the one block is no data for this command. */
	if (cmd->data_len && cmd->expected_len != cmd->data_len) {
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_invalid_field_in_iu));
		return false;
	}
	if (flags & WRITE_SAME_ANCHOR) {
		scst_set_invalid_field(cmd, at, 4);
		return false;
	}
	/* Without LBPRZ the zeros would have to be written all the same. */
	if (flags & WRITE_SAME_UNMAP && !vdev->space.unmap_zeroes) {
		scst_set_invalid_field(cmd, at, 3);
		return false;
	}
	if (flags & WRITE_SAME_OBSOLETE) {
		scst_set_invalid_field(cmd, at, flags & 0x04 ? 2 : 1);
		return false;
	}
	if (cmd->cdb[0] == WRITE_SAME && flags & WRITE_SAME_NDOB) {
		scst_set_invalid_field(cmd, at, 0);
		return false;
	}
	return true;
}

enum scst_exec_res vdisk_write_same(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u64 blocks = vdisk_cdb_blocks(cmd);

	if (!write_same_check(cmd, vdev))
		return vdisk_finish(cmd);
	if (!blocks)		/* to the end: WSNZ is 0 */
		blocks = vdisk_nblocks(vdev) - min(cmd->lba, vdisk_nblocks(vdev));
	if (blocks > vdev->limits.max_write_same) {
		scst_set_invalid_field(cmd, vdisk_cdb_blocks_at(cmd), -1);
		return vdisk_finish(cmd);
	}
	return vdisk_blocks_exec(cmd, vdev, blocks, &write_same_cmd);
}
