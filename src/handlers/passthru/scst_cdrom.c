// SPDX-License-Identifier: GPL-2.0
/* Real CD-ROM drives. */
#include <linux/module.h>

#include "passthru.h"

static const struct scst_dev_type cdrom_types[] = {
	PASSTHRU_TYPE("dev_cdrom", TYPE_ROM, PASSTHRU_BLOCK, .exec = passthru_exec),
};

PASSTHRU_MODULE(cdrom_types, "pass-through of CD-ROM drives");
