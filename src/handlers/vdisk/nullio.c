// SPDX-License-Identifier: GPL-2.0
/*
 * NULLIO: no backing at all, to measure everything else.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>

#include "blocks.h"

/* A path gives the device its size, and nothing else. */
static int nullio_size_of(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx)
{
	struct file *file = filp_open(vdev->path, O_RDONLY | O_LARGEFILE, 0);

	if (IS_ERR(file))
		return vdisk_refuse_open(ctx, vdev, PTR_ERR(file));
	vdev->size = i_size_read(file->f_mapping->host);
	filp_close(file, NULL);
	return 0;
}

static int nullio_open(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx)
{
	vdev->phys_block = VDISK_MIN_BLOCK;
	vdev->atomic_unit = VDISK_ATOMIC_VOLATILE;
	vdev->granularity = PAGE_SIZE;
	vdev->rotation_rate = VDISK_RATE_NON_ROTATING;
	vdev->size = VDISK_NULL_SIZE;
	if (vdev->path && *vdev->path == '/')
		return nullio_size_of(vdev, ctx);
	return 0;
}

static void nullio_close(struct vdisk_dev *vdev)
{
}

/*
 * A buffer of the core's may hold another initiator's data, which must not leave
 * with ours. A lent one has what its owner left there.
 */
static enum scst_exec_res nullio_rw(struct scst_cmd *cmd, struct vdisk_dev *vdev,
				    u32 len, bool write, bool fua)
{
	if (!write) {
		if (!test_bit(SCST_CMD_F_SG_LENT, &cmd->flags))
			sg_zero_buffer(cmd->sg, cmd->sg_cnt, len, 0);
		scst_set_resp_data_len(cmd, len);
	}
	return vdisk_finish(cmd);
}

static enum scst_exec_res nullio_sync(struct scst_cmd *cmd,
				      struct vdisk_dev *vdev, u64 lba, u64 blocks)
{
	return vdisk_finish(cmd);
}

/* Zeros, for commands that look at what they read. */
static int nullio_io(struct vdisk_dev *vdev, struct page *page, loff_t pos,
		     u32 len, bool write, bool fua)
{
	if (!write)
		memset(page_address(page), 0, len);
	return 0;
}

/* Whatever an initiator's buffer has is "read", so no block is sure to be zeros. */
static void nullio_probe(struct vdisk_dev *vdev)
{
}

static int nullio_nothing(struct vdisk_dev *vdev, u64 pos, u64 len)
{
	return 0;
}

const struct vdisk_space_ops vdisk_null_space = {
	.probe	= nullio_probe,
	.zero	= nullio_nothing,
	.unmap	= nullio_nothing,
	.reserve = nullio_nothing,
	.flush	= nullio_nothing,
	.settle	= nullio_nothing,
	.fetch	= nullio_nothing,
};

const struct vdisk_mode vdisk_nullio = {
	.vendor	= "SCST_FIO",
	.type	= &vdisk_type,
	.open	= nullio_open,
	.close	= nullio_close,
	.rw	= nullio_rw,
	.io	= nullio_io,
	.sync	= nullio_sync,
	.space	= &vdisk_null_space,
};
