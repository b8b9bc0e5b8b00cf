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
	dev->handler = NULL;
	dev->dh_priv = NULL;
	return ret;
}

static void real_detach(struct scst_device *dev)
{
	if (!dev->handler)
		return;
	if (dev->handler->detach)
		dev->handler->detach(dev);
	scst_dev_ops_free(dev);
	dev->handler = NULL;
	dev->dh_priv = NULL;
}

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
			if (!dev->handler && dev->type == type->type)
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
			real_detach(dev);
			real_remap(dev);
		}
		scst_handler_end_unregister(type);
	}
	mutex_unlock(&real_mutex);
}
SCST_EXPORT(scst_unregister_dev_driver);

/* ---- devices ---- */

/* Ours that come back as devices of this very host would be a loop. */
static bool real_is_ours(const struct scsi_device *sdev)
{
	const char *name = sdev->host->hostt->proc_name;

	return name && !strcmp(name, "scst_local");
}

static int real_add(struct scsi_device *sdev)
{
	const struct scst_dev_type *handler;
	char name[SCST_PROC_HCIL_SIZE];
	struct scst_device *dev;
	int ret;

	snprintf(name, sizeof(name), "%u:%u:%u:%llu", sdev->host->host_no,
		 sdev->channel, sdev->id, sdev->lun);
	dev = scst_device_alloc_real(name, sdev);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	handler = real_handler(dev->type);
	if (handler)
		real_attach(dev, handler);
	else
		scst_info("device %s: no handler for type %u (%s): initiators can't have it\n",
			  dev->name, dev->type, scsi_device_type(dev->type));
	ret = scst_device_publish(dev);
	if (ret) {
		real_detach(dev);
		scst_device_free(dev);
		return ret;
	}
	list_add_tail(&dev->real_entry, &real_devices);
	return 0;
}

static int SCST_CLASS_INTF(real_add_dev)
{
	struct scsi_device *sdev = to_scsi_device(dev->parent);
	int ret;

	if (real_is_ours(sdev))
		return 0;
	mutex_lock(&real_mutex);
	ret = real_add(sdev);
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
		real_detach(sd);
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
	real_detach(dev);
	ret = real_attach(dev, type);
	if (ret && old && real_attach(dev, old))
		scst_err("device %s has no handler any more\n", dev->name);
	scst_resume_activity();
	return ret;
}

/**
 * scst_dev_assign() - give a real device to a handler
 * @ctx: the /proc command
 * @hcil: H:C:I:L of the device
 * @handler: name of the handler
 *
 * Context: process context, may sleep for as long as commands take.
 * Return: 0, -EINVAL (no such device or handler, another type), or what attach()
 *	returned.
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
		ret = scst_proc_refuse(ctx, -EINVAL, hcil,
				       "no such device; see /proc/scsi_tgt/scsi_tgt");
	else if (!type)
		ret = scst_proc_refuse(ctx, -EINVAL, handler,
				       "no such handler of real devices");
	else if (type->type != dev->type)
		ret = scst_proc_refuse(ctx, -EINVAL, handler,
				       "is for devices of type %d, %s is of type %u",
				       type->type, hcil, dev->type);
	else if (dev->handler != type)
		ret = real_switch(dev, type);
	mutex_unlock(&real_mutex);
	return ret;
}
