// SPDX-License-Identifier: GPL-2.0
/* Real processor devices. */
#include <linux/module.h>

#include "passthru.h"

static const struct scst_dev_type processor_types[] = {
	PASSTHRU_TYPE("dev_processor", TYPE_PROCESSOR, PASSTHRU_PLAIN,
		      .exec = passthru_exec),
};

PASSTHRU_MODULE(processor_types, "pass-through of processor devices");
