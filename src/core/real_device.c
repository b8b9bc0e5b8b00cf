// SPDX-License-Identifier: GPL-2.0
/*
 * Real SCSI devices of this machine: the SCSI mid-level tells of each that comes
 * and goes. Each is in the table of devices, with or without a handler; only with
 * one can it be mapped.
 *
 * real_mutex is held over what comes and goes and over the change of a handler, so
 * over attach() and detach(). It is outside of scst_mutex.
 */
#include <linux/slab.h>
#include <scsi/scsi_driver.h>
#include <scsi/scsi_host.h>

#include "kapi_request.h"
#include "proc.h"
#include "scst_priv.h"

#define SCST_REAL_GONE_TIME	(2 * HZ)	/* for commands of a device that goes */

static DEFINE_MUTEX(real_mutex);
static LIST_HEAD(real_devices);	/* scst_device.real_entry, under real_mutex */

static struct scst_device *__real_find(const struct scsi_device *sdev)
{
	struct scst_device *dev;

	lockdep_assert_held(&real_mutex);
	list_for_each_entry(dev, &real_devices, real_entry)
		if (dev->scsi_dev == sdev)
			return dev;
	return NULL;
}

/* The first handler of the type: performance handlers come behind it. */
static const struct scst_dev_type *__real_handler(u8 type)
{
	struct scst_handler_entry *he;

	list_for_each_entry(he, &scst_handlers, entry)
		if (he->real && !he->dying && he->type->type == type)
			return he->type;
	return NULL;
}

static const struct scst_dev_type *__real_handler_named(const char *name)
{
	struct scst_handler_entry *he;

	list_for_each_entry(he, &scst_handlers, entry)
		if (he->real && !he->dying && !strcmp(he->type->name, name))
			return he->type;
	return NULL;
}

/* ---- handlers ---- */

/*
 * Give a device to a handler. Nobody uses it: it has no LUNs, or all activity is
 * suspended.
 */
static int real_attach(struct scst_device *dev, const struct scst_dev_type *type)
{
	const struct scst_dev_type *left = dev->handler;
	int ret;

	lockdep_assert_held(&real_mutex);
	dev->handler = type;
	ret = type->attach ? type->attach(dev) : 0;
	if (ret)
		goto err_handler;
	ret = scst_dev_ops_init(dev);
	if (ret)
		goto err_detach;
	scst_info("device %s: handler %s\n", dev->name, type->name);
	return 0;

err_detach:
	if (type->detach)
		type->detach(dev);
err_handler:
	scst_warn("device %s: handler %s can't take it: error %d\n", dev->name,
		  type->name, ret);
	dev->handler = left;
	dev->dh_priv = NULL;
	return ret;
}

/* @left: what it has instead. */
static void real_detach(struct scst_device *dev, const struct scst_dev_type *left)
{
	const struct scst_dev_type *type = dev->handler;

	if (!type)
		return;
	if (type->detach)
		type->detach(dev);
	scst_dev_ops_free(dev);
	dev->handler = left;
	dev->dh_priv = NULL;
}

/* A device that is mapped always has a handler: this one while it has none. */
static int none_parse(struct scst_cmd *cmd)
{
	return 0;
}

static enum scst_exec_res none_exec(struct scst_cmd *cmd)
{
	scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_lun_not_supported));
	scst_cmd_done(cmd, SCST_CONTEXT_SAME);
	return SCST_EXEC_COMPLETED;
}

static const struct scst_dev_type real_none = {
	.name		= "-",
	.module		= THIS_MODULE,
	.parse_atomic	= 1,
	.exec_atomic	= 1,
	.parse		= none_parse,
	.exec		= none_exec,
};

/*
 * The commands of a device that goes end by themselves or are ended, for the mid-level
 * may give them hours. Marked they aren't: their initiators hear that it is gone.
 */
static void real_wait_unused(struct scst_device *dev, bool goes)
{
	struct scst_abort a = { .dev = dev, .below = true };

	if (!goes) {
		wait_for_completion(&dev->unused);
		return;
	}
	while (!wait_for_completion_timeout(&dev->unused, SCST_REAL_GONE_TIME))
		scst_abort(&a);
}

/* Out of all groups; back when its last command has ended. */
static void real_unmap(struct scst_device *dev, bool goes)
{
	mutex_lock(&scst_mutex);
	dev->dying = true;
	__scst_acg_unmap_device(dev);
	mutex_unlock(&scst_mutex);

	scst_device_put(dev);
	real_wait_unused(dev, goes);
}

/* It can be mapped once more. */
static void real_remap(struct scst_device *dev)
{
	reinit_completion(&dev->unused);
	refcount_set(&dev->refs, 1);
	mutex_lock(&scst_mutex);
	dev->dying = false;
	mutex_unlock(&scst_mutex);
}

