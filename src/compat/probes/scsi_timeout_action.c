// SPDX-License-Identifier: GPL-2.0
/* eh_timed_out() returns an enum of the SCSI mid-level. */
#include <linux/module.h>
#include <scsi/scsi_host.h>

enum scsi_timeout_action scst_probe(struct scsi_host_template *t);
enum scsi_timeout_action scst_probe(struct scsi_host_template *t)
{
	return t->eh_timed_out ? SCSI_EH_NOT_HANDLED : SCSI_EH_RESET_TIMER;
}
