// SPDX-License-Identifier: GPL-2.0
/*
 * PRE-FETCH (SBC-4 5.10, 5.11), and READ DEFECT DATA (5.19, 5.20) of a medium that
 * has no defects to tell of.
 */
#include <linux/mm.h>
#include <scsi/scsi_proto.h>

#include "blocks.h"

#define PREFETCH_IMMED		0x02

/* ---- PRE-FETCH ---- */

/* So much may go into the cache: no more than a part of what is free. */
static u64 prefetch_room(const struct vdisk_dev *vdev)
{
	u64 room = (u64)si_mem_available() << PAGE_SHIFT >> 3;

	return min_t(u64, room, VDISK_MAX_XFER) & ~((1ULL << vdev->block_shift) - 1);
}

/*
 * CONDITION MET: all blocks are in the cache, or on their way. GOOD: some are, or
 * none, as there is no cache.
 */
static int prefetch_run(struct vdisk_pieces *p)
{
	const struct vdisk_space_ops *ops = p->vdev->mode->space;
	u64 all = p->len;
	int err;

	p->len = min(all, prefetch_room(p->vdev));
	if (!ops->fetch || !p->len)
		return 0;
	err = ops->fetch(p->vdev, p->pos, p->len);
	if (!err && !(p->cmd->cdb[1] & PREFETCH_IMMED))
		err = vdisk_pieces_each(p, vdisk_piece_read);
	if (err == -EOPNOTSUPP)
		return 0;
	if (!err && p->len == all)
		scst_set_cmd_error_status(p->cmd, SAM_STAT_CONDITION_MET);
	return err;
}

static const struct vdisk_blocks_cmd prefetch_cmd = { .run = prefetch_run };

enum scst_exec_res vdisk_prefetch(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u64 blocks = vdisk_cdb_blocks(cmd);

	if (!blocks)		/* to the end */
		blocks = vdisk_nblocks(vdev) - min(cmd->lba, vdisk_nblocks(vdev));
	return vdisk_blocks_exec(cmd, vdev, blocks, &prefetch_cmd);
}

/* ---- READ DEFECT DATA ---- */

/* The lists that were asked for, in the format that was asked for: empty. */
void vdisk_read_defects_10(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u8 buf[4] = {};

	buf[1] = cmd->cdb[2] & 0x1f;
	scst_copy_response(cmd, buf, sizeof(buf));
}

void vdisk_read_defects_12(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u8 buf[8] = {};

	buf[1] = cmd->cdb[1] & 0x1f;
	scst_copy_response(cmd, buf, sizeof(buf));
}
