// SPDX-License-Identifier: GPL-2.0
/*
 * What a CHECK CONDITION does to the other commands (SAM-5 5.9, 5.10): with NACA
 * in its CDB it establishes an auto contingent allegiance (ACA), which holds up
 * the task set until the initiator clears it; with QErr it aborts them.
 */
#include <linux/rculist.h>
#include <scsi/scsi_proto.h>

#include "order.h"

#define SCST_CDB_NACA		0x04	/* bit of the CONTROL byte, SAM-5 5.2 */
#define SCST_QERR_ABORT_ALL	1	/* SPC-5 7.5.10 */
#define SCST_QERR_ABORT_NEXUS	3
#define SCST_XCDB		0x7e	/* SPC-5 4.2.5: CONTROL is byte 1 */
#define SCST_PROUT_PREEMPT_ABORT 0x05

static bool cmd_naca(const struct scst_cmd *cmd)
{
	unsigned int len = min_t(unsigned int, cmd->cdb_len, SCST_MAX_CDB_LEN);
	unsigned int control;

	if (!len)
		return false;
	if (cmd->cdb[0] == VARIABLE_LENGTH_CMD || cmd->cdb[0] == SCST_XCDB)
		control = 1;
	else
		control = (scst_cdb_len(cmd->cdb, len) ?: len) - 1;
	return control < len && (cmd->cdb[control] & SCST_CDB_NACA);
}

/**
 * scst_aca_exempts() - may a command run in spite of an ACA?
 * @cmd: the command, admitted
 *
 * That of the faulted nexus with the ACA attribute, and the way out for others:
 * PERSISTENT RESERVE OUT with PREEMPT AND ABORT.
 */
bool scst_aca_exempts(const struct scst_cmd *cmd)
{
	return cmd->queue_type == SCST_CMD_QUEUE_ACA ||
	       (cmd->cdb[0] == PERSISTENT_RESERVE_OUT && cmd->cdb_len > 1 &&
		(cmd->cdb[1] & 0x1f) == SCST_PROUT_PREEMPT_ABORT);
}

/**
 * __scst_aca_admits() - may a command join the task set, as far as ACA goes?
 * @ts: the task set
 * @cmd: the command; gets its status, if not
 *
 * SAM-5 5.9.3 and 5.9.4.
 *
 * Context: any, @ts->lock held.
 */
bool __scst_aca_admits(struct scst_task_set *ts, struct scst_cmd *cmd)
{
	bool aca = cmd->queue_type == SCST_CMD_QUEUE_ACA;

	lockdep_assert_held(&ts->lock);
	if (likely(!ts->aca)) {
		if (aca)
			scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_invalid_message));
		return !aca;
	}
	if (cmd->tgt_dev == ts->aca) {
		if (aca && !ts->aca_cmds)
			return true;
		scst_set_cmd_error_status(cmd, SAM_STAT_ACA_ACTIVE);
		return false;
	}
	if (!aca && scst_aca_exempts(cmd))
		return true;
	scst_set_cmd_error_status(cmd, cmd_naca(cmd) ? SAM_STAT_ACA_ACTIVE :
						       SAM_STAT_BUSY);
	return false;
}

/* A second fault, of a command that was already running, changes nothing. */
static void aca_establish(struct scst_task_set *ts, struct scst_tgt_dev *tgt_dev)
{
	unsigned long flags;
	bool adopt = false;

	spin_lock_irqsave(&ts->lock, flags);
	/* Of a nexus that goes nobody could clear it: scst_aca_nexus_gone(). */
	if (!ts->aca && !percpu_ref_is_dying(&tgt_dev->cmds)) {
		adopt = __scst_order_track(ts);
		ts->aca = tgt_dev;
	}
	spin_unlock_irqrestore(&ts->lock, flags);
	if (adopt)
		scst_order_adopt(ts);
}

/* @tgt_dev: only if this nexus has caused it; NULL: any. */
static void aca_clear(struct scst_task_set *ts, const struct scst_tgt_dev *tgt_dev)
{
	unsigned long flags;

	spin_lock_irqsave(&ts->lock, flags);
	if (ts->aca && (!tgt_dev || ts->aca == tgt_dev)) {
		ts->aca = NULL;
		ts->last = jiffies;
		__scst_order_pump(ts);
	}
	spin_unlock_irqrestore(&ts->lock, flags);
}

/**
 * scst_aca_clear_nexus() - the ACA of a nexus is over
 * @tgt_dev: the nexus: it has asked for it, or is lost
 *
 * Context: any.
 */
void scst_aca_clear_nexus(struct scst_tgt_dev *tgt_dev)
{
	aca_clear(&tgt_dev->dev->tset, tgt_dev);
	aca_clear(&tgt_dev->tset, tgt_dev);
}

/**
 * scst_aca_clear_dev() - all ACA of a device is over, since it is reset
 * @dev: the device
 *
 * Context: any.
 */
void scst_aca_clear_dev(struct scst_device *dev)
{
	struct scst_tgt_dev *tgt_dev;

	aca_clear(&dev->tset, NULL);
	rcu_read_lock();
	list_for_each_entry_rcu(tgt_dev, &dev->tgt_devs, dev_entry)
		aca_clear(&tgt_dev->tset, NULL);
	rcu_read_unlock();
}

/* SPC-5 7.5.10, QERR: which commands the failed one takes with it. */
static void fault_abort(struct scst_cmd *cmd, u8 qerr)
{
	struct scst_abort a = {
		.but = cmd,
		.by = cmd->sess,
		.tell = true,
	};

	if (qerr == SCST_QERR_ABORT_NEXUS ||
	    READ_ONCE(cmd->dev->control.tst))
		a.tgt_dev = cmd->tgt_dev;
	else
		a.dev = cmd->dev;
	scst_abort(&a);
}

/**
 * scst_cmd_faulted() - a command is about to end with CHECK CONDITION
 * @cmd: the command, before its response
 *
 * Context: any, no lock held.
 */
void scst_cmd_faulted(struct scst_cmd *cmd)
{
	struct scst_tgt_dev *tgt_dev = cmd->tgt_dev;
	u8 qerr;

	if (!tgt_dev || test_and_set_bit(SCST_CMD_F_FAULT, &cmd->flags))
		return;
	if (cmd_naca(cmd))
		aca_establish(scst_task_set_of(tgt_dev), tgt_dev);
	else if (cmd->queue_type == SCST_CMD_QUEUE_ACA)
		scst_aca_clear_nexus(tgt_dev);

	qerr = READ_ONCE(cmd->dev->control.qerr);
	if (qerr == SCST_QERR_ABORT_ALL || qerr == SCST_QERR_ABORT_NEXUS)
		fault_abort(cmd, qerr);
}
