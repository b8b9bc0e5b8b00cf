/* SPDX-License-Identifier: GPL-2.0 */
/* A block device in use, for structures that hold one; functions: kapi_block.h. */
#ifndef SCST_KAPI_BDEV_H
#define SCST_KAPI_BDEV_H

#include "scst_kapi_config.h"

#include <linux/types.h>

struct bdev_handle;
struct block_device;
struct file;

/*
 * A block device opened for our exclusive use.  What the kernel returns from
 * an open: a file (6.9), a struct bdev_handle (6.7), the device (before).
 */
struct scst_bdev_handle {
	struct block_device *bdev;
#if defined(SCST_HAVE_BDEV_FILE_OPEN_BY_PATH)
	struct file *file;
#elif defined(SCST_HAVE_BDEV_OPEN_BY_PATH)
	struct bdev_handle *handle;
#elif defined(SCST_HAVE_BLKDEV_GET_BY_PATH_4)
	void *holder;
#else
	fmode_t mode;
#endif
};

#endif
