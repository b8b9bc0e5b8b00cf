// SPDX-License-Identifier: GPL-2.0
/* The driver byte of a SCSI result. */
#include <linux/module.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>

int scst_probe(void);
int scst_probe(void)
{
	set_driver_byte((struct scsi_cmnd *)NULL, DRIVER_SENSE);
	return 0;
}
