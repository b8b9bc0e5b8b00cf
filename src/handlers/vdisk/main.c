// SPDX-License-Identifier: GPL-2.0
/*
 * The module, the handlers of disks, and the list of open devices.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <scsi/scsi_proto.h>

#include "rod_token.h"
#include "vcdrom.h"
#include "vdisk.h"
#include "xcopy.h"

unsigned long vdisk_trace_flags = SCST_TRACE_DEFAULT;

/* Short: never held over an open, a close or a wait for commands. */
DEFINE_MUTEX(vdisk_devs_mutex);
LIST_HEAD(vdisk_devs);

/*
 * Commands of the /proc file pass for reading. The exit of the module closes it
 * for good, so that no device comes or is half gone while it clears the list.
 */
static DECLARE_RWSEM(vdisk_gate);
static bool vdisk_gate_closed;

struct vdisk_dev *__vdisk_find(const char *name)
{
	struct vdisk_dev *vdev;

	lockdep_assert_held(&vdisk_devs_mutex);
	list_for_each_entry(vdev, &vdisk_devs, entry)
		if (!strcmp(vdev->name, name))
			return vdev;
	return NULL;
}

/* An opened device becomes visible: to groups first, then in our table. */
int vdisk_register(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx)
{
	int id = scst_register_virtual_device(vdev->mode->type, vdev->name, vdev);

	if (id == -EEXIST)
		return scst_proc_refuse(ctx, -EINVAL, vdev->name,
			"a device of this name exists: close it first, or choose another name");
	if (id < 0)
		return scst_proc_refuse(ctx, id, vdev->name,
			"the core didn't take the device (error %d): the kernel log may say more",
			id);
	vdev->virt_id = id;
	mutex_lock(&vdisk_devs_mutex);
	list_add_tail(&vdev->entry, &vdisk_devs);
	mutex_unlock(&vdisk_devs_mutex);
	return 0;
}

/*
 * End a device that is in no list (any more). The core unmaps it from all
 * groups and waits for its commands, so nobody uses the backing after that.
 */
void vdisk_destroy(struct vdisk_dev *vdev)
{
	vdisk_long_stop(vdev);
	vdisk_tokens_end(vdev);
	if (vdev->virt_id > 0)
		scst_unregister_virtual_device(vdev->virt_id);
	vdev->mode->close(vdev);
	vdisk_free(vdev);
}

static int vdisk_close(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	struct vdisk_dev *vdev;

	mutex_lock(&vdisk_devs_mutex);
	vdev = __vdisk_find(argv[0]);
	if (vdev)
		list_del(&vdev->entry);
	mutex_unlock(&vdisk_devs_mutex);
	if (!vdev)
		return scst_proc_refuse(ctx, -EINVAL, argv[0],
			"no such device: /proc/scsi_tgt/vdisk/vdisk lists them");

	vdisk_destroy(vdev);
	scst_info("vdisk %s: closed\n", argv[0]);
	return 0;
}

/* Carries out a command of /proc, unless the module goes. */
int vdisk_pass_gate(struct scst_proc_ctx *ctx, int argc, char **argv,
		    int (*run)(struct scst_proc_ctx *, int, char **))
{
	int err;

	if (down_read_killable(&vdisk_gate))
		return scst_proc_refuse(ctx, -EINTR, NULL, "interrupted");
	if (vdisk_gate_closed)
		err = scst_proc_refuse(ctx, -EINVAL, NULL,
				       "the module is being unloaded");
	else
		err = run(ctx, argc, argv);
	up_read(&vdisk_gate);
	return err;
}

static int vdisk_cmd_open(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return vdisk_pass_gate(ctx, argc, argv, vdisk_open);
}

static int vdisk_cmd_close(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	return vdisk_pass_gate(ctx, argc, argv, vdisk_close);
}

static const struct scst_proc_cmd vdisk_cmds[] = {
	{ "open", "NAME PATH [BLOCK_SIZE] [FLAG ...]",
	  "makes device NAME from the file or block device PATH",
	  2, SCST_PROC_MAX_ARGS - 1, vdisk_cmd_open },
	{ "close", "NAME",
	  "removes device NAME from all groups and closes it",
	  1, 1, vdisk_cmd_close },
	{ "resync_size", "NAME",
	  "gives device NAME the size that its file or block device has now",
	  1, 1, vdisk_resync_size },
};

static const struct scst_proc_desc vdisk_proc = {
	.cmds	= vdisk_cmds,
	.n_cmds	= ARRAY_SIZE(vdisk_cmds),
	.show	= vdisk_show,
	.notes	= vdisk_notes,
};

