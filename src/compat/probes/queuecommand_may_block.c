// SPDX-License-Identifier: GPL-2.0
/* A SCSI host's template can say that its queuecommand() sleeps. */
#include <linux/module.h>
#include <scsi/scsi_host.h>

struct scsi_host_template scst_probe;
struct scsi_host_template scst_probe = {
	.queuecommand_may_block	= 1,
};
