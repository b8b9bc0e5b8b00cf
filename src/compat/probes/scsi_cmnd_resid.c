// SPDX-License-Identifier: GPL-2.0
/* There is no struct scsi_request any more: all is in struct scsi_cmnd. */
#include <linux/module.h>
#include <scsi/scsi_cmnd.h>

unsigned int scst_probe(struct scsi_cmnd *scmd);
unsigned int scst_probe(struct scsi_cmnd *scmd)
{
	return scmd->resid_len + scmd->sense_len;
}
