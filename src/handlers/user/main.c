// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/scst_user: devices that programs implement. An open file is a device, from
 * SCST_USER_REGISTER_DEVICE to the last close: see scst_user(4).
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include "old_abi.h"
#include "user.h"

struct workqueue_struct *user_wq;

unsigned int user_tm_seconds = 5;
module_param_named(tm_seconds, user_tm_seconds, uint, 0644);
MODULE_PARM_DESC(tm_seconds, "how long a program may take for task management, and keep aborted commands, in seconds (5)");

static int user_open(struct inode *inode, struct file *file)
{
	struct user_dev *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	if (!dev)
		return -ENOMEM;
	user_queue_init(dev);
	mutex_init(&dev->mutex);
	INIT_LIST_HEAD(&dev->tms);
	atomic_set(&dev->aborts, 0);
	atomic64_set(&dev->last_session, 0);
	INIT_DELAYED_WORK(&dev->reap, user_reap_work);
	file->private_data = dev;
	return 0;
}

/* The last reference: no system call is at work. */
static int user_release(struct inode *inode, struct file *file)
{
	struct user_dev *dev = file->private_data;

	user_queue_close(dev);
	if (dev->virt_id)
		scst_unregister_virtual_device(dev->virt_id);
	cancel_delayed_work_sync(&dev->reap);
	user_cache_leave(dev);
	kfree(dev);
	return 0;
}

static __poll_t user_poll(struct file *file, poll_table *wait)
{
	struct user_dev *dev = file->private_data;

	poll_wait(file, &dev->wait, wait);
	return list_empty_careful(&dev->ready) ? EPOLLOUT | EPOLLWRNORM :
	       EPOLLIN | EPOLLRDNORM | EPOLLOUT | EPOLLWRNORM;
}

static bool user_is_registered(const struct user_dev *dev)
{
	/* Pairs with dev_register(): whoever sees the id sees the device. */
	return smp_load_acquire(&dev->virt_id) != 0;
}

/* What needs no device. Return: -ENOTTY: something else. */
static long ioctl_before(struct user_dev *dev, unsigned int cmd, void __user *arg)
{
	switch (cmd) {
	case SCST_USER_GET_API:
		return user_get_api(arg);
	case SCST_USER_REGISTER_DEVICE:
		return user_register(dev, arg, false);
	case USER_REGISTER_DEVICE_2X:
		return user_register(dev, arg, true);
	case SCST_USER_UNREGISTER_DEVICE:
		return 0;	/* obsolete: close() does it */
	}
	return -ENOTTY;
}

static long ioctl_device(struct user_dev *dev, unsigned int cmd,
			 void __user *arg, bool nonblock)
{
	switch (cmd) {
	case SCST_USER_REPLY_AND_GET_CMD:
		return user_reply_and_get(dev, arg, nonblock);
	case SCST_USER_REPLY_AND_GET_MULTI:
		return user_reply_and_get_multi(dev, arg, nonblock);
	case SCST_USER_REPLY_CMD:
		return user_reply(dev, arg);
	case SCST_USER_GET_EXTENDED_CDB:
		return user_get_ext_cdb(dev, arg);
	case SCST_USER_SET_OPTIONS:
		return user_set_options(dev, arg, false);
	case USER_SET_OPTIONS_2X:
		return user_set_options(dev, arg, true);
	case SCST_USER_GET_OPTIONS:
		return user_get_options(dev, arg, false);
	case USER_GET_OPTIONS_2X:
		return user_get_options(dev, arg, true);
	case SCST_USER_FLUSH_CACHE:
		user_cache_flush(dev);
		return 0;
	case SCST_USER_DEVICE_CAPACITY_CHANGED:
		return user_capacity_changed(dev);
	case SCST_USER_PREALLOC_BUFFER:
		return user_prealloc(dev, arg);
	}
	return -ENOTTY;
}

static long user_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct user_dev *dev = file->private_data;
	void __user *data = (void __user *)arg;
	long ret = ioctl_before(dev, cmd, data);

	if (ret != -ENOTTY)
		return ret;
	if (!user_is_registered(dev))
		return _IOC_TYPE(cmd) == 'u' ? -ENODEV : -ENOTTY;
	return ioctl_device(dev, cmd, data, file->f_flags & O_NONBLOCK);
}

static const struct file_operations user_fops = {
	.owner		= THIS_MODULE,
	.open		= user_open,
	.release	= user_release,
	.poll		= user_poll,
	.unlocked_ioctl	= user_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.llseek		= noop_llseek,
};

static struct miscdevice user_misc = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= DEV_USER_NAME,
	.fops	= &user_fops,
	.mode	= 0600,
};

static int __init user_init(void)
{
	int ret = -ENOMEM;

	user_cmd_cache = KMEM_CACHE(user_cmd, SLAB_HWCACHE_ALIGN);
	if (!user_cmd_cache)
		return ret;
	user_wq = alloc_workqueue("scst_user", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!user_wq)
		goto err_cache;
	ret = scst_register_virtual_dev_driver(&user_type);
	if (ret)
		goto err_wq;
	ret = misc_register(&user_misc);
	if (ret)
		goto err_type;
	return 0;

err_type:
	scst_unregister_virtual_dev_driver(&user_type);
err_wq:
	destroy_workqueue(user_wq);
err_cache:
	kmem_cache_destroy(user_cmd_cache);
	return ret;
}

/* No file is open: they keep the module. */
static void __exit user_exit(void)
{
	misc_deregister(&user_misc);
	scst_unregister_virtual_dev_driver(&user_type);
	destroy_workqueue(user_wq);
	kmem_cache_destroy(user_cmd_cache);
}

module_init(user_init);
module_exit(user_exit);

MODULE_DESCRIPTION("SCST: devices that programs implement");
MODULE_LICENSE("GPL");
MODULE_VERSION(SCST_VERSION_STRING);
SCST_IMPORT_NS;
