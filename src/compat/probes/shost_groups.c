// SPDX-License-Identifier: GPL-2.0
/* A SCSI host's attributes come in groups. */
#include <linux/module.h>
#include <scsi/scsi_host.h>

struct scsi_host_template scst_probe;
struct scsi_host_template scst_probe = {
	.shost_groups	= NULL,
};
