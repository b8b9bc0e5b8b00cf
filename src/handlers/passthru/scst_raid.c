// SPDX-License-Identifier: GPL-2.0
/* Real storage array controllers. */
#include <linux/module.h>

#include "passthru.h"

static const struct scst_dev_type raid_types[] = {
	PASSTHRU_TYPE("dev_raid", TYPE_RAID, PASSTHRU_PLAIN, .exec = passthru_exec),
};

PASSTHRU_MODULE(raid_types, "pass-through of storage array controllers");
