/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Backings that are open files: what FILEIO and O_DIRECT share.
 */
#ifndef VDISK_FILEIO_H
#define VDISK_FILEIO_H

#include "vdisk.h"

/* What a task is like while it is in a file system. */
struct vdisk_fs_task {
	unsigned int noio;
	unsigned long flags;
};

void vdisk_fs_enter(struct vdisk_fs_task *task);
void vdisk_fs_leave(const struct vdisk_fs_task *task);

int vdisk_fileio_open(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx);
void vdisk_fileio_close(struct vdisk_dev *vdev);
u64 vdisk_fileio_size(const struct vdisk_dev *vdev);

ssize_t vdisk_fileio_call(struct kiocb *iocb, struct iov_iter *it, bool write);
int vdisk_fileio_io(struct vdisk_dev *vdev, struct page *page, loff_t pos,
		    u32 len, bool write, bool fua);
void vdisk_fileio_rw_now(struct scst_cmd *cmd, struct vdisk_dev *vdev, u32 len,
			 bool write, bool fua);
enum scst_exec_res vdisk_fileio_sync(struct scst_cmd *cmd,
				     struct vdisk_dev *vdev, u64 lba, u64 blocks);

#endif /* VDISK_FILEIO_H */
