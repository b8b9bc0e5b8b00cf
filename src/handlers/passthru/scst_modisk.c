// SPDX-License-Identifier: GPL-2.0
/* Real magneto-optical disks. */
#include <linux/module.h>

#include "passthru.h"

static const struct scst_dev_type modisk_types[] = {
	PASSTHRU_TYPE("dev_modisk", TYPE_MOD, PASSTHRU_BLOCK, .exec = passthru_exec),
	PASSTHRU_TYPE("dev_modisk_perf", TYPE_MOD, PASSTHRU_BLOCK,
		      .exec = passthru_exec_perf),
};

PASSTHRU_MODULE(modisk_types, "pass-through of MO disks");
