// SPDX-License-Identifier: GPL-2.0
/*
 * Drives: the list, the commands of /proc/scsi_tgt/vcdrom/vcdrom and what the
 * file shows, the handler.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "vcdrom.h"

/*
 * The list of drives, and which disc is in which. Short: never held over an open,
 * a close or a wait for commands.
 */
static DEFINE_MUTEX(vcdrom_mutex);
static LIST_HEAD(vcdrom_drives);

static struct vcdrom_drive *__drive_find(const char *name)
{
	struct vcdrom_drive *drive;

	lockdep_assert_held(&vcdrom_mutex);
	list_for_each_entry(drive, &vcdrom_drives, vdev.entry)
		if (!strcmp(drive->vdev.name, name))
			return drive;
	return NULL;
}

static struct vcdrom_drive *drive_alloc(const char *name)
{
	struct vcdrom_drive *drive = kzalloc(sizeof(*drive), GFP_KERNEL);

	if (!drive)
		return NULL;
	if (init_srcu_struct(&drive->srcu)) {
		kfree(drive);
		return NULL;
	}
	strscpy(drive->vdev.name, name, sizeof(drive->vdev.name));
	drive->vdev.mode = &vcdrom_mode;
	drive->vdev.flags = VDISK_F_READ_ONLY;
	drive->vdev.block_shift = VCDROM_BLOCK_SHIFT;
	drive->vdev.naa = vdisk_make_naa(name);
	kref_init(&drive->refs);
	spin_lock_init(&drive->lock);
	INIT_LIST_HEAD(&drive->nexuses);
	return drive;
}

static void drive_free(struct kref *refs)
{
	struct vcdrom_drive *drive =
		container_of(refs, struct vcdrom_drive, refs);

	/* A command may have ended, but not yet left the code that did it. */
	synchronize_srcu(&drive->srcu);
	cleanup_srcu_struct(&drive->srcu);
	vcdrom_disc_close(drive->disc);
	kfree(drive);
}

static void drive_put(struct vcdrom_drive *drive)
{
	kref_put(&drive->refs, drive_free);
}

static int refuse_no_drive(struct scst_proc_ctx *ctx, const char *name)
{
	return scst_proc_refuse(ctx, -EINVAL, name,
		"no such drive: /proc/scsi_tgt/vcdrom/vcdrom lists them");
}

/* A drive of the list, counted; or NULL, and the reason is given. */
static struct vcdrom_drive *drive_get(struct scst_proc_ctx *ctx,
				      const char *name)
{
	struct vcdrom_drive *drive;

	mutex_lock(&vcdrom_mutex);
	drive = __drive_find(name);
	if (drive)
		kref_get(&drive->refs);
	mutex_unlock(&vcdrom_mutex);
	if (!drive)
		refuse_no_drive(ctx, name);
	return drive;
}

/* Off the list; ends its commands. */
static void drive_close(struct vcdrom_drive *drive)
{
	scst_unregister_virtual_device(drive->vdev.virt_id);
	drive_put(drive);
}

static int drive_register(struct vcdrom_drive *drive, struct scst_proc_ctx *ctx,
			  const char *name)
{
	int id = scst_register_virtual_device(&vcdrom_type, name, &drive->vdev);

	if (id == -EEXIST)
		return scst_proc_refuse(ctx, -EINVAL, name,
			"a device of this name exists: close it first, or choose another name");
	if (id < 0)
		return scst_proc_refuse(ctx, id, name,
			"the core didn't take the drive (error %d): the kernel log may say more",
			id);
	drive->vdev.virt_id = id;
	mutex_lock(&vcdrom_mutex);
	list_add_tail(&drive->vdev.entry, &vcdrom_drives);
	mutex_unlock(&vcdrom_mutex);
	return 0;
}

static void drive_announce(const char *name, const char *what,
			   const struct vcdrom_disc *disc)
{
	if (disc)
		scst_info("vcdrom %s: %s, with %s, %u blocks, a %s\n", name,
			  what, disc->vdev.path, disc->blocks,
			  disc->dvd ? "DVD-ROM" : "CD-ROM");
	else
		scst_info("vcdrom %s: %s, without a disc\n", name, what);
}

/* ---- commands ---- */

static int vcdrom_open(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	struct vcdrom_disc *disc = NULL;
	struct vcdrom_drive *drive;
	int err;

	err = vdisk_check_name(ctx, argv[0]);
	if (err)
		return err;
	if (argc > 1)
		disc = vcdrom_disc_open(ctx, argv[0], argv[1]);
	if (IS_ERR(disc))
		return PTR_ERR(disc);
	drive = drive_alloc(argv[0]);
	if (!drive) {
		vcdrom_disc_close(disc);
		return scst_proc_refuse(ctx, -ENOMEM, NULL, "out of memory");
	}
	vcdrom_put_first(drive, disc);
	/* Once registered, another command may close it. */
	drive_announce(argv[0], "opened", disc);
	err = drive_register(drive, ctx, argv[0]);
	if (err)
		drive_put(drive);
	return err;
}

static int vcdrom_close(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	struct vcdrom_drive *drive;

	mutex_lock(&vcdrom_mutex);
	drive = __drive_find(argv[0]);
	if (drive)
		list_del(&drive->vdev.entry);
	mutex_unlock(&vcdrom_mutex);
	if (!drive)
		return refuse_no_drive(ctx, argv[0]);
	drive_close(drive);
	scst_info("vcdrom %s: closed\n", argv[0]);
	return 0;
}

