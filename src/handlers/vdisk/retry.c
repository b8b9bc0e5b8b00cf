// SPDX-License-Identifier: GPL-2.0
/*
 * A second try for commands whose backing has failed: piece by piece, and block by
 * block where a piece fails. What can be moved is moved; otherwise the first block
 * that can't be goes into the INFORMATION field (SBC-4 4.18.1), which a transfer in
 * one piece does not tell.
 */
#include <linux/gfp.h>
#include <linux/scatterlist.h>

#include "fileio.h"

#define RETRY_ORDER	4	/* of the first pieces: 64 KiB */

/* Errors that don't depend on the place: trying again, or elsewhere, is no use. */
static bool retry_is_useless(int err)
{
	switch (err) {
	case -ENOMEM:
	case -EAGAIN:
	case -EINTR:
	case -ENODEV:
	case -ENXIO:
	case -ESTALE:
	case -EROFS:
	case -EPERM:
	case -EACCES:
		return true;
	}
	return false;
}

/**
 * struct retry - the second try
 * @cmd: the command
 * @vdev: its device
 * @page: for one piece of the data, 2^@order pages
 * @order: see @page
 * @write: the direction
 * @len: bytes of the command's buffer that count
 * @done: so many have been moved
 */
struct retry {
	struct scst_cmd *cmd;
	struct vdisk_dev *vdev;
	struct page *page;
	unsigned int order;
	bool write;
	u32 len;
	u32 done;
};

static bool retry_alloc(struct retry *r)
{
	gfp_t gfp = GFP_NOIO | __GFP_NOWARN;

	r->order = RETRY_ORDER;
	r->page = alloc_pages(gfp | __GFP_NORETRY, r->order);
	if (r->page)
		return true;
	r->order = 0;
	r->page = alloc_page(gfp);
	return r->page;
}

/* The next @n bytes; an initiator's last block may be shorter than the device's. */
static int retry_piece(struct retry *r, u32 n)
{
	struct vdisk_dev *vdev = r->vdev;
	struct scst_cmd *cmd = r->cmd;
	void *data = page_address(r->page);
	loff_t pos = (cmd->lba << vdev->block_shift) + r->done;
	u32 whole = round_up(n, 1U << vdev->block_shift);
	int err;

	if (r->write)
		sg_pcopy_to_buffer(cmd->sg, cmd->sg_cnt, data, n, r->done);
	err = vdev->mode->io(vdev, r->page, pos, whole, r->write, true);
	if (!err && !r->write)
		sg_pcopy_from_buffer(cmd->sg, cmd->sg_cnt, data, n, r->done);
	return err;
}

static int retry_all(struct retry *r)
{
	u32 block = 1U << r->vdev->block_shift;
	u32 size = PAGE_SIZE << r->order;
	int err;

	while (r->done < r->len) {
		u32 n = min(size, r->len - r->done);

		if (scst_cmd_aborted(r->cmd))
			return -EINTR;
		err = retry_piece(r, n);
		if (!err)
			r->done += n;
		else if (n > block && !retry_is_useless(err))
			size = block;
		else
			return err;
	}
	return 0;
}

/**
 * vdisk_retry() - try again what has failed, and set the command's status
 * @cmd: a command that moves blocks from cmd->lba on, and nothing else
 * @vdev: its device
 * @err: how it failed
 *
 * Context: process context, may sleep; a file system may be entered.
 */
void vdisk_retry(struct scst_cmd *cmd, struct vdisk_dev *vdev, int err)
{
	struct retry r = {
		.cmd = cmd,
		.vdev = vdev,
		.write = cmd->data_direction == SCST_DATA_WRITE,
		.len = cmd->bufflen,
	};
	struct vdisk_fs_task task;

	if (r.write)
		r.len = round_down(r.len, 1U << vdev->block_shift);
	if (!retry_is_useless(err) && vdisk_size_covers(cmd, vdev, r.len) &&
	    retry_alloc(&r)) {
		atomic64_inc(&vdev->retries[r.write].tried);
		vdisk_fs_enter(&task);
		err = retry_all(&r);
		vdisk_fs_leave(&task);
		__free_pages(r.page, r.order);
	}
	if (test_bit(SCST_CMD_F_ENDED, &cmd->flags))
		return;
	if (r.write)
		vdisk_lost_told(cmd, vdev);
	if (!err) {
		atomic64_inc(&vdev->retries[r.write].succeeded);
		scst_warn_rl("vdisk %s: command %02x at LBA %llu failed first, and went well in pieces\n",
			     vdev->name, cmd->cdb[0], cmd->lba);
		if (!r.write)
			scst_set_resp_data_len(cmd, r.len);
	} else if (vdisk_size_covers(cmd, vdev, r.len)) {
		scst_sense_for_errno_at(cmd, err, r.write,
					cmd->lba + (r.done >> vdev->block_shift));
	}
}

/**
 * vdisk_ask_retry() - a read or write has failed, where nothing can be tried
 * @cmd: the command; end it in SCST_CONTEXT_THREAD then
 * @err: how
 *
 * Context: any.
 */
void vdisk_ask_retry(struct scst_cmd *cmd, int err)
{
	scst_trace(SCST_TRACE_MINOR, "vdisk %s: operation code %02x at LBA %llu: error %d, one more try\n",
		   cmd->dev->name, cmd->cdb[0], cmd->lba, err);
	cmd->dh_priv = ERR_PTR(err);
}

/* Every command on its way back. */
void vdisk_dev_done(struct scst_cmd *cmd)
{
	struct vdisk_dev *vdev = cmd->dev->dh_priv;

	if (IS_ERR(cmd->dh_priv)) {
		vdisk_retry(cmd, vdev, PTR_ERR(cmd->dh_priv));
		cmd->dh_priv = NULL;
	}
	vdisk_range_leave(cmd, &vdev->ranges);
}
