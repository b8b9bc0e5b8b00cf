/* SPDX-License-Identifier: GPL-2.0 */
/* Instead of src/compat/kapi_bdev.h: BLOCKIO is the kernel's alone. */
#ifndef SCST_SHIM_KAPI_BDEV_H
#define SCST_SHIM_KAPI_BDEV_H

struct scst_bdev_handle {
	struct block_device *bdev;
};

#endif /* SCST_SHIM_KAPI_BDEV_H */
