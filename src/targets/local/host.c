// SPDX-License-Identifier: GPL-2.0
/*
 * The SCSI host that a session is for the initiator's side of this machine.
 */
#include <linux/cpumask.h>
#include <linux/sizes.h>
#include <linux/sysfs.h>

#include "local.h"

/* Each queue has this many command structures, about 1.5 KiB each. */
static unsigned int can_queue = 128;
module_param(can_queue, uint, 0444);
MODULE_PARM_DESC(can_queue, "commands in flight for each hardware queue of a session, 1 to 1024 (128)");

/* Below the core's limit of commands in a nexus, by default. */
static unsigned int queue_depth = 40;
module_param(queue_depth, uint, 0444);
MODULE_PARM_DESC(queue_depth, "commands in flight for each LUN of a session, 1 to 1024 (40)");

static unsigned int hw_queues;
module_param(hw_queues, uint, 0444);
MODULE_PARM_DESC(hw_queues, "hardware queues of a session; 0: one for each CPU, at most 16");

static ssize_t target_name_show(struct device *dev,
				struct device_attribute *attr, char *buf)
{
	struct slocal_sess *ls = shost_priv(class_to_shost(dev));

	return scnprintf(buf, PAGE_SIZE, "%s\n", ls->lt->name);
}
static DEVICE_ATTR_RO(target_name);

static ssize_t initiator_name_show(struct device *dev,
				   struct device_attribute *attr, char *buf)
{
	struct slocal_sess *ls = shost_priv(class_to_shost(dev));

	return scnprintf(buf, PAGE_SIZE, "%s\n", ls->initiator);
}
static DEVICE_ATTR_RO(initiator_name);

static SCST_SHOST_ATTRS(slocal_host, SCST_SHOST_ATTR(target_name),
			SCST_SHOST_ATTR(initiator_name));

/*
 * Its presence keeps the mid-level from clearing the driver data before every
 * command: scst_cmd_init() sets what needs to be set.
 */
static int slocal_init_cmd_priv(struct Scsi_Host *shost, struct scsi_cmnd *scmd)
{
	struct slocal_cmd *lc = scsi_cmd_priv(scmd);

	lc->in_core = false;
	return 0;
}

static struct scsi_host_template slocal_sht = {
	.module			= THIS_MODULE,
	.name			= SLOCAL_NAME,
	.proc_name		= SLOCAL_NAME,
	.queuecommand		= slocal_queuecommand,
	SCST_SHT_QUEUECOMMAND_MAY_BLOCK
	.cmd_size		= sizeof(struct slocal_cmd),
	.init_cmd_priv		= slocal_init_cmd_priv,
	.change_queue_depth	= scsi_change_queue_depth,
	.eh_abort_handler	= slocal_eh_abort,
	.eh_device_reset_handler = slocal_eh_device_reset,
	.eh_target_reset_handler = slocal_eh_target_reset,
	.eh_host_reset_handler	= slocal_eh_host_reset,
	.skip_settle_delay	= 1,
	SCST_SHT_SDEV_INIT(slocal_sdev_init),
	SCST_SHT_SDEV_DESTROY(slocal_sdev_destroy),
	SCST_SHT_ATTRS(slocal_host),
	.this_id		= -1,
	.sg_tablesize		= SG_MAX_SEGMENTS,
	.max_sectors		= SZ_4M >> SECTOR_SHIFT,
	.max_segment_size	= SZ_4M,
};

/* A device of the host, which the caller has, keeps the session. */
struct scst_session *slocal_session_of(struct Scsi_Host *shost)
{
	const struct slocal_sess *ls = shost_priv(shost);

	return shost->hostt == &slocal_sht ? ls->sess : NULL;
}

/*
 * A host for one session, with its struct slocal_sess cleared; NULL: no memory. The
 * mid-level doesn't look whether it could name the host, and adding one without a
 * name is an invalid argument.
 */
struct Scsi_Host *slocal_host_alloc(void)
{
	struct Scsi_Host *shost;

	shost = scsi_host_alloc(&slocal_sht, sizeof(struct slocal_sess));
	if (!shost)
		return NULL;
	if (!dev_name(&shost->shost_gendev) || !dev_name(&shost->shost_dev)) {
		scsi_host_put(shost);
		return NULL;
	}
	shost->max_id = 1;
	/* Flat space addressing, with the method's bits: 4000h to 7fffh. */
	shost->max_lun = 2 * SCST_MAX_LUNS;
	shost->max_cmd_len = SCST_MAX_CDB_LEN;
	shost->can_queue = clamp(can_queue, 1U, 1024U);
	shost->cmd_per_lun = clamp(queue_depth, 1U, 1024U);
	shost->nr_hw_queues = hw_queues ? min(hw_queues, nr_cpu_ids) :
					  min(16U, nr_cpu_ids);
	return shost;
}
