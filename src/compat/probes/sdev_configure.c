// SPDX-License-Identifier: GPL-2.0
/* sdev_init(), sdev_configure(), sdev_destroy(), formerly slave_... */
#include <linux/module.h>
#include <scsi/scsi_host.h>

int scst_probe(struct scsi_host_template *t, struct queue_limits *lim);
int scst_probe(struct scsi_host_template *t, struct queue_limits *lim)
{
	t->sdev_init(NULL);
	t->sdev_destroy(NULL);
	return t->sdev_configure(NULL, lim);
}
