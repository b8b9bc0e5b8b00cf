// SPDX-License-Identifier: GPL-2.0
/* queuecommand() returns an enum. */
#include <linux/module.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_host.h>

enum scsi_qc_status scst_probe(struct scsi_host_template *t);
enum scsi_qc_status scst_probe(struct scsi_host_template *t)
{
	return t->queuecommand(NULL, NULL);
}
