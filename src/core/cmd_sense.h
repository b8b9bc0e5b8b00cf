/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sense data of commands and devices, for the core alone. Builds in user space too
 * (src/tools/fileio_tgt).
 */
#ifndef SCST_CMD_SENSE_H
#define SCST_CMD_SENSE_H

#include "sense.h"

struct scst_cmd;
struct scst_device;

/* cmd_sense.c */
void scst_set_cmd_sense(struct scst_cmd *cmd, struct scst_sense *sense);

/* condition.c */
bool scst_dev_get_condition(const struct scst_device *dev,
			    struct scst_sense *sense);

#endif /* SCST_CMD_SENSE_H */
