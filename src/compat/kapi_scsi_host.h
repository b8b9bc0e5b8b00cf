/* SPDX-License-Identifier: GPL-2.0 */
/* Being a SCSI host: what only drivers of the initiator's mid-level need. */
#ifndef SCST_KAPI_SCSI_HOST_H
#define SCST_KAPI_SCSI_HOST_H

#include "scst_kapi_config.h"

#include <linux/blk-mq.h>
#include <linux/device.h>
#include <linux/mutex.h>
#include <linux/sysfs.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_host.h>

/*
 * A queuecommand() that may sleep.
 *
 * Since 6.4 the host template has a flag for that.  Before 6.2 it was only the
 * mid-level that never asked for BLK_MQ_F_BLOCKING: the SRCU that replaces RCU
 * around dispatch was part of the request queue (of the hardware queue before
 * 5.16), and whether it is there was decided from the tag set's flags when the
 * queue was made, which is when a device is scanned.  So the flag can be set
 * once the host has its tag set, and before its first device:
 *
 * - dispatch (blk_mq_run_dispatch_ops()), quiescing and freezing look at the
 *   flag of the queue, not at what SCSI thinks;
 * - scsi_run_queue() and its like, which run from completions in atomic
 *   context, end in blk_mq_run_hw_queue(), which with the flag leaves the queue
 *   to kblockd instead of running it in place;
 * - the error handler calls queuecommand() from its own thread, no lock held;
 * - only scsi_host_block() relies on the flag to be clear, for drivers that
 *   call it.
 *
 * Kernels in between (and whatever backports half of it) keep the SRCU in the
 * tag set, made with it: too late for us, so there queuecommand() can't sleep.
 */
#ifdef SCST_HAVE_QUEUECOMMAND_MAY_BLOCK
#define SCST_SHT_QUEUECOMMAND_MAY_BLOCK	.queuecommand_may_block = 1,
#define SCST_SHOST_TAG_FLAGS		0
#define scst_queuecommand_may_sleep()	true
#elif !defined(SCST_HAVE_TAG_SET_SRCU)
#define SCST_SHT_QUEUECOMMAND_MAY_BLOCK
#define SCST_SHOST_TAG_FLAGS		BLK_MQ_F_BLOCKING
#define scst_queuecommand_may_sleep()	true
#else
#define SCST_SHT_QUEUECOMMAND_MAY_BLOCK
#define SCST_SHOST_TAG_FLAGS		0
#define scst_queuecommand_may_sleep()	false
#endif

/*
 * With a sleeping queuecommand() an I/O scheduler sends every request through
 * kblockd.  The flag came in 5.16; before, several hardware queues said the same.
 */
#ifdef SCST_HAVE_NO_SCHED_BY_DEFAULT
#define SCST_NO_SCHED_BY_DEFAULT	BLK_MQ_F_NO_SCHED_BY_DEFAULT
#else
#define SCST_NO_SCHED_BY_DEFAULT	0
#endif

/*
 * scsi_add_host() for a host without an I/O scheduler, whose template has
 * SCST_SHT_QUEUECOMMAND_MAY_BLOCK.  The mutex keeps scans that are asked for
 * through sysfs away until the flags are set.
 */
static inline int scst_scsi_add_host(struct Scsi_Host *shost,
				     struct device *parent)
{
	int ret;

	mutex_lock(&shost->scan_mutex);
	ret = scsi_add_host(shost, parent);
	if (!ret)
		shost->tag_set.flags |= SCST_SHOST_TAG_FLAGS |
					SCST_NO_SCHED_BY_DEFAULT;
	mutex_unlock(&shost->scan_mutex);
	return ret;
}

/*
 * Attributes of a host in sysfs: groups since 5.16, a list before.
 *
 *	static DEVICE_ATTR_RO(color);
 *	static SCST_SHOST_ATTRS(mine, SCST_SHOST_ATTR(color), ...);
 *	static struct scsi_host_template sht = { SCST_SHT_ATTRS(mine), ... };
 */
#ifdef SCST_HAVE_SHOST_GROUPS
#define SCST_SHOST_ATTR(name)		(&dev_attr_##name.attr)
#define SCST_SHOST_ATTRS(name, ...) \
	struct attribute *name##_attrs[] = { __VA_ARGS__, NULL }; \
	ATTRIBUTE_GROUPS(name)
#define SCST_SHT_ATTRS(name)		.shost_groups = name##_groups
#else
#define SCST_SHOST_ATTR(name)		(&dev_attr_##name)
#define SCST_SHOST_ATTRS(name, ...) \
	struct device_attribute *name##_attrs[] = { __VA_ARGS__, NULL }
#define SCST_SHT_ATTRS(name)		.shost_attrs = name##_attrs
#endif

/*
 * The function that scsi_host_busy_iter() calls lost its last argument in 6.1:
 *
 *	static SCST_BUSY_ITER_FN(fn, scmd, priv)
 *	{
 *		return true;	(go on)
 *	}
 */
#ifdef SCST_HAVE_BUSY_ITER_2
#define SCST_BUSY_ITER_FN(fn, scmd, priv) \
	bool fn(struct scsi_cmnd *scmd, void *priv)
#else
#define SCST_BUSY_ITER_FN(fn, scmd, priv) \
	bool fn(struct scsi_cmnd *scmd, void *priv, bool __always_unused reserved)
#endif

#endif
