// SPDX-License-Identifier: GPL-2.0
/* Real disks, and what measures without them. */
#include <linux/module.h>

#include "passthru.h"

static const struct scst_dev_type disk_types[] = {
	PASSTHRU_TYPE("dev_disk", TYPE_DISK, PASSTHRU_BLOCK, .exec = passthru_exec),
	PASSTHRU_TYPE("dev_disk_perf", TYPE_DISK, PASSTHRU_BLOCK,
		      .exec = passthru_exec_perf),
};

PASSTHRU_MODULE(disk_types, "pass-through of disks");
