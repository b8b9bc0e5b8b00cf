// SPDX-License-Identifier: GPL-2.0
/*
 * Device handlers and devices. A device that is coming or going is "dying": its
 * name is taken, but nobody can map it.
 */
#include <linux/ctype.h>
#include <linux/idr.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_device.h>

#include "proc.h"
#include "scst_priv.h"

LIST_HEAD(scst_handlers);
LIST_HEAD(scst_devices);

static DEFINE_IDA(virt_ids);

static struct scst_handler_entry *
__handler_find(const struct scst_dev_type *type)
{
	struct scst_handler_entry *he;

	lockdep_assert_held(&scst_mutex);
	list_for_each_entry(he, &scst_handlers, entry)
		if (he->type == type)
			return he;
	return NULL;
}

static bool __handler_name_taken(const char *name)
{
	struct scst_handler_entry *he;

	list_for_each_entry(he, &scst_handlers, entry)
		if (!strcmp(he->type->name, name))
			return true;
	return false;
}

static int handler_check(const struct scst_dev_type *type)
{
	if (!type->name || !type->module || !type->parse || !type->exec) {
		scst_err("device handler %s lacks a name, module, parse or exec\n",
			 type->name ? type->name : "(no name)");
		return -EINVAL;
	}
	if (!scst_name_is_valid(type->name, SCST_MAX_DEV_NAME) ||
	    strchr(type->name, '/') || type->name[0] == '.') {
		scst_err("device handler name \"%s\" can't be used\n",
			 type->name);
		return -EINVAL;
	}
	if (type->type < 0 || type->type > 0x1f) {
		scst_err("device handler %s: %d is no peripheral device type\n",
			 type->name, type->type);
		return -EINVAL;
	}
	return 0;
}

/**
 * scst_handler_register() - make a device handler known
 * @type: the handler
 * @abi: what its module was compiled against
 * @real: of real devices
 *
 * Context: process context.
 * Return: 0, -EINVAL, -EEXIST, -ENOMEM.
 */
int scst_handler_register(const struct scst_dev_type *type,
			  const struct scst_abi *abi, bool real)
{
	struct scst_handler_entry *he;
	int ret;

	might_sleep();
	if (!scst_abi_matches(abi, "device handler", type->name))
		return -EINVAL;
	ret = handler_check(type);
	if (ret)
		return ret;

	he = kzalloc(sizeof(*he), GFP_KERNEL);
	if (!he)
		return -ENOMEM;
	he->type = type;
	he->real = real;

	mutex_lock(&scst_mutex);
	ret = -EEXIST;
	if (__handler_name_taken(type->name))
		goto err_unlock;
	ret = type->no_proc ? 0 : scst_proc_add_handler(he);
	if (ret)
		goto err_unlock;
	list_add_tail(&he->entry, &scst_handlers);
	mutex_unlock(&scst_mutex);

	scst_info("device handler %s registered\n", type->name);
	return 0;

err_unlock:
	mutex_unlock(&scst_mutex);
	kfree(he);
	scst_err("device handler %s can't be registered: error %d\n",
		 type->name, ret);
	return ret;
}

int __scst_register_virtual_dev_driver(const struct scst_dev_type *type,
				       const struct scst_abi *abi)
{
	return scst_handler_register(type, abi, false);
}
SCST_EXPORT(__scst_register_virtual_dev_driver);

static int __handler_first_device(const struct scst_dev_type *type)
{
	struct scst_device *dev;

	list_for_each_entry(dev, &scst_devices, entry)
		if (dev->handler == type)
			return dev->virt_id;
	return 0;
}

/**
 * scst_handler_begin_unregister() - a handler gets no new device
 * @type: the handler
 *
 * Context: process context, waits for readers and writers of the handler's files.
 * Return: false: it isn't registered.
 */
bool scst_handler_begin_unregister(const struct scst_dev_type *type)
{
	struct scst_handler_entry *he;

	might_sleep();
	mutex_lock(&scst_mutex);
	he = __handler_find(type);
	if (!he || he->dying) {
		mutex_unlock(&scst_mutex);
		scst_warn("device handler %s is not registered\n", type->name);
		return false;
	}
	he->dying = true;
	mutex_unlock(&scst_mutex);

	scst_proc_del_handler(he);
	return true;
}

