// SPDX-License-Identifier: GPL-2.0
/*
 * Discs: a file or block device that is read by FILEIO, in blocks of 2048 bytes.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "fileio.h"
#include "vcdrom.h"

/*
 * As FILEIO, but for size(): a disc has the size that it had when it was put in. If
 * its file is cut short, it has blocks that can't be read.
 */
static const struct vdisk_mode disc_mode = {
	.vendor	= "SCST_FIO",
	.type	= &vcdrom_type,
	.open	= vdisk_fileio_open,
	.close	= vdisk_fileio_close,
	.io	= vdisk_fileio_io,
};

static struct vcdrom_disc *disc_alloc(const char *drive, const char *path)
{
	struct vcdrom_disc *disc = kzalloc(sizeof(*disc), GFP_KERNEL);
	struct vdisk_dev *vdev = &disc->vdev;

	if (!disc)
		return NULL;
	vdev->path = kstrdup(path, GFP_KERNEL);
	if (!vdev->path) {
		kfree(disc);
		return NULL;
	}
	strscpy(vdev->name, drive, sizeof(vdev->name));
	spin_lock_init(&vdev->size_lock);
	vdev->mode = &disc_mode;
	vdev->flags = VDISK_F_READ_ONLY;
	vdev->block_shift = VCDROM_BLOCK_SHIFT;
	return disc;
}

static void disc_free(struct vcdrom_disc *disc)
{
	kfree(disc->vdev.path);
	kfree(disc);
}

/* Only whole blocks exist, as many as 32 bits can address. */
static int disc_set_size(struct vcdrom_disc *disc, struct scst_proc_ctx *ctx,
			 const char *path)
{
	u64 blocks = disc->vdev.size >> VCDROM_BLOCK_SHIFT;

	if (!blocks)
		return scst_proc_refuse(ctx, -EINVAL, path,
			"smaller than one block of %u bytes", VCDROM_BLOCK);
	if (blocks > VCDROM_MAX_BLOCKS)
		return scst_proc_refuse(ctx, -EINVAL, path,
			"larger than what drives of this kind can address, 8 TiB");
	disc->vdev.size = blocks << VCDROM_BLOCK_SHIFT;
	disc->blocks = blocks;
	disc->dvd = blocks > VCDROM_MAX_CD;
	return 0;
}

/**
 * vcdrom_disc_open() - make a disc of a file or block device
 * @ctx: the /proc command
 * @drive: name of the drive that it is for
 * @path: the file; a word of the command
 *
 * Context: process context.
 * Return: the disc or ERR_PTR; the reason is given.
 */
struct vcdrom_disc *vcdrom_disc_open(struct scst_proc_ctx *ctx,
				     const char *drive, const char *path)
{
	struct vcdrom_disc *disc;
	int err;

	if (*path != '/')
		return ERR_PTR(scst_proc_refuse(ctx, -EINVAL, path,
			"the path must be absolute, with / at its start"));
	disc = disc_alloc(drive, path);
	if (!disc)
		return ERR_PTR(scst_proc_refuse(ctx, -ENOMEM, NULL,
						"out of memory"));
	err = disc->vdev.mode->open(&disc->vdev, ctx);
	if (err)
		goto out_free;
	err = disc_set_size(disc, ctx, path);
	if (err)
		goto out_close;
	return disc;

out_close:
	disc->vdev.mode->close(&disc->vdev);
out_free:
	/* The refused word may be the disc's copy: the command's own outlives it. */
	if (ctx->word == disc->vdev.path)
		ctx->word = path;
	disc_free(disc);
	return ERR_PTR(err);
}

/* Nobody reads it any more. @disc may be NULL. */
void vcdrom_disc_close(struct vcdrom_disc *disc)
{
	if (!disc)
		return;
	disc->vdev.mode->close(&disc->vdev);
	disc_free(disc);
}
