// SPDX-License-Identifier: GPL-2.0
/* scsi_host_busy_iter() calls a function of two arguments. */
#include <linux/module.h>
#include <scsi/scsi_host.h>

bool scst_probe_fn(struct scsi_cmnd *scmd, void *priv);
void scst_probe(struct Scsi_Host *shost);
void scst_probe(struct Scsi_Host *shost)
{
	scsi_host_busy_iter(shost, scst_probe_fn, NULL);
}
