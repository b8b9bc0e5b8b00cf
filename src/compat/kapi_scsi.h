/* SPDX-License-Identifier: GPL-2.0 */
/* The initiator's SCSI mid-level, and the driver model around a SCSI host. */
#ifndef SCST_KAPI_SCSI_H
#define SCST_KAPI_SCSI_H

#include "scst_kapi_config.h"

#include <linux/device.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi.h>
#include <scsi/scsi_cmnd.h>
#include <scsi/scsi_device.h>
#include <scsi/scsi_host.h>

/* Complete a command: a field of the command before 5.16. */
static inline void scst_scsi_done(struct scsi_cmnd *scmd)
{
#ifdef SCST_HAVE_SCSI_DONE
	scsi_done(scmd);
#else
	scmd->scsi_done(scmd);
#endif
}

/* The block layer's request of a command: a field before 5.15. */
static inline struct request *scst_scsi_cmd_to_rq(struct scsi_cmnd *scmd)
{
#ifdef SCST_HAVE_SCSI_CMD_TO_RQ
	return scsi_cmd_to_rq(scmd);
#else
	return scmd->request;
#endif
}

/* First 512-byte sector of a command; scsi_get_lba() was this before 5.15. */
static inline sector_t scst_scsi_get_sector(struct scsi_cmnd *scmd)
{
	return blk_rq_pos(scst_scsi_cmd_to_rq(scmd));
}

/*
 * Set the result to a SAM status with DID_OK.  Before 5.14 a CHECK CONDITION
 * with sense had to say so in the driver byte as well.
 */
static inline void scst_scsi_set_status(struct scsi_cmnd *scmd, u8 status)
{
	scmd->result = status;
#ifdef SCST_HAVE_DRIVER_SENSE
	if (status == SAM_STAT_CHECK_CONDITION)
		set_driver_byte(scmd, DRIVER_SENSE);
#endif
}

/* CHECK CONDITION with this sense data, cut to what the mid-level can hold. */
static inline void scst_scsi_set_sense(struct scsi_cmnd *scmd,
				       const u8 *sense, unsigned int len)
{
	scst_scsi_set_status(scmd, SAM_STAT_CHECK_CONDITION);
	memset(scmd->sense_buffer, 0, SCSI_SENSE_BUFFERSIZE);
	memcpy(scmd->sense_buffer, sense,
	       min_t(unsigned int, len, SCSI_SENSE_BUFFERSIZE));
}

/* Ask a device again for its size and identity; took a struct device before 6.6. */
static inline void scst_scsi_rescan_device(struct scsi_device *sdev)
{
#ifdef SCST_HAVE_SCSI_RESCAN_DEVICE_SDEV
	scsi_rescan_device(sdev);
#else
	scsi_rescan_device(&sdev->sdev_gendev);
#endif
}

/* What queuecommand() returns: an enum of its own in 7.x. */
#ifdef SCST_HAVE_SCSI_QC_STATUS
typedef enum scsi_qc_status scst_qc_status_t;
#else
typedef int scst_qc_status_t;
#endif

/* What eh_timed_out() returns: values with SCSI names since 6.2. */
#ifdef SCST_HAVE_SCSI_TIMEOUT_ACTION
typedef enum scsi_timeout_action scst_scsi_timeout_t;
#define SCST_EH_RESET_TIMER	SCSI_EH_RESET_TIMER
#define SCST_EH_NOT_HANDLED	SCSI_EH_NOT_HANDLED
#else
typedef enum blk_eh_timer_return scst_scsi_timeout_t;
#define SCST_EH_RESET_TIMER	BLK_EH_RESET_TIMER
#define SCST_EH_NOT_HANDLED	BLK_EH_DONE
#endif

/*
 * Rows of a scsi_host_template, and the signature of its configure function.
 * slave_alloc() became sdev_init(), slave_configure() became sdev_configure()
 * with queue limits, slave_destroy() became sdev_destroy(), all in 6.14:
 *
 *	static SCST_SDEV_CONFIGURE(slocal_sdev_configure, sdev)
 *	{
 *		...
 *		return 0;
 *	}
 *
 *	static struct scsi_host_template slocal_sht = {
 *		SCST_SHT_SDEV_INIT(slocal_sdev_init),
 *		SCST_SHT_SDEV_CONFIGURE(slocal_sdev_configure),
 *		SCST_SHT_SDEV_DESTROY(slocal_sdev_destroy),
 */
#ifdef SCST_HAVE_SDEV_CONFIGURE
#define SCST_SHT_SDEV_INIT(fn)		.sdev_init = (fn)
#define SCST_SHT_SDEV_CONFIGURE(fn)	.sdev_configure = (fn)
#define SCST_SHT_SDEV_DESTROY(fn)	.sdev_destroy = (fn)
#define SCST_SDEV_CONFIGURE(fn, sdev) \
	int fn(struct scsi_device *sdev, \
	       struct queue_limits __always_unused *lim)
#else
#define SCST_SHT_SDEV_INIT(fn)		.slave_alloc = (fn)
#define SCST_SHT_SDEV_CONFIGURE(fn)	.slave_configure = (fn)
#define SCST_SHT_SDEV_DESTROY(fn)	.slave_destroy = (fn)
#define SCST_SDEV_CONFIGURE(fn, sdev) \
	int fn(struct scsi_device *sdev)
#endif

/*
 * map_queues() of a host template returned an int before 6.1.  The body must
 * not return a value: static SCST_SHT_MAP_QUEUES(fn, shost) { ... }
 */
#ifdef SCST_HAVE_MAP_QUEUES_VOID
#define SCST_SHT_MAP_QUEUES(fn, shost) \
	void fn(struct Scsi_Host *shost)
#else
#define SCST_SHT_MAP_QUEUES(fn, shost) \
	void fn##_body(struct Scsi_Host *shost); \
	static int fn(struct Scsi_Host *shost) \
	{ \
		fn##_body(shost); \
		return 0; \
	} \
	static void fn##_body(struct Scsi_Host *shost)
#endif

/* Type of the driver seen by bus_type.match(): const since 6.11. */
#ifdef SCST_HAVE_BUS_MATCH_CONST
typedef const struct device_driver scst_match_driver_t;
#else
typedef struct device_driver scst_match_driver_t;
#endif

/*
 * bus_type.remove() returned an int before 5.15.  The body must not return a
 * value: static SCST_BUS_REMOVE(fn, dev) { ... }
 */
#ifdef SCST_HAVE_BUS_REMOVE_VOID
#define SCST_BUS_REMOVE(fn, dev) \
	void fn(struct device *dev)
#else
#define SCST_BUS_REMOVE(fn, dev) \
	void fn##_body(struct device *dev); \
	static int fn(struct device *dev) \
	{ \
		fn##_body(dev); \
		return 0; \
	} \
	static void fn##_body(struct device *dev)
#endif

#endif
