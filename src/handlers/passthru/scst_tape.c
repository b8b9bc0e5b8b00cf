// SPDX-License-Identifier: GPL-2.0
/* Real tape drives. */
#include <linux/module.h>

#include "passthru.h"

static const struct scst_dev_type tape_types[] = {
	PASSTHRU_TYPE("dev_tape", TYPE_TAPE, PASSTHRU_TAPE, .exec = passthru_exec),
	PASSTHRU_TYPE("dev_tape_perf", TYPE_TAPE, PASSTHRU_TAPE,
		      .exec = passthru_exec_perf),
};

PASSTHRU_MODULE(tape_types, "pass-through of tape drives");
