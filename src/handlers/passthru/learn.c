// SPDX-License-Identifier: GPL-2.0
/*
 * How long the blocks of a device are. What initiators ask it is listened to; where
 * it may have changed without that, the device is asked by a work item.
 */
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <scsi/scsi_common.h>

#include "passthru.h"

#define LEARN_TRIES		5	/* unit attentions come first */
#define MODE_DESC_LEN		8	/* of a mode parameter block descriptor */
#define MODE_HEAD_6		4
#define MODE_HEAD_10		8

static struct workqueue_struct *learn_wq;

static void learn_work(struct work_struct *work)
{
	struct passthru_dev *pd = container_of(work, struct passthru_dev, learn);

	if (!pd->ask(pd) && !work_pending(work))
		WRITE_ONCE(pd->stale, false);
}

/* Context: process context. Return: the device's dh_priv, or ERR_PTR(). */
struct passthru_dev *passthru_dev_alloc(struct scst_device *dev,
					int (*ask)(struct passthru_dev *pd))
{
	struct passthru_dev *pd = kzalloc(sizeof(*pd), GFP_KERNEL);

	if (!pd)
		return ERR_PTR(-ENOMEM);
	pd->dev = dev;
	pd->ask = ask;
	INIT_WORK(&pd->learn, learn_work);
	dev->dh_priv = pd;
	return pd;
}

/* No command is left that could start the work item again. */
void passthru_dev_free(struct passthru_dev *pd)
{
	cancel_work_sync(&pd->learn);
	kfree(pd);
}

/* As scst_midlevel_ask(), but for unit attentions. */
int passthru_ask(struct scst_device *dev, const u8 *cdb, u8 cdb_len, void *buf,
		 u32 len)
{
	struct scsi_sense_hdr sense;
	int tries = LEARN_TRIES;
	int ret;

	do {
		ret = scst_midlevel_ask(dev, cdb, cdb_len, buf, len, &sense);
	} while (ret == -EIO && sense.sense_key == UNIT_ATTENTION && --tries);
	return ret;
}

/* Any context. */
void passthru_learn(struct passthru_dev *pd)
{
	WRITE_ONCE(pd->stale, true);
	queue_work(learn_wq, &pd->learn);
}

/* A new medium, a reset, other mode parameters or capacity: SPC-5 annex F. */
bool passthru_hears_of_change(const struct scst_cmd *cmd)
{
	struct scsi_sense_hdr sense;

	return scst_midlevel_told(cmd, &sense) && sense.sense_key == UNIT_ATTENTION &&
	       (sense.asc == 0x28 || sense.asc == 0x29 || sense.asc == 0x2a);
}

void passthru_set_block(struct passthru_dev *pd, u32 block, const char *from)
{
	if (READ_ONCE(pd->block) != block)
		scst_trace(SCST_TRACE_SCSI, "device %s: blocks of %u bytes, was %u: %s\n",
			   pd->dev->name, block, READ_ONCE(pd->block), from);
	WRITE_ONCE(pd->block, block);
}

/* BLOCK LENGTH of the first block descriptor, SPC-5 7.5.7; false: there is none. */
bool passthru_mode_block(const u8 *buf, u32 len, bool ten, u32 *block)
{
	unsigned int head = ten ? MODE_HEAD_10 : MODE_HEAD_6;

	if (len < head + MODE_DESC_LEN ||
	    (ten ? get_unaligned_be16(&buf[6]) : buf[3]) < MODE_DESC_LEN)
		return false;
	if (ten && buf[4] & 0x01)	/* LONGLBA: another format */
		return false;
	*block = get_unaligned_be24(&buf[head + 5]);
	return true;
}

/* The same of a MODE SENSE of current values or a MODE SELECT, which ended well. */
bool passthru_mode_block_of(const struct scst_cmd *cmd, u32 *block)
{
	u8 buf[MODE_HEAD_10 + MODE_DESC_LEN];
	u32 len = cmd->bufflen;
	bool ten = false;

	switch (cmd->cdb[0]) {
	case MODE_SENSE_10:
		ten = true;
		fallthrough;
	case MODE_SENSE:
		if (cmd->cdb[2] >> 6)	/* PC: changeable, default, saved */
			return false;
		len = cmd->resp_data_len;
		break;
	case MODE_SELECT_10:
		ten = true;
		fallthrough;
	case MODE_SELECT:
		break;
	default:
		return false;
	}
	len = min_t(u32, len, sizeof(buf));
	return len && passthru_mode_block(buf,
					  sg_copy_to_buffer(cmd->sg, cmd->sg_cnt, buf, len),
					  ten, block);
}

int passthru_learn_init(void)
{
	learn_wq = alloc_workqueue("scst_passthru", WQ_UNBOUND, 0);
	return learn_wq ? 0 : -ENOMEM;
}

void passthru_learn_exit(void)
{
	destroy_workqueue(learn_wq);
}