static int vdisk_attach(struct scst_device *dev)
{
	struct vdisk_dev *vdev = dev->dh_priv;

	vdev->dev = dev;
	dev->block_shift = vdev->block_shift;
	dev->nblocks = vdisk_nblocks(vdev);
	vdisk_unit_init(dev, vdev);
	vdisk_lost_init(vdev);
	return 0;
}

/* What goes on without a command uses the core's device, which is there until here. */
static void vdisk_detach(struct scst_device *dev)
{
	vdisk_long_wait(dev->dh_priv);
	vdisk_unit_free(dev->dh_priv);
}

static int vdisk_attach_tgt(struct scst_tgt_dev *tgt_dev)
{
	struct vdisk_dev *vdev = tgt_dev->dev->dh_priv;

	if (vdev->flags & VDISK_F_READ_ONLY)
		tgt_dev->read_only = true;
	return vdisk_nexus_init(tgt_dev);
}

static void vdisk_detach_tgt(struct scst_tgt_dev *tgt_dev)
{
	struct vdisk_dev *vdev = tgt_dev->dev->dh_priv;

	vdisk_prevent_end(tgt_dev);
	vdisk_echo_end(tgt_dev, &vdev->unit);
	vdisk_nexus_exit(tgt_dev);
}

#define VDISK_TYPE(handler, ...) {			\
	.name		= handler,			\
	.type		= TYPE_DISK,			\
	.module		= THIS_MODULE,			\
	.parse_atomic	= 1,				\
	.exec_atomic	= 1,				\
	.strict_cdb	= 1,				\
	.dev_done_atomic = 1,				\
	.parse		= vdisk_parse,			\
	.exec		= vdisk_exec,			\
	.supports_op	= vdisk_supports_op,		\
	.dev_done	= vdisk_dev_done,		\
	.attach		= vdisk_attach,			\
	.detach		= vdisk_detach,			\
	.task_mgmt_fn	= vdisk_task_mgmt,		\
	.attach_tgt	= vdisk_attach_tgt,		\
	.detach_tgt	= vdisk_detach_tgt,		\
	.allow_removal	= vdisk_prevent_end,		\
	__VA_ARGS__					\
}

const struct scst_dev_type vdisk_type =
	VDISK_TYPE("vdisk", .proc = &vdisk_proc, .trace_flags = &vdisk_trace_flags);

/* BLOCKIO devices: a handler of their own in tables, commands in vdisk's file. */
const struct scst_dev_type vdisk_blk_type = VDISK_TYPE("vdisk_blk", .no_proc = 1);

static int __init vdisk_init(void)
{
	int err;

	err = vdisk_ops_init();
	if (err)
		return err;
	err = vdisk_long_init();
	if (err)
		return err;
	err = vdisk_copy_io_init();
	if (err)
		goto out_long;
	err = vdisk_blockio_init();
	if (err)
		goto out_copy;
	err = scst_register_virtual_dev_driver(&vdisk_blk_type);
	if (err)
		goto out_blockio;
	err = scst_register_virtual_dev_driver(&vdisk_type);
	if (err)
		goto out_blk_type;
	err = scst_register_virtual_dev_driver(&vcdrom_type);
	if (err)
		goto out_type;
	return 0;

out_type:
	scst_unregister_virtual_dev_driver(&vdisk_type);
out_blk_type:
	scst_unregister_virtual_dev_driver(&vdisk_blk_type);
out_blockio:
	vdisk_blockio_exit();
out_copy:
	vdisk_copy_io_exit();
out_long:
	vdisk_long_exit();
	return err;
}

static void __exit vdisk_exit(void)
{
	struct vdisk_dev *vdev, *next;
	LIST_HEAD(devs);

	down_write(&vdisk_gate);
	vdisk_gate_closed = true;
	up_write(&vdisk_gate);

	mutex_lock(&vdisk_devs_mutex);
	list_splice_init(&vdisk_devs, &devs);
	mutex_unlock(&vdisk_devs_mutex);
	list_for_each_entry_safe(vdev, next, &devs, entry)
		vdisk_destroy(vdev);
	vcdrom_close_all();

	scst_unregister_virtual_dev_driver(&vcdrom_type);
	scst_unregister_virtual_dev_driver(&vdisk_type);
	scst_unregister_virtual_dev_driver(&vdisk_blk_type);
	vdisk_blockio_exit();
	vdisk_tokens_exit();
	vdisk_copy_io_exit();
	vdisk_long_exit();
}

module_init(vdisk_init);
module_exit(vdisk_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("SCST device handler: virtual disks and CD-ROM drives over files and block devices");
MODULE_VERSION(SCST_VERSION_STRING);
MODULE_INFO(import_ns, "SCST");