/* What a device that comes, or is left by its handler, is given to. */
static const struct scst_dev_type *real_handler(u8 type)
{
	const struct scst_dev_type *handler;

	mutex_lock(&scst_mutex);
	handler = __real_handler(type);
	mutex_unlock(&scst_mutex);
	return handler;
}

int __scst_register_dev_driver(const struct scst_dev_type *type,
			       const struct scst_abi *abi)
{
	struct scst_device *dev;
	int ret;

	mutex_lock(&real_mutex);
	ret = scst_handler_register(type, abi, true);
	if (!ret)
		list_for_each_entry(dev, &real_devices, real_entry)
			if (!dev->handler && !dev->behind &&
			    dev->type == type->type)
				real_attach(dev, type);
	mutex_unlock(&real_mutex);
	return ret;
}
SCST_EXPORT(__scst_register_dev_driver);

void scst_unregister_dev_driver(const struct scst_dev_type *type)
{
	struct scst_device *dev;

	mutex_lock(&real_mutex);
	if (scst_handler_begin_unregister(type)) {
		list_for_each_entry(dev, &real_devices, real_entry) {
			if (dev->handler != type)
				continue;
			real_unmap(dev, false);
			real_detach(dev, NULL);
			real_remap(dev);
		}
		scst_handler_end_unregister(type);
	}
	mutex_unlock(&real_mutex);
}
SCST_EXPORT(scst_unregister_dev_driver);

/* ---- devices ---- */

/*
 * The session of ours whose LUN a device is: such ones are left alone until somebody
 * assigns them.
 */
static struct scst_session *real_session_behind(const struct scsi_device *sdev)
{
	struct scst_session *sess = NULL;
	struct scst_tmpl_entry *te;

	mutex_lock(&scst_mutex);
	list_for_each_entry(te, &scst_templates, entry) {
		if (te->tgtt->session_of)
			sess = te->tgtt->session_of(sdev->host);
		if (sess)
			break;
	}
	mutex_unlock(&scst_mutex);
	return sess;
}

static struct scst_device *real_alloc(struct scsi_device *sdev)
{
	char name[SCST_PROC_HCIL_SIZE];

	snprintf(name, sizeof(name), "%u:%u:%u:%llu", sdev->host->host_no,
		 sdev->channel, sdev->id, sdev->lun);
	return scst_device_alloc_real(name, sdev);
}

/* @handler: NULL: none, or it doesn't take it. */
static int real_add(struct scst_device *dev, const struct scst_dev_type *handler)
{
	int ret;

	if (handler)
		real_attach(dev, handler);
	else
		scst_info("device %s: no handler for type %u (%s): initiators can't have it\n",
			  dev->name, dev->type, scsi_device_type(dev->type));
	ret = scst_device_publish(dev);
	if (ret) {
		real_detach(dev, NULL);
		scst_device_free(dev);
		return ret;
	}
	list_add_tail(&dev->real_entry, &real_devices);
	return 0;
}

static int SCST_CLASS_INTF(real_add_dev)
{
	struct scsi_device *sdev = to_scsi_device(dev->parent);
	struct scst_device *sd;
	int ret;

	if (real_session_behind(sdev))
		return 0;
	mutex_lock(&real_mutex);
	sd = real_alloc(sdev);
	ret = PTR_ERR_OR_ZERO(sd);
	if (!ret)
		ret = real_add(sd, real_handler(sd->type));
	mutex_unlock(&real_mutex);
	if (ret)
		scst_err("device %u:%u:%u:%llu can't be used: error %d\n",
			 sdev->host->host_no, sdev->channel, sdev->id, sdev->lun,
			 ret);
	return ret;
}

/* Commands that are under way end first: the mid-level still carries them out. */
static void SCST_CLASS_INTF(real_remove_dev)
{
	struct scst_device *sd;

	mutex_lock(&real_mutex);
	sd = __real_find(to_scsi_device(dev->parent));
	if (sd) {
		list_del(&sd->real_entry);
		real_unmap(sd, true);
		real_detach(sd, NULL);
		scst_device_unpublish(sd);
		scst_device_free(sd);
	}
	mutex_unlock(&real_mutex);
}

static struct class_interface real_interface = {
	.add_dev	= real_add_dev,
	.remove_dev	= real_remove_dev,
};

int scst_real_init(void)
{
	return scsi_register_interface(&real_interface);
}

void scst_real_exit(void)
{
	scsi_unregister_interface(&real_interface);
}

/* ---- assign ---- */

static struct scst_device *real_find_named(const char *name)
{
	struct scst_device *dev;

