// SPDX-License-Identifier: GPL-2.0
/* Without liburing: threads read and write by system calls. */
#include "fileio_tgt.h"

const bool fileio_has_uring;

int fileio_uring_start(struct fio_dev *fdev)
{
	return 0;
}

void fileio_uring_stop(struct fio_dev *fdev)
{
}

bool fileio_uring_rw(struct scst_cmd *cmd, struct vdisk_dev *vdev, struct backing *b,
		     u32 len, bool write, bool fua)
{
	return false;
}
