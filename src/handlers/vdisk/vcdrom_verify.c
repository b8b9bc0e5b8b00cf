// SPDX-License-Identifier: GPL-2.0
/*
 * VERIFY(10) (MMC-6 6.46): can these blocks be read?
 */
#include <linux/gfp.h>

#include "fileio.h"
#include "vcdrom.h"

#define VERIFY_ORDER	4	/* pages of a piece: 64 KiB */

/**
 * struct vcdrom_verify - the blocks on their way
 * @cmd: the command
 * @disc: the disc
 * @page: memory for a piece
 * @size: of a piece, bytes
 * @end: byte after the last one
 * @pos: next byte to read
 */
struct vcdrom_verify {
	struct scst_cmd *cmd;
	struct vcdrom_disc *disc;
	struct page *page;
	u32 size;
	loff_t end;
	loff_t pos;
};

/* What can't be read in a large piece is read by block, to find the bad one. */
static int verify_all(struct vcdrom_verify *v)
{
	while (v->pos < v->end) {
		u32 n = min_t(u64, v->size, v->end - v->pos);
		int err;

		if (scst_cmd_aborted(v->cmd))
			return -EINTR;
		err = vdisk_fileio_io(&v->disc->vdev, v->page, v->pos, n, false,
				      false);
		if (!err)
			v->pos += n;
		else if (n > VCDROM_BLOCK)
			v->size = VCDROM_BLOCK;
		else
			return err;
	}
	return 0;
}

/**
 * vcdrom_verify() - read blocks, and set the status
 * @cmd: the command, in a thread
 * @disc: the disc; it has the blocks
 * @blocks: how many, from cmd->lba on
 */
void vcdrom_verify(struct scst_cmd *cmd, struct vcdrom_disc *disc, u32 blocks)
{
	struct vcdrom_verify v = {
		.cmd = cmd,
		.disc = disc,
		.size = PAGE_SIZE << VERIFY_ORDER,
		.pos = cmd->lba << VCDROM_BLOCK_SHIFT,
		.end = (cmd->lba + blocks) << VCDROM_BLOCK_SHIFT,
	};
	struct vdisk_fs_task task;
	int err;

	v.page = alloc_pages(GFP_NOIO | __GFP_NOWARN, VERIFY_ORDER);
	if (!v.page) {
		scst_set_busy(cmd);
		return;
	}
	vdisk_fs_enter(&task);
	err = verify_all(&v);
	vdisk_fs_leave(&task);
	__free_pages(v.page, VERIFY_ORDER);
	if (err)
		scst_sense_for_errno_at(cmd, err, false,
					v.pos >> VCDROM_BLOCK_SHIFT);
}