	list_for_each_entry(dev, &real_devices, real_entry)
		if (!strcmp(dev->name, name))
			return dev;
	return NULL;
}

/*
 * The groups keep the device, and initiators notice nothing but a pause. If the new
 * handler doesn't want it, the old one has it again.
 */
static int real_switch(struct scst_device *dev, const struct scst_dev_type *type)
{
	const struct scst_dev_type *old = dev->handler;
	int ret;

	scst_suspend_activity();
	real_detach(dev, &real_none);
	ret = real_attach(dev, type);
	if (ret && old && real_attach(dev, old))
		scst_err("device %s has no handler any more\n", dev->name);
	scst_resume_activity();
	return ret;
}

/*
 * What a handler asks a device behind a session of ours goes through that session, and
 * would wait for the end of the suspension.
 */
static int real_switch_behind(struct scst_proc_ctx *ctx, struct scst_device *dev,
			      const struct scst_dev_type *type)
{
	bool mapped;
	int ret;

	mutex_lock(&scst_mutex);
	mapped = !list_empty(&dev->acg_devs);
	mutex_unlock(&scst_mutex);
	if (mapped)
		return scst_proc_refuse(ctx, -EBUSY, dev->name,
					"is a LUN of a session of ours: unmap it first");
	real_unmap(dev, false);
	real_detach(dev, NULL);
	ret = real_attach(dev, type);
	real_remap(dev);
	return ret;
}

static int real_refuse_handler(struct scst_proc_ctx *ctx, const char *handler)
{
	return scst_proc_refuse(ctx, -EINVAL, handler,
				"no such handler of real devices");
}

static struct scsi_device *real_lookup(const char *hcil)
{
	unsigned int host, channel, id;
	struct scsi_device *sdev;
	struct Scsi_Host *shost;
	u64 lun;

	if (sscanf(hcil, "%u:%u:%u:%llu", &host, &channel, &id, &lun) != 4)
		return NULL;
	shost = scsi_host_lookup(host);
	if (!shost)
		return NULL;
	sdev = scsi_device_lookup(shost, channel, id, lun);
	scsi_host_put(shost);
	return sdev;
}

/*
 * A device behind a session of ours, from its first handler on. One that is going isn't
 * found; one that begins to go now waits for real_mutex, and then finds what is made
 * here.
 */
static int real_add_behind(struct scst_proc_ctx *ctx, const char *hcil,
			   const struct scst_dev_type *type, const char *handler)
{
	struct scsi_device *sdev = real_lookup(hcil);
	struct scst_session *sess = sdev ? real_session_behind(sdev) : NULL;
	struct scst_device *dev;
	int ret = -EINVAL;

	if (!sess) {
		ret = scst_proc_refuse(ctx, ret, hcil,
				       "no such device; see /proc/scsi_tgt/scsi_tgt");
		goto out;
	}
	if (!type) {
		ret = real_refuse_handler(ctx, handler);
		goto out;
	}
	if (type->type != sdev->type) {
		ret = scst_proc_refuse(ctx, ret, handler,
				       "is for devices of type %d, %s is of type %u",
				       type->type, hcil, (u8)sdev->type);
		goto out;
	}
	dev = real_alloc(sdev);
	ret = PTR_ERR_OR_ZERO(dev);
	if (ret)
		goto out;
	dev->behind = sess;
	ret = real_add(dev, type);
out:
	if (sdev)
		scsi_device_put(sdev);
	return ret;
}

/**
 * scst_dev_assign() - give a real device to a handler
 * @ctx: the /proc command
 * @hcil: H:C:I:L of the device
 * @handler: name of the handler
 *
 * Context: process context, may sleep for as long as commands take.
 * Return: 0, -EINVAL (no such device or handler, another type), -EBUSY, or what
 *	attach() returned.
 */
int scst_dev_assign(struct scst_proc_ctx *ctx, const char *hcil,
		    const char *handler)
{
	const struct scst_dev_type *type;
	struct scst_device *dev;
	int ret = 0;

	mutex_lock(&real_mutex);
	mutex_lock(&scst_mutex);
	type = __real_handler_named(handler);
	mutex_unlock(&scst_mutex);
	dev = real_find_named(hcil);
	if (!dev)
		ret = real_add_behind(ctx, hcil, type, handler);
	else if (!type)
		ret = real_refuse_handler(ctx, handler);
	else if (type->type != dev->type)
		ret = scst_proc_refuse(ctx, -EINVAL, handler,
				       "is for devices of type %d, %s is of type %u",
				       type->type, hcil, dev->type);
	else if (dev->handler != type)
		ret = dev->behind ? real_switch_behind(ctx, dev, type) :
				    real_switch(dev, type);
	mutex_unlock(&real_mutex);
	return ret;
}
