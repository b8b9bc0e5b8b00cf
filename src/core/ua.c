// SPDX-License-Identifier: GPL-2.0
/*
 * Unit attention conditions (SAM-5 5.14) of each I_T_L nexus: one bit for each
 * kind, so that a condition is never queued twice, reported in the order of the
 * table.
 */
#include "scst_priv.h"

struct ua_code {
	u8 key, asc, ascq;
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
	[SCST_UA_MEDIUM_CHANGED]   = { SCST_LOAD_SENSE(scst_sense_medium_changed_UA) },
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

/**
 * scst_ua_take() - take the next condition, which counts as reported
 * @tgt_dev: the I_T_L nexus
 * @sense: filled
 *
 * Context: any.
 * Return: false: there is none.
 */
bool scst_ua_take(struct scst_tgt_dev *tgt_dev, struct scst_sense *sense)
{
	unsigned int ua;

	do {
		ua = find_first_bit(&tgt_dev->ua, SCST_NR_UAS);
		if (ua >= SCST_NR_UAS)
			return false;
	} while (!test_and_clear_bit(ua, &tgt_dev->ua));

	sense->key = ua_codes[ua].key;
	sense->asc = ua_codes[ua].asc;
	sense->ascq = ua_codes[ua].ascq;
	return true;
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

	if (!scst_ua_take(cmd->tgt_dev, &sense))
		return false;
	scst_set_cmd_error(cmd, sense.key, sense.asc, sense.ascq);
	return true;
}
