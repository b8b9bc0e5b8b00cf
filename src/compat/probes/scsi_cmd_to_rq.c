// SPDX-License-Identifier: GPL-2.0
/* scsi_cmd_to_rq(). */
#include <linux/module.h>
#include <scsi/scsi_cmnd.h>

int scst_probe(void);
int scst_probe(void)
{
	(void)scsi_cmd_to_rq((struct scsi_cmnd *)NULL);
	return 0;
}
