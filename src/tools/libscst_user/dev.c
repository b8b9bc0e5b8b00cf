// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* Devices: open, options, close, and why something has failed. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib.h"

#define DEV_BATCH	16	/* unless the program says how many */

static __thread char error_text[512];

const char *scstu_error(void)
{
	return error_text;
}

/* Sets the text and errno; returns -@err. */
int scstu_fail(int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(error_text, sizeof(error_text), fmt, args);
	va_end(args);
	errno = err;
	return -err;
}

void scstu_opt_default(struct scst_user_opt *opt)
{
	memset(opt, 0, sizeof(*opt));
	opt->parse_type = SCST_USER_PARSE_STANDARD;
	opt->on_free_cmd_type = SCST_USER_ON_FREE_CMD_IGNORE;
	opt->memory_reuse_type = SCST_USER_MEM_REUSE_ALL;
	opt->partial_transfers_type = SCST_USER_PARTIAL_TRANSFERS_NOT_SUPPORTED;
	opt->tst = SCST_TST_0_SINGLE_TASK_SET;
	opt->queue_alg = SCST_QUEUE_ALG_1_UNRESTRICTED_REORDER;
	opt->qerr = SCST_QERR_0_ALL_RESUME;
	opt->d_sense = SCST_D_SENSE_0_FIXED_SENSE;
}

static int dev_open_node(struct scstu_dev *dev, const char *path)
{
	dev->fd = open(path, O_RDWR | O_CLOEXEC | (dev->nonblock ? O_NONBLOCK : 0));
	if (dev->fd >= 0)
		return 0;
	if (errno == ENOENT || errno == ENXIO || errno == ENODEV)
		return scstu_fail(errno, "%s: no %s: load the module scst_user (modprobe scst_user)",
				  dev->name, path);
	return scstu_fail(errno, "%s: can't open %s: %s", dev->name, path,
			  strerror(errno));
}

static int dev_register(struct scstu_dev *dev, const struct scstu_config *cfg)
{
	static const char hint[] =
		": see whether the name is in use (/proc/scsi_tgt/scsi_tgt), and the kernel's log";
	struct scst_user_dev_desc desc = {
		.version_str = (unsigned long)DEV_USER_VERSION,
		.license_str = (unsigned long)"GPL",
		.type = cfg->type,
		.block_size = cfg->block_size,
		.opt = cfg->opt,
	};

	memcpy(desc.name, dev->name, sizeof(desc.name));
	if (ioctl(dev->fd, SCST_USER_REGISTER_DEVICE, &desc) >= 0)
		return 0;
	return scstu_fail(errno, "%s: the kernel doesn't take the device (type %u, blocks of %u bytes): %s%s",
			  dev->name, cfg->type, cfg->block_size, strerror(errno),
			  errno == EINVAL || errno == EEXIST ? hint : "");
}

static int dev_check(const struct scstu_config *cfg)
{
	if (!cfg->ops || !cfg->ops->exec)
		return scstu_fail(EINVAL, "scstu_open: there must be an ops.exec");
	if (!cfg->name || !*cfg->name || strlen(cfg->name) >= SCST_MAX_NAME)
		return scstu_fail(EINVAL, "%s: a device needs a name of 1 to %u characters",
				  cfg->name ? cfg->name : "(no name)", SCST_MAX_NAME - 1);
	return 0;
}

static void dev_fill(struct scstu_dev *dev, const struct scstu_config *cfg)
{
	snprintf(dev->name, sizeof(dev->name), "%s", cfg->name);
	dev->fd = -1;
	dev->threads = cfg->threads ? cfg->threads : 1;
	dev->batch = cfg->batch ? cfg->batch : DEV_BATCH;
	if (dev->batch > SCSTU_MAX_BATCH)
		dev->batch = SCSTU_MAX_BATCH;
	dev->nonblock = cfg->nonblock;
	dev->opt = cfg->opt;
	dev->ops = cfg->ops;
	dev->priv = cfg->priv;
	scstu_bufs_init(&dev->bufs);
}

struct scstu_dev *scstu_open(const struct scstu_config *cfg)
{
	struct scstu_dev *dev;
	int err;