/* The other end; it has no device any more. */
void scst_handler_end_unregister(const struct scst_dev_type *type)
{
	struct scst_handler_entry *he;

	mutex_lock(&scst_mutex);
	he = __handler_find(type);
	list_del(&he->entry);
	mutex_unlock(&scst_mutex);
	kfree(he);
	scst_info("device handler %s unregistered\n", type->name);
}

void scst_unregister_virtual_dev_driver(const struct scst_dev_type *type)
{
	int id;

	if (!scst_handler_begin_unregister(type))
		return;
	/* The handler should have done this; its code must not outlive it. */
	for (;;) {
		mutex_lock(&scst_mutex);
		id = __handler_first_device(type);
		mutex_unlock(&scst_mutex);
		if (!id)
			break;
		scst_unregister_virtual_device(id);
	}
	scst_handler_end_unregister(type);
}
SCST_EXPORT(scst_unregister_virtual_dev_driver);

/**
 * __scst_device_find() - a device by its name
 * @name: the virtual device's name or H:C:I:L
 *
 * Context: scst_mutex held, which also keeps the device.
 */
struct scst_device *__scst_device_find(const char *name)
{
	struct scst_device *dev;

	lockdep_assert_held(&scst_mutex);
	list_for_each_entry(dev, &scst_devices, entry)
		if (!strcmp(dev->name, name))
			return dev;
	return NULL;
}

/**
 * scst_device_put() - drop a reference to a device
 * @dev: the device; may be freed by who waits in its unregistration
 *
 * Context: any.
 */
void scst_device_put(struct scst_device *dev)
{
	if (refcount_dec_and_test(&dev->refs))
		complete(&dev->unused);
}

static bool virt_name_is_valid(const char *name)
{
	size_t len = strnlen(name, SCST_MAX_DEV_NAME + 1);
	size_t i;

	if (!len || len > SCST_MAX_DEV_NAME)
		return false;
	for (i = 0; i < len; i++)
		if (!isalnum(name[i]) && !strchr("_-.:", name[i]))
			return false;
	return true;
}

static int device_pool_init(struct scst_device *dev)
{
	if (!dev->handler || dev->handler->threads_num <= 0)
		return 0;
	dev->pool = scst_thread_pool_create(dev->name,
					    dev->handler->threads_num);
	return PTR_ERR_OR_ZERO(dev->pool);
}

static void device_pool_free(struct scst_device *dev)
{
	if (dev->pool)
		scst_thread_pool_destroy(dev->pool);
}

/* What other files keep for each device; freed in reverse order. */
static const struct {
	int (*init)(struct scst_device *dev);
	void (*free)(struct scst_device *dev);
} device_parts[] = {
	{ scst_stats_alloc,	scst_stats_free },
	{ scst_resv_init,	scst_resv_free },
	{ device_pool_init,	device_pool_free },
};

static void device_parts_free(struct scst_device *dev, unsigned int n)
{
	while (n--)
		device_parts[n].free(dev);
}

static int device_parts_init(struct scst_device *dev)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(device_parts); i++) {
		ret = device_parts[i].init(dev);
		if (ret) {
			device_parts_free(dev, i);
			return ret;
		}
	}
	return 0;
}

/* What virtual and real devices have in common. */
static int device_init(struct scst_device *dev, const char *name)
{
	int ret;

	dev->name = kstrdup(name, GFP_KERNEL);
	if (!dev->name)
		return -ENOMEM;
	dev->dying = true;
	refcount_set(&dev->refs, 1);
	init_completion(&dev->unused);
	spin_lock_init(&dev->tgt_devs_lock);
	INIT_LIST_HEAD(&dev->tgt_devs);
	scst_task_set_init(&dev->tset, dev, NULL);
	INIT_LIST_HEAD(&dev->acg_devs);
	ret = device_parts_init(dev);
	if (ret)
		kfree(dev->name);
	return ret;
}

static struct scst_device *device_alloc(const struct scst_dev_type *type,
					const char *name, void *dh_priv)
{
	struct scst_device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int ret;

	if (!dev)
		return ERR_PTR(-ENOMEM);
	ret = ida_alloc_range(&virt_ids, 1, INT_MAX, GFP_KERNEL);
	if (ret < 0)
		goto err_free;
	dev->virt_id = ret;
	dev->type = type->type;
	dev->handler = type;
	dev->dh_priv = dh_priv;
	ret = device_init(dev, name);
	if (ret)
		goto err_id;
	return dev;

err_id:
	ida_free(&virt_ids, dev->virt_id);
err_free:
	kfree(dev);
	return ERR_PTR(ret);
}

