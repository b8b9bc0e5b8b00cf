// SPDX-License-Identifier: GPL-2.0
/*
 * Unit attention conditions (SAM-5 5.14) of each I_T_L nexus: one bit for each
 * kind, so that a condition is never queued twice, reported in the order of the
 * table. Deferred errors (SPC-5 4.4.7) are told in the same way.
 *
 * A condition is cleared when a command takes it. If that command's response does
 * not reach the initiator, the condition is raised again at the command's end.
 */
#include <linux/bitops.h>
#include <scsi/scsi_proto.h>

#include "events.h"
#include "scst_priv.h"

struct ua_code {
	u8 key, asc, ascq;
	bool deferred;
};

static const struct ua_code ua_codes[SCST_NR_UAS] = {
	[SCST_UA_RESET]		   = { SCST_LOAD_SENSE(scst_sense_reset_UA) },
	[SCST_UA_BUS_DEVICE_RESET] = { SCST_LOAD_SENSE(scst_sense_bus_device_reset_UA) },
	[SCST_UA_NEXUS_LOSS]	   = { SCST_LOAD_SENSE(scst_sense_nexus_loss_UA) },
	[SCST_UA_LUNS_CHANGED]	   = { SCST_LOAD_SENSE(scst_sense_reported_luns_data_changed_UA) },
	[SCST_UA_CAPACITY_CHANGED] = { SCST_LOAD_SENSE(scst_sense_capacity_data_changed_UA) },
	[SCST_UA_MODE_CHANGED]	   = { SCST_LOAD_SENSE(scst_sense_mode_parameters_changed_UA) },
	[SCST_UA_INQUIRY_CHANGED]  = { SCST_LOAD_SENSE(scst_sense_inquiry_data_changed_UA) },
	[SCST_UA_CLEARED_BY_OTHER] = { SCST_LOAD_SENSE(scst_sense_cleared_by_another_ini_UA) },
	[SCST_UA_RESV_PREEMPTED]   = { SCST_LOAD_SENSE(scst_sense_resv_preempted_UA) },
	[SCST_UA_REG_PREEMPTED]	   = { SCST_LOAD_SENSE(scst_sense_reg_preempted_UA) },
	[SCST_UA_RESV_RELEASED]	   = { SCST_LOAD_SENSE(scst_sense_resv_released_UA) },
	[SCST_UA_ACCESS_CHANGED]   = { SCST_LOAD_SENSE(scst_sense_access_changed_UA) },
	[SCST_UA_MEDIUM_CHANGED]   = { SCST_LOAD_SENSE(scst_sense_medium_changed_UA) },
	[SCST_UA_LOG_CHANGED]	   = { SCST_LOAD_SENSE(scst_sense_log_parameters_changed_UA) },
	[SCST_UA_TIMESTAMP_CHANGED] = { SCST_LOAD_SENSE(scst_sense_timestamp_changed_UA) },
	[SCST_UA_IDENT_CHANGED]	   = { SCST_LOAD_SENSE(scst_sense_ident_changed_UA) },
	[SCST_UA_SOFT_THRESHOLD]   = { SCST_LOAD_SENSE(scst_sense_soft_threshold_UA) },
	[SCST_UA_WRITE_DEFERRED]   = { SCST_LOAD_SENSE(scst_sense_medium_write_error), true },
};

/**
 * scst_ua_raise() - the initiator has to be told something
 * @tgt_dev: the I_T_L nexus
 * @ua: what
 *
 * Context: any.
 */
void scst_ua_raise(struct scst_tgt_dev *tgt_dev, enum scst_ua ua)
{
	set_bit(ua, &tgt_dev->ua);
	scst_event_ua(tgt_dev, ua, false);
}

void scst_dev_raise_ua(struct scst_device *dev, enum scst_ua ua,
		       const struct scst_tgt_dev *but)
{
	struct scst_tgt_dev *tgt_dev;
	unsigned long flags;

	spin_lock_irqsave(&dev->tgt_devs_lock, flags);
	list_for_each_entry(tgt_dev, &dev->tgt_devs, dev_entry)
		if (tgt_dev != but)
			scst_ua_raise(tgt_dev, ua);
	spin_unlock_irqrestore(&dev->tgt_devs_lock, flags);
}
SCST_EXPORT(scst_dev_raise_ua);

