// SPDX-License-Identifier: GPL-2.0
/*
 * The "open" command: from words to a device, all or nothing.
 */
#include <linux/blkdev.h>
#include <linux/ctype.h>
#include <linux/log2.h>
#include <linux/mutex.h>
#include <linux/namei.h>
#include <linux/slab.h>

#include "kapi_block.h"
#include "blocks.h"
#include "rod_token.h"

/* One table to parse and to print; its order is the order of the tags. */
static const struct vdisk_flag {
	const char *word;
	unsigned int bit;
	const char *tag;	/* NULL: another word for a flag above */
} vdisk_flag_table[] = {
	{ "WRITE_THROUGH",	VDISK_F_WRITE_THROUGH,	"WT" },
	{ "NV_CACHE",		VDISK_F_NV_CACHE,	"NV" },
	{ "READ_ONLY",		VDISK_F_READ_ONLY,	"RO" },
	{ "O_DIRECT",		VDISK_F_O_DIRECT,	"DR" },
	{ "NULLIO",		VDISK_F_NULLIO,		"NIO" },
	{ "BLOCKIO",		VDISK_F_BLOCKIO,	"BIO" },
	{ "BIO",		VDISK_F_BLOCKIO,	NULL },
	{ "REMOVABLE",		VDISK_F_REMOVABLE,	"RM" },
	{ "THIN",		VDISK_F_THIN,		"TP" },
};

/* What the words of a command ask for. */
struct vdisk_spec {
	const char *name;
	const char *path;	/* NULL: none */
	unsigned int block_size;	/* 0: the default */
	unsigned int flags;
};

/* The tags of all flags that are set, each with a blank behind it. */
void vdisk_flags_text(unsigned int flags, char *buf, size_t size)
{
	size_t len = 0;
	int i;

	*buf = 0;
	for (i = 0; i < ARRAY_SIZE(vdisk_flag_table); i++) {
		const struct vdisk_flag *f = &vdisk_flag_table[i];

		if (f->tag && (flags & f->bit))
			len += scnprintf(buf + len, size - len, "%s ", f->tag);
	}
}

static const struct vdisk_flag *flag_find(const char *word)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(vdisk_flag_table); i++)
		if (!strcmp(vdisk_flag_table[i].word, word))
			return &vdisk_flag_table[i];
	return NULL;
}

int vdisk_check_name(struct scst_proc_ctx *ctx, const char *name)
{
	const char *p;

	if (strlen(name) > SCST_MAX_DEV_NAME)
		return scst_proc_refuse(ctx, -EINVAL, name,
					"a name has at most %d characters",
					SCST_MAX_DEV_NAME);
	for (p = name; *p; p++)
		if (!isascii(*p) || (!isalnum(*p) && !strchr("_-.:", *p)))
			return scst_proc_refuse(ctx, -EINVAL, name,
				"a name has letters, digits and _ - . : only");
	return 0;
}

static int spec_set_block_size(struct scst_proc_ctx *ctx,
			       struct vdisk_spec *spec, const char *word)
{
	u64 val;

	if (scst_proc_parse_u64(word, VDISK_MAX_BLOCK, &val) ||
	    val < VDISK_MIN_BLOCK || !is_power_of_2(val))
		return scst_proc_refuse(ctx, -EINVAL, word,
			"the block size must be a power of two from %d to %d",
			VDISK_MIN_BLOCK, VDISK_MAX_BLOCK);
	spec->block_size = val;
	return 0;
}

static int spec_add_flag(struct scst_proc_ctx *ctx, struct vdisk_spec *spec,
			 const char *word)
{
	const struct vdisk_flag *f = flag_find(word);

	if (!f)
		return scst_proc_refuse(ctx, -EINVAL, word,
			"unknown flag: the file help lists them, in capital letters");
	spec->flags |= f->bit;
	return 0;
}