	if (dev_check(cfg))
		return NULL;
	dev = calloc(1, sizeof(*dev));
	if (!dev) {
		scstu_fail(ENOMEM, "%s: out of memory", cfg->name);
		return NULL;
	}
	dev_fill(dev, cfg);
	dev->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (dev->stop_fd < 0)
		err = scstu_fail(errno, "%s: eventfd: %s", dev->name, strerror(errno));
	else
		err = dev_open_node(dev, cfg->path ? cfg->path :
				    DEV_USER_PATH DEV_USER_NAME);
	if (!err)
		err = dev_register(dev, cfg);
	if (!err)
		return dev;
	scstu_close(dev);
	errno = -err;
	return NULL;
}

void scstu_close(struct scstu_dev *dev)
{
	if (!dev)
		return;
	if (dev->fd >= 0)
		close(dev->fd);
	if (dev->stop_fd >= 0)
		close(dev->stop_fd);
	scstu_bufs_free(&dev->bufs);
	free(dev);
}

void *scstu_priv(const struct scstu_dev *dev)
{
	return dev->priv;
}

int scstu_fd(const struct scstu_dev *dev)
{
	return dev->fd;
}

const char *scstu_name(const struct scstu_dev *dev)
{
	return dev->name;
}

static int dev_ioctl(struct scstu_dev *dev, unsigned long request, void *arg,
		     const char *what)
{
	if (ioctl(dev->fd, request, arg) >= 0)
		return 0;
	return scstu_fail(errno, "%s: the kernel refuses to %s: %s", dev->name, what,
			  strerror(errno));
}

int scstu_set_options(struct scstu_dev *dev, const struct scst_user_opt *opt)
{
	struct scst_user_opt copy = *opt;
	int err = dev_ioctl(dev, SCST_USER_SET_OPTIONS, &copy, "take options");

	if (!err)
		dev->opt = *opt;
	return err;
}

int scstu_get_options(struct scstu_dev *dev, struct scst_user_opt *opt)
{
	return dev_ioctl(dev, SCST_USER_GET_OPTIONS, opt, "tell the options");
}

int scstu_capacity_changed(struct scstu_dev *dev)
{
	return dev_ioctl(dev, SCST_USER_DEVICE_CAPACITY_CHANGED, NULL,
			 "announce another capacity");
}

int scstu_flush_cache(struct scstu_dev *dev)
{
	return dev_ioctl(dev, SCST_USER_FLUSH_CACHE, NULL, "empty the cache");
}

int scstu_ext_cdb(struct scstu_cmd *cmd, void *buf)
{
	struct scstu_held *held = (struct scstu_held *)cmd;
	struct scst_user_get_ext_cdb get = {
		.cmd_h = held->cmd.cmd_h,
		.ext_cdb_buffer = (unsigned long)buf,
	};

	return dev_ioctl(cmd->dev, SCST_USER_GET_EXTENDED_CDB, &get,
			 "give the rest of a CDB");
}

int scstu_prealloc(struct scstu_dev *dev, __u32 len, unsigned int count)
{
	int err = 0;

	while (count-- && !err) {
		union scst_user_prealloc_buffer pre = { };
		void *buf = scstu_buf_get(dev, len);

		if (!buf)
			return scstu_fail(ENOMEM, "%s: no memory for a buffer of %u bytes",
					  dev->name, len);
		pre.in.pbuf = (unsigned long)buf;
		pre.in.bufflen = len;
		pre.in.for_clust_pool = 1;
		err = dev_ioctl(dev, SCST_USER_PREALLOC_BUFFER, &pre,
				"take a buffer in advance");
		if (err)
			scstu_buf_put(dev, buf);
	}
	return err;
}

void scstu_get_stats(struct scstu_dev *dev, struct scstu_stats *stats)
{
	stats->cmds = __atomic_load_n(&dev->cmds, __ATOMIC_RELAXED);
	stats->calls = __atomic_load_n(&dev->calls, __ATOMIC_RELAXED);
	stats->late = __atomic_load_n(&dev->late, __ATOMIC_RELAXED);
	stats->allocated = __atomic_load_n(&dev->bufs.bytes, __ATOMIC_RELAXED);
}
