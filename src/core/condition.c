// SPDX-License-Identifier: GPL-2.0
/*
 * What a device is busy with, or what is wrong with it: told by REQUEST SENSE, and
 * to commands that can't be carried out meanwhile (SPC-5 5.12.2, 6.39). Builds in user space
 * too (src/tools/fileio_tgt).
 */
#include <scsi/scsi_proto.h>

#include "kapi_base.h"
#include "scsi_tgt.h"
#include "cmd_sense.h"

/* One word, so that it is read as a whole: from the top, two bytes of progress. */
#define CONDITION_THERE		BIT_ULL(32)
#define CONDITION_PROGRESS	BIT_ULL(33)

void scst_dev_set_condition(struct scst_device *dev, u8 key, u8 asc, u8 ascq,
			    int progress)
{
	u64 word = CONDITION_THERE | key << 16 | asc << 8 | ascq;

	if (progress >= 0)
		word |= CONDITION_PROGRESS | (u64)progress << 48;
	WRITE_ONCE(dev->condition, word);
}
SCST_EXPORT(scst_dev_set_condition);

void scst_dev_clear_condition(struct scst_device *dev)
{
	WRITE_ONCE(dev->condition, 0);
}
SCST_EXPORT(scst_dev_clear_condition);

/**
 * scst_dev_get_condition() - what scst_dev_set_condition() has said
 * @dev: the device
 * @sense: filled
 *
 * Context: any.
 * Return: false: nothing.
 */
bool scst_dev_get_condition(const struct scst_device *dev,
			    struct scst_sense *sense)
{
	u64 word = READ_ONCE(dev->condition);

	if (!word)
		return false;
	sense->key = word >> 16;
	sense->asc = word >> 8;
	sense->ascq = word;
	sense->progress_valid = word & CONDITION_PROGRESS;
	sense->progress = word >> 48;
	return true;
}
