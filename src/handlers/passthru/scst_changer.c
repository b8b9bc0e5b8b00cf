// SPDX-License-Identifier: GPL-2.0
/* Real medium changers. */
#include <linux/module.h>

#include "passthru.h"

static const struct scst_dev_type changer_types[] = {
	PASSTHRU_TYPE("dev_changer", TYPE_MEDIUM_CHANGER, PASSTHRU_PLAIN,
		      .exec = passthru_exec),
};

PASSTHRU_MODULE(changer_types, "pass-through of medium changers");
