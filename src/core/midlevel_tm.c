// SPDX-License-Identifier: GPL-2.0
/*
 * Task management of real devices: commands are aborted, and devices reset, by what
 * the SCSI mid-level does itself when a command times out and when SG_SCSI_RESET is
 * asked for.
 *
 * An abort is a timer that runs out now: the mid-level has the host's driver abort
 * the command, and gives it back. Nobody else ends it, so it does not matter if it
 * has just ended by itself.
 */
#include <linux/delay.h>
#include <scsi/scsi_eh.h>

#include "kapi_scsi.h"
#include "midlevel.h"

#define RESET_TAG_TRIES		50	/* 100 ms each */
#define RESET_UA_TRIES		4

/* Held while a request is looked at; any context; nothing is taken inside. */
static DEFINE_SPINLOCK(midlevel_abort_lock);

/*
 * A host whose driver can't abort one command would be stopped as a whole and be
 * reset, with all its devices. That is too much for what an initiator may ask for.
 */
static bool host_can_abort(const struct scsi_device *sdev)
{
	return sdev->host->hostt->eh_abort_handler;
}

/**
 * __scst_midlevel_abort() - have the device abort a command, if it has it
 * @cmd: the command, of any device
 * @anyway: even if the host as a whole suffers
 *
 * A request that the host's driver has not got yet is missed: ask again.
 *
 * Context: any; the caller keeps @cmd's memory by a lock.
 */
void __scst_midlevel_abort(struct scst_cmd *cmd, bool anyway)
{
	struct request *rq;
	unsigned long flags;

	if (!READ_ONCE(cmd->rq))
		return;
	if (!anyway && !host_can_abort(cmd->dev->scsi_dev))
		return;
	spin_lock_irqsave(&midlevel_abort_lock, flags);
	set_bit(SCST_CMD_F_RQ_HELD, &cmd->flags);
	smp_mb__after_atomic();	/* pairs with scst_midlevel_release() */
	rq = READ_ONCE(cmd->rq);
	if (rq)
		blk_abort_request(rq);
	clear_bit_unlock(SCST_CMD_F_RQ_HELD, &cmd->flags);
	spin_unlock_irqrestore(&midlevel_abort_lock, flags);
}

/* A few instructions, with interrupts off, on another CPU. */
void scst_midlevel_wait_unheld(struct scst_cmd *cmd)
{
	while (test_bit(SCST_CMD_F_RQ_HELD, &cmd->flags))
		cpu_relax();
	smp_mb();	/* pairs with clear_bit_unlock() */
}

/* ---- reset ---- */

/* The host takes no commands meanwhile. False: the device is offline. */
static bool reset_begin(struct scsi_device *sdev)
{
	struct Scsi_Host *shost = sdev->host;
	unsigned long flags;
	bool mine = false;

	while (!mine) {
		if (!scsi_block_when_processing_errors(sdev))
			return false;
		spin_lock_irqsave(shost->host_lock, flags);
		if (!scsi_host_in_recovery(shost)) {
			shost->tmf_in_progress = 1;
			mine = true;
		}
		spin_unlock_irqrestore(shost->host_lock, flags);
	}
	return true;
}

static void reset_end(struct scsi_device *sdev)
{
	struct Scsi_Host *shost = sdev->host;
	struct scsi_device *other;
	unsigned long flags;

	spin_lock_irqsave(shost->host_lock, flags);
	shost->tmf_in_progress = 0;
	spin_unlock_irqrestore(shost->host_lock, flags);
	wake_up(&shost->host_wait);
	shost_for_each_device(other, shost)
		blk_mq_run_hw_queues(other->request_queue, true);
}

/* The handler wants a command to know the device by. It is never sent. */
static struct request *reset_request(struct scsi_device *sdev)
{
	struct request *rq;
	int tries = 0;

	for (;;) {
		rq = scst_rq_alloc(sdev, false, false);
		if (!IS_ERR(rq) || ++tries == RESET_TAG_TRIES)
			break;
		msleep(100);
	}
	if (!IS_ERR(rq))
		scst_rq_prepare_reset(rq, sdev);
	return rq;
}

static bool reset_run(struct scsi_device *sdev, struct request *rq)
{
	bool ok;

	if (!reset_begin(sdev))
		return false;
	ok = sdev->host->hostt->eh_device_reset_handler(blk_mq_rq_to_pdu(rq)) ==
	     SUCCESS;
	if (ok) {
		sdev->was_reset = 1;
		sdev->expecting_cc_ua = 1;
	}
	reset_end(sdev);
	return ok;
}

/*
 * The device wants to tell of its reset. All nexuses are told by the core; what it
 * has to tell beyond that, they are told as well.
 */
static void reset_take_uas(struct scst_device *dev)
{
	struct scsi_sense_hdr sense;
	int tries = RESET_UA_TRIES;

	scst_resv_real_reset(dev);
	while (tries-- && scst_midlevel_test_ready(dev, &sense) == -EIO &&
	       sense.sense_key == UNIT_ATTENTION)
		if (sense.asc != 0x29)
			scst_midlevel_reflect(dev, &sense, NULL);
}

/**
 * scst_midlevel_reset() - LOGICAL UNIT RESET of a real device
 * @dev: the device; its commands were aborted
 *
 * A driver that can't reset a logical unit leaves it at that: it would have to
 * reset the devices of others.
 *
 * Context: process context.
 * Return: false: it was not reset.
 */
bool scst_midlevel_reset(struct scst_device *dev)
{
	struct scsi_device *sdev = dev->scsi_dev;
	struct request *rq;
	bool ok;

	might_sleep();
	if (!sdev->host->hostt->eh_device_reset_handler) {
		scst_info("device %s: its driver resets no single device: its commands were aborted, no more\n",
			  dev->name);
		return true;
	}
	if (scsi_autopm_get_device(sdev))
		return false;
	rq = reset_request(sdev);
	ok = !IS_ERR(rq) && reset_run(sdev, rq);
	if (!IS_ERR(rq))
		scst_rq_free(rq);
	scsi_autopm_put_device(sdev);
	if (ok)
		reset_take_uas(dev);
	else
		scst_err("device %s: its driver has failed to reset it\n",
			 dev->name);
	return ok;
}