/**
 * scst_device_alloc_real() - a device for one of the SCSI mid-level's
 * @name: H:C:I:L
 * @sdev: that
 *
 * Context: process context.
 * Return: the device, without a handler, for scst_device_publish(); or ERR_PTR.
 */
struct scst_device *scst_device_alloc_real(const char *name,
					   struct scsi_device *sdev)
{
	struct scst_device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int ret;

	if (!dev)
		return ERR_PTR(-ENOMEM);
	dev->scsi_dev = sdev;
	dev->type = sdev->type;
	ret = device_init(dev, name);
	if (ret) {
		kfree(dev);
		return ERR_PTR(ret);
	}
	return dev;
}

void scst_device_free(struct scst_device *dev)
{
	device_parts_free(dev, ARRAY_SIZE(device_parts));
	if (dev->virt_id)
		ida_free(&virt_ids, dev->virt_id);
	scst_dev_ops_free(dev);
	kfree(dev->name);
	kfree(dev);
}

/* Takes the name: from here on nobody else can register it. */
static int device_insert(struct scst_device *dev)
{
	struct scst_handler_entry *he;
	int ret = 0;

	mutex_lock(&scst_mutex);
	he = dev->handler ? __handler_find(dev->handler) : NULL;
	if (dev->handler && (!he || he->dying))
		ret = -EINVAL;
	else if (__scst_device_find(dev->name))
		ret = -EEXIST;
	else
		list_add_tail(&dev->entry, &scst_devices);
	mutex_unlock(&scst_mutex);
	return ret;
}

/* Into the table, and out of it: a real device. */
int scst_device_publish(struct scst_device *dev)
{
	int ret = device_insert(dev);

	if (ret)
		return ret;
	mutex_lock(&scst_mutex);
	__scst_alua_add_dev(dev);
	dev->dying = false;
	mutex_unlock(&scst_mutex);
	return 0;
}

void scst_device_unpublish(struct scst_device *dev)
{
	mutex_lock(&scst_mutex);
	list_del(&dev->entry);
	mutex_unlock(&scst_mutex);
}

int scst_register_virtual_device(const struct scst_dev_type *type,
				 const char *name, void *dh_priv)
{
	struct scst_device *dev;
	int ret, id;

	might_sleep();
	if (!virt_name_is_valid(name))
		return -EINVAL;
	dev = device_alloc(type, name, dh_priv);
	if (IS_ERR(dev))
		return PTR_ERR(dev);

	ret = device_insert(dev);
	if (ret)
		goto err_free;
	ret = type->attach ? type->attach(dev) : 0;
	if (ret)
		goto err_remove;
	ret = scst_dev_ops_init(dev);
	if (ret)
		goto err_detach;

	mutex_lock(&scst_mutex);
	id = dev->virt_id;
	__scst_alua_add_dev(dev);
	dev->dying = false;
	mutex_unlock(&scst_mutex);
	return id;

err_detach:
	if (type->detach)
		type->detach(dev);
err_remove:
	scst_device_unpublish(dev);
err_free:
	scst_device_free(dev);
	return ret;
}
SCST_EXPORT(scst_register_virtual_device);

static struct scst_device *__device_by_id(int id)
{
	struct scst_device *dev;

	lockdep_assert_held(&scst_mutex);
	list_for_each_entry(dev, &scst_devices, entry)
		if (dev->virt_id == id && !dev->dying)
			return dev;
	return NULL;
}

void scst_unregister_virtual_device(int id)
{
	struct scst_device *dev;

	might_sleep();
	mutex_lock(&scst_mutex);
	dev = __device_by_id(id);
	if (dev) {
		dev->dying = true;
		__scst_acg_unmap_device(dev);
	}
	mutex_unlock(&scst_mutex);
	if (!dev) {
		scst_warn("there is no virtual device %d to unregister\n", id);
		return;
	}

	/* Every LUN of every session holds a reference until its last command. */
	scst_device_put(dev);
	wait_for_completion(&dev->unused);

	if (dev->handler->detach)
		dev->handler->detach(dev);
	scst_device_unpublish(dev);
	scst_device_free(dev);
}
SCST_EXPORT(scst_unregister_virtual_device);