/* Flags that exclude each other, and a path that doesn't fit them. */
static int spec_check(struct scst_proc_ctx *ctx, const struct vdisk_spec *spec)
{
	bool null = spec->flags & VDISK_F_NULLIO;

	if (null && (spec->flags & VDISK_F_BLOCKIO))
		return scst_proc_refuse(ctx, -EINVAL, "BLOCKIO",
			"NULLIO and BLOCKIO exclude each other");
	if (!spec->path && !null)
		return scst_proc_refuse(ctx, -EINVAL, spec->name,
			"a path is missing: only NULLIO needs none");
	if (spec->path && *spec->path != '/' && !null)
		return scst_proc_refuse(ctx, -EINVAL, spec->path,
			"the path must be absolute, with / at its start");
	return 0;
}

/* NAME [PATH] [BLOCK_SIZE] [FLAG ...]: a missing path is seen by what stands there. */
static int spec_parse(struct scst_proc_ctx *ctx, struct vdisk_spec *spec,
		      int argc, char **argv)
{
	int i = 1;
	int err = vdisk_check_name(ctx, argv[0]);

	spec->name = argv[0];
	if (!err && i < argc && !isdigit(*argv[i]) && !flag_find(argv[i]))
		spec->path = argv[i++];
	if (!err && i < argc && isdigit(*argv[i]))
		err = spec_set_block_size(ctx, spec, argv[i++]);
	for (; !err && i < argc; i++)
		err = spec_add_flag(ctx, spec, argv[i]);
	return err ?: spec_check(ctx, spec);
}

static const struct vdisk_mode *spec_mode(const struct vdisk_spec *spec)
{
	if (spec->flags & VDISK_F_NULLIO)
		return &vdisk_nullio;
	if (spec->flags & VDISK_F_BLOCKIO)
		return &vdisk_blockio;
	if (spec->flags & VDISK_F_O_DIRECT)
		return &vdisk_direct;
	return &vdisk_fileio;
}

/* The reason why a path can't be opened, in words that lead on. */
int vdisk_refuse_open(struct scst_proc_ctx *ctx, const struct vdisk_dev *vdev,
		      int err)
{
	bool ro = vdev->flags & VDISK_F_READ_ONLY;

	switch (err) {
	case -EBUSY:
		return scst_proc_refuse(ctx, err, vdev->path,
			"in use: mounted, or held by another device or program; end that first");
	case -EROFS:
	case -EACCES:
	case -EPERM:
	case -ETXTBSY:
		if (!ro)
			return scst_proc_refuse(ctx, err, vdev->path,
				"can't be opened for writing (error %d): export it READ_ONLY, or make it writable",
				err);
		break;
	case -ENOENT:
	case -ENXIO:
	case -ENODEV:
		return scst_proc_refuse(ctx, err, vdev->path, "doesn't exist");
	case -ENOTBLK:
		return scst_proc_refuse(ctx, -EINVAL, vdev->path,
			"not a block device: leave BLOCKIO out to export a file");
	}
	return scst_proc_refuse(ctx, err, vdev->path,
				"can't be opened (error %d)", err);
}

/* A block device is below, or below the file system: what it is like. */
void vdisk_use_bdev(struct vdisk_dev *vdev, struct block_device *bdev)
{
	vdev->phys_block = bdev_physical_block_size(bdev);
	vdev->granularity = max_t(u32, vdev->phys_block, bdev_io_min(bdev));
	vdev->atomic_unit = bdev_logical_block_size(bdev);
	vdev->rotation_rate = scst_bdev_rotational(bdev) ?
		VDISK_RATE_UNKNOWN : VDISK_RATE_NON_ROTATING;
}

static struct vdisk_dev *vdev_alloc(const struct vdisk_spec *spec)
{
	struct vdisk_dev *vdev = kzalloc(sizeof(*vdev), GFP_KERNEL);