/* The new disc is open before the old one is touched: all or nothing. */
static int drive_change(struct vcdrom_drive *drive, struct scst_proc_ctx *ctx,
			int argc, char **argv)
{
	struct vcdrom_disc *disc = NULL, *old;
	int err;

	if (argc > 1)
		disc = vcdrom_disc_open(ctx, argv[0], argv[1]);
	if (IS_ERR(disc))
		return PTR_ERR(disc);
	mutex_lock(&vcdrom_mutex);
	err = vcdrom_exchange(drive, disc, &old);
	if (!err)
		drive_announce(argv[0], "changed", disc);
	mutex_unlock(&vcdrom_mutex);
	if (err) {
		vcdrom_disc_close(disc);
		return scst_proc_refuse(ctx, err, argv[0],
			"an initiator has locked the drive (mounted?): it has been asked to let the disc go, try again");
	}
	synchronize_srcu(&drive->srcu);
	vcdrom_disc_close(old);
	return 0;
}

static int vcdrom_change(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	struct vcdrom_drive *drive = drive_get(ctx, argv[0]);
	int err;

	if (!drive)
		return -EINVAL;
	err = drive_change(drive, ctx, argc, argv);
	drive_put(drive);
	return err;
}

static int vcdrom_cmd_open(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return vdisk_pass_gate(ctx, argc, argv, vcdrom_open);
}

static int vcdrom_cmd_close(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return vdisk_pass_gate(ctx, argc, argv, vcdrom_close);
}

static int vcdrom_cmd_change(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return vdisk_pass_gate(ctx, argc, argv, vcdrom_change);
}

static const struct scst_proc_cmd vcdrom_cmds[] = {
	{ "open", "NAME [PATH]",
	  "makes drive NAME, with the image or block device PATH as its disc",
	  1, 2, vcdrom_cmd_open },
	{ "close", "NAME",
	  "removes drive NAME from all groups and closes it",
	  1, 1, vcdrom_cmd_close },
	{ "change", "NAME [PATH]",
	  "takes the disc out of drive NAME, and puts in PATH if given",
	  1, 2, vcdrom_cmd_change },
};

static int vcdrom_show(struct seq_file *m, void *obj)
{
	struct vcdrom_drive *drive;

	seq_printf(m, "%-17s %-9s %s\n", "Name", "Size(MB)", "File name");
	mutex_lock(&vcdrom_mutex);
	list_for_each_entry(drive, &vcdrom_drives, vdev.entry) {
		const struct vcdrom_disc *disc = drive->disc;
		bool open = READ_ONCE(drive->tray_open);

		seq_printf(m, "%-17s %-9u %s\n", drive->vdev.name,
			   disc && !open ?
			   (unsigned int)(disc->vdev.size >> 20) : 0,
			   disc ? disc->vdev.path : "");
	}
	mutex_unlock(&vcdrom_mutex);
	return 0;
}

static const struct scst_proc_desc vcdrom_proc = {
	.cmds	= vcdrom_cmds,
	.n_cmds	= ARRAY_SIZE(vcdrom_cmds),
	.show	= vcdrom_show,
	.notes	=
"PATH is absolute. Images that fit a CD of 90 minutes are CD-ROMs, larger ones\n"
"DVD-ROMs.\n"
"A drive that an initiator has locked refuses change; the initiator is told that\n"
"somebody wants the disc.\n",
};

/* ---- the handler ---- */

static int vcdrom_attach(struct scst_device *dev)
{
	struct vcdrom_drive *drive = vcdrom_of(dev);

	dev->block_shift = VCDROM_BLOCK_SHIFT;
	/*
	 * What commands can address. The end of the disc is looked at when they are
	 * carried out: a changed disc has to be reported first.
	 */
	dev->nblocks = 1ULL << 32;
	vdisk_unit_init(dev, &drive->vdev);
	spin_lock_irq(&drive->lock);
	drive->dev = dev;
	spin_unlock_irq(&drive->lock);
	return 0;
}

static void vcdrom_detach(struct scst_device *dev)
{
	struct vcdrom_drive *drive = vcdrom_of(dev);

	spin_lock_irq(&drive->lock);
	drive->dev = NULL;
	spin_unlock_irq(&drive->lock);
}

const struct scst_dev_type vcdrom_type = {
	.name		= "vcdrom",
	.type		= TYPE_ROM,
	.module		= THIS_MODULE,
	.parse_atomic	= 1,
	.exec_atomic	= 1,
	.strict_cdb	= 1,
	.parse		= vcdrom_parse,
	.exec		= vcdrom_exec,
	.supports_op	= vcdrom_supports_op,
	.task_mgmt_fn	= vcdrom_task_mgmt_fn,
	.attach		= vcdrom_attach,
	.detach		= vcdrom_detach,
	.attach_tgt	= vcdrom_attach_tgt,
	.detach_tgt	= vcdrom_detach_tgt,
	.allow_removal	= vcdrom_allow_removal,
	.proc		= &vcdrom_proc,
	.trace_flags	= &vdisk_trace_flags,
};

/* The module goes: no command of /proc is at work, none will come. */
void vcdrom_close_all(void)
{
	struct vcdrom_drive *drive, *next;
	LIST_HEAD(drives);

	mutex_lock(&vcdrom_mutex);
	list_splice_init(&vcdrom_drives, &drives);
	mutex_unlock(&vcdrom_mutex);
	list_for_each_entry_safe(drive, next, &drives, vdev.entry)
		drive_close(drive);
}