static void ua_to_sense(unsigned int ua, struct scst_sense *sense)
{
	sense->key = ua_codes[ua].key;
	sense->asc = ua_codes[ua].asc;
	sense->ascq = ua_codes[ua].ascq;
	sense->deferred = ua_codes[ua].deferred;
}

/*
 * Of the conditions that say "reset" (29h) the one of the highest precedence
 * stands for the others, SAM-5 5.14.2.
 */
static void ua_clear_implied(struct scst_tgt_dev *tgt_dev, unsigned int ua)
{
	unsigned int other;

	if (ua_codes[ua].asc != 0x29)
		return;
	for (other = ua + 1; other < SCST_NR_UAS; other++)
		if (ua_codes[other].asc == 0x29 && test_bit(other, &tgt_dev->ua))
			clear_bit(other, &tgt_dev->ua);
}

/**
 * scst_ua_take() - take the next condition, which counts as reported
 * @cmd: the command that reports it, mapped
 * @sense: filled
 *
 * Context: any.
 * Return: false: there is none.
 */
bool scst_ua_take(struct scst_cmd *cmd, struct scst_sense *sense)
{
	struct scst_tgt_dev *tgt_dev = cmd->tgt_dev;
	unsigned int ua;

	do {
		ua = find_first_bit(&tgt_dev->ua, SCST_NR_UAS);
		if (ua >= SCST_NR_UAS)
			return false;
	} while (!test_and_clear_bit(ua, &tgt_dev->ua));

	ua_clear_implied(tgt_dev, ua);
	ua_to_sense(ua, sense);
	cmd->ua = ua;
	scst_event_ua(tgt_dev, ua, true);
	set_bit(SCST_CMD_F_UA, &cmd->flags);
	return true;
}

/**
 * scst_ua_peek() - look at the next condition
 * @tgt_dev: the I_T_L nexus
 * @sense: filled if there is one
 *
 * Context: any.
 * Return: how many there are.
 */
unsigned int scst_ua_peek(struct scst_tgt_dev *tgt_dev, struct scst_sense *sense)
{
	unsigned long pending = READ_ONCE(tgt_dev->ua);

	if (pending)
		ua_to_sense(__ffs(pending), sense);
	return hweight_long(pending);
}

/**
 * scst_ua_report() - end a command with the next condition, if there is one
 * @cmd: the command, mapped
 *
 * Context: any.
 * Return: true: its status is set.
 */
bool scst_ua_report(struct scst_cmd *cmd)
{
	struct scst_sense sense = { };

	if (!scst_ua_take(cmd, &sense))
		return false;
	scst_set_cmd_sense(cmd, &sense);
	return true;
}

/**
 * scst_ua_luns_told() - whoever asks for the LUNs is told that they changed
 * @cmd: REPORT LUNS
 *
 * SPC-5 6.33: on all LUNs of the nexus. Before the list is read, so that a change
 * in between is told again.
 *
 * Context: any.
 */
void scst_ua_luns_told(struct scst_cmd *cmd)
{
	struct scst_tgt_dev *tgt_dev;
	unsigned long lun;

	rcu_read_lock();
	xa_for_each(&cmd->sess->luns, lun, tgt_dev) {
		if (!test_bit(SCST_UA_LUNS_CHANGED, &tgt_dev->ua) ||
		    !test_and_clear_bit(SCST_UA_LUNS_CHANGED, &tgt_dev->ua))
			continue;
		cmd->ua = SCST_UA_LUNS_CHANGED;
		set_bit(SCST_CMD_F_UA, &cmd->flags);
	}
	rcu_read_unlock();
}

/**
 * scst_ua_restore() - the initiator has not been told after all
 * @cmd: the command that had taken a condition
 *
 * Context: any.
 */
void scst_ua_restore(struct scst_cmd *cmd)
{
	struct scst_tgt_dev *tgt_dev;
	unsigned long lun;

	if (cmd->cdb[0] != REPORT_LUNS) {
		scst_ua_raise(cmd->tgt_dev, cmd->ua);
		return;
	}
	rcu_read_lock();
	xa_for_each(&cmd->sess->luns, lun, tgt_dev)
		scst_ua_raise(tgt_dev, cmd->ua);
	rcu_read_unlock();
}
