// SPDX-License-Identifier: GPL-2.0
/* A host template's map_queues() returns nothing. */
#include <linux/module.h>
#include <scsi/scsi_host.h>

void scst_probe(struct scsi_host_template *t, void (*fn)(struct Scsi_Host *));
void scst_probe(struct scsi_host_template *t, void (*fn)(struct Scsi_Host *))
{
	t->map_queues = fn;
}