	if (!vdev)
		return NULL;
	vdisk_long_setup(vdev);
	vdisk_tokens_init(&vdev->tokens);
	if (vdisk_ranges_init(&vdev->ranges))
		goto out_free;
	if (spec->path) {
		vdev->path = kstrdup(spec->path, GFP_KERNEL);
		if (!vdev->path)
			goto out_ranges;
	}
	strscpy(vdev->name, spec->name, sizeof(vdev->name));
	spin_lock_init(&vdev->size_lock);
	vdev->mode = spec_mode(spec);
	vdev->flags = spec->flags;
	vdev->naa = vdisk_make_naa(vdev->name);
	if (spec->block_size)
		vdev->block_shift = ilog2(spec->block_size);
	return vdev;

out_ranges:
	vdisk_ranges_destroy(&vdev->ranges);
out_free:
	kfree(vdev);
	return NULL;
}

void vdisk_free(struct vdisk_dev *vdev)
{
	vdisk_ranges_destroy(&vdev->ranges);
	kfree(vdev->path);
	kfree(vdev);
}

/* The refused word may be the device's copy: the command's own outlives it. */
static void vdev_free_refused(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx,
			      const struct vdisk_spec *spec)
{
	if (ctx->word == vdev->path)
		ctx->word = spec->path;
	else if (ctx->word == vdev->name)
		ctx->word = spec->name;
	vdisk_free(vdev);
}

/* Only whole blocks exist. */
static int vdev_set_size(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx)
{
	if (!vdev->block_shift)
		vdev->block_shift = ilog2(VDISK_MIN_BLOCK);
	vdev->size = round_down(vdev->size, 1ULL << vdev->block_shift);
	if (!vdev->size)
		return scst_proc_refuse(ctx, -EINVAL, vdev->path,
			"smaller than one block of %u bytes: give it its size first (truncate -s)",
			1U << vdev->block_shift);
	vdev->mode->space->probe(vdev);
	if (vdev->flags & VDISK_F_THIN && !vdev->space.can_unmap)
		return scst_proc_refuse(ctx, -EINVAL, "THIN",
			"its backing can't give back space, or is read-only: leave THIN out");
	vdisk_threshold_probe(vdev);
	vdisk_limits_init(vdev);
	return 0;
}

static void vdev_announce(const struct vdisk_dev *vdev)
{
	char options[32];

	vdisk_flags_text(vdev->flags, options, sizeof(options));
	scst_info("vdisk %s: opened %s, %llu MiB, %llu blocks of %u bytes, options: %s\n",
		  vdev->name, vdev->path ?: "nothing", vdev->size >> 20,
		  vdisk_nblocks(vdev), 1U << vdev->block_shift,
		  *options ? options : "none");
	if (vdev->flags & VDISK_F_NV_CACHE)
		scst_warn("vdisk %s: NV_CACHE: SYNCHRONIZE CACHE and FUA are ignored, a power failure or crash loses acknowledged writes unless the cache really survives it\n",
			  vdev->name);
}

/* Before anything is touched; vdisk_register() has the last word. */
static int name_check_free(struct scst_proc_ctx *ctx, const char *name)
{
	bool taken;

	mutex_lock(&vdisk_devs_mutex);
	taken = __vdisk_find(name);
	mutex_unlock(&vdisk_devs_mutex);
	if (taken)
		return scst_proc_refuse(ctx, -EINVAL, name,
			"already open: close it first, or choose another name");
	return 0;
}

int vdisk_open(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	struct vdisk_spec spec = {};
	struct vdisk_dev *vdev;
	int err;

	err = spec_parse(ctx, &spec, argc, argv);
	if (!err)
		err = name_check_free(ctx, spec.name);
	if (err)
		return err;
	vdev = vdev_alloc(&spec);
	if (!vdev)
		return scst_proc_refuse(ctx, -ENOMEM, NULL, "out of memory");

	err = vdev->mode->open(vdev, ctx);
	if (err)
		goto out_free;
	err = vdev_set_size(vdev, ctx);
	if (err)
		goto out_close;
	/* Once registered, another command may close it. */
	vdev_announce(vdev);
	err = vdisk_register(vdev, ctx);
	if (err)
		goto out_close;
	return 0;

out_close:
	vdev->mode->close(vdev);
out_free:
	vdev_free_refused(vdev, ctx, &spec);
	return err;
}
