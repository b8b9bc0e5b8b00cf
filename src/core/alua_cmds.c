// SPDX-License-Identifier: GPL-2.0
/* REPORT TARGET PORT GROUPS (SPC-5 6.37) and SET TARGET PORT GROUPS (6.46). */
#include <linux/string.h>

#include "alua.h"

#define SCST_RTPG_EXTENDED	1	/* PARAMETER DATA FORMAT */
#define SCST_STPG_DESC_LEN	4
#define SCST_STPG_MAX_DESCS	256
#define SCST_STPG_KEEP		0xff	/* no state: the group isn't named */

/* All states but offline and logical block dependent. */
#define SCST_TPG_SUPPORTED	0x8f

static u32 report_port(struct scst_cmd *cmd, u32 off, const struct scst_tgt *tgt)
{
	u8 buf[4] = { };

	put_unaligned_be16(tgt->rel_tgt_id, &buf[2]);
	scst_response_put(cmd, off, buf, sizeof(buf));
	return off + sizeof(buf);
}

/* A target port group descriptor, SPC-5 table 330; returns its end. */
static u32 report_group(struct scst_cmd *cmd, u32 off, unsigned int place)
{
	const struct scst_tpg *tpg = &scst_tpgs[place];
	const struct scst_access *access = &cmd->dev->access[place];
	unsigned int left = min(tpg->n_tgts, SCST_TPG_MAX_PORTS + 0u);
	struct scst_tgt *tgt;
	u8 buf[8] = {
		[0] = tpg->pref << 7 | access->state,
		[1] = SCST_TPG_SUPPORTED,
		[5] = access->status,
		[7] = left,
	};

	put_unaligned_be16(tpg->id, &buf[2]);
	scst_response_put(cmd, off, buf, sizeof(buf));
	off += sizeof(buf);
	list_for_each_entry(tgt, &tpg->tgts, tpg_entry) {
		if (!left--)
			break;
		off = report_port(cmd, off, tgt);
	}
	return off;
}

/**
 * scst_exec_report_tpgs() - REPORT TARGET PORT GROUPS
 * @cmd: the command, mapped
 *
 * Context: process context.
 */
void scst_exec_report_tpgs(struct scst_cmd *cmd)
{
	u8 format = cmd->cdb[1] >> 5;
	u8 header[8] = { [4] = SCST_RTPG_EXTENDED << 4 };
	u32 header_len = format == SCST_RTPG_EXTENDED ? 8 : 4;
	u32 off = header_len;
	unsigned int i;

	if (format > SCST_RTPG_EXTENDED) {
		scst_set_invalid_field(cmd, 1, 7);
		return;
	}
	mutex_lock(&scst_alua_lock);
	/* It may have been switched off since the command was parsed. */
	if (!scst_dev_tpgs(cmd->dev)) {
		scst_set_invalid_field(cmd, 1, 4);	/* SERVICE ACTION */
		goto out;
	}
	for (i = 0; i < SCST_MAX_TPGS; i++)
		if (scst_tpgs[i].id && scst_tpgs[i].n_tgts)
			off = report_group(cmd, off, i);
	put_unaligned_be32(off - 4, header);
	scst_response_put(cmd, 0, header, header_len);
out:
	mutex_unlock(&scst_alua_lock);
}

/* A set target port group descriptor into @states; false: its status is set. */
static bool set_parse(struct scst_cmd *cmd, u32 off, u8 *states)
{
	u8 desc[SCST_STPG_DESC_LEN] = { };
	int place;
	u8 state;

	scst_get_param_list(cmd, desc, off, sizeof(desc));
	state = desc[0] & 0x0f;
	if (state > SCST_ACCESS_UNAVAILABLE) {
		scst_set_invalid_field_in_param(cmd, off, 3);
		return false;
	}
	place = __scst_tpg_find(get_unaligned_be16(&desc[2]));
	/* Without ports it isn't reported, so there is no such group. */
	if (place < 0 || !scst_tpgs[place].n_tgts) {
		scst_set_invalid_field_in_param(cmd, off + 2, -1);
		return false;
	}
	states[place] = state;
	return true;
}

static void set_apply(struct scst_cmd *cmd, const u8 *states)
{
	struct scst_device *dev = cmd->dev;
	bool changed = false;
	unsigned int i;

	spin_lock_irq(&dev->tgt_devs_lock);
	for (i = 0; i < SCST_MAX_TPGS; i++) {
		if (states[i] == SCST_STPG_KEEP || states[i] == dev->access[i].state)
			continue;
		dev->access[i].state = states[i];
		dev->access[i].status = SCST_ACCESS_BY_COMMAND;
		changed = true;
	}
	spin_unlock_irq(&dev->tgt_devs_lock);
	if (changed)
		__scst_alua_changed(dev, cmd->tgt_dev);
}

static bool set_length_is_good(const struct scst_cmd *cmd)
{
	u64 len = cmd->data_len;

	return len >= 4 && !(len % SCST_STPG_DESC_LEN) &&
	       len <= 4 + SCST_STPG_MAX_DESCS * SCST_STPG_DESC_LEN &&
	       len <= cmd->bufflen;
}

/**
 * scst_exec_set_tpgs() - SET TARGET PORT GROUPS
 * @cmd: the command, mapped
 *
 * For the logical unit that it was sent to; all of the list or nothing.
 *
 * Context: process context.
 */
void scst_exec_set_tpgs(struct scst_cmd *cmd)
{
	u8 states[SCST_MAX_TPGS];
	u64 off;

	if (!cmd->data_len)
		return;
	if (!set_length_is_good(cmd)) {
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_parameter_list_length_invalid));
		return;
	}
	memset(states, SCST_STPG_KEEP, sizeof(states));
	mutex_lock(&scst_alua_lock);
	/* Once: the list may be memory that the initiator changes meanwhile. */
	for (off = 4; off < cmd->data_len; off += SCST_STPG_DESC_LEN)
		if (!set_parse(cmd, off, states))
			goto out;
	/* As above. */
	if (scst_dev_tpgs(cmd->dev) & SCST_TPGS_EXPLICIT)
		set_apply(cmd, states);
	else
		scst_set_invalid_field(cmd, 1, 4);	/* SERVICE ACTION */
out:
	mutex_unlock(&scst_alua_lock);
}
