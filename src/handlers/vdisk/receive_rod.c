// SPDX-License-Identifier: GPL-2.0
/*
 * RECEIVE COPY STATUS(LID4) and RECEIVE ROD TOKEN INFORMATION, SPC-5 6.24 and 6.28:
 * how a POPULATE TOKEN or WRITE USING TOKEN has ended, or how far it is, and the
 * token. It can be asked more than once: an answer may get lost.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "rod_parse.h"
#include "xcopy.h"

#define ROD_HEADER		32
#define ROD_DESC		(2 + VDISK_ROD_TOKEN)
#define ROD_ANSWER		(ROD_HEADER + SCST_MAX_SENSE_LEN + 4 + ROD_DESC)
#define ROD_POLL_MS		100	/* to ask again after that time is soon enough */
#define ROD_UNITS_BLOCKS	0xf1	/* TRANSFER COUNT UNITS */

/* COPY OPERATION STATUS, SPC-5 table 210 */
#define ROD_STATUS_GOOD		0x01
#define ROD_STATUS_ERRORS	0x02
#define ROD_STATUS_FOREGROUND	0x11
#define ROD_STATUS_BACKGROUND	0x12

static u8 rod_status(const struct vdisk_copy *copy)
{
	switch (copy->state) {
	case VDISK_COPY_GOOD:
		return ROD_STATUS_GOOD;
	case VDISK_COPY_FAILED:
		return ROD_STATUS_ERRORS;
	default:
		return copy->id.background ? ROD_STATUS_BACKGROUND :
					     ROD_STATUS_FOREGROUND;
	}
}

/* The part that both have; returns its length. */
static unsigned int rod_answer(u8 *p, const struct vdisk_copy *copy, u8 shift)
{
	p[4] = copy->id.sa;
	p[5] = rod_status(copy);
	put_unaligned_be16(1, &p[6]);
	if (copy->state == VDISK_COPY_RUNNING)
		put_unaligned_be32(ROD_POLL_MS, &p[8]);
	p[12] = copy->status;
	p[13] = copy->sense_len;
	p[14] = copy->sense_len;
	p[15] = ROD_UNITS_BLOCKS;
	put_unaligned_be64(copy->bytes >> shift, &p[16]);
	memcpy(&p[ROD_HEADER], copy->sense, copy->sense_len);
	return ROD_HEADER + copy->sense_len;
}

/* ROD TOKEN DESCRIPTORS LENGTH, and the one there may be. */
static unsigned int rod_answer_token(u8 *p, const struct vdisk_copy *copy)
{
	if (copy->state != VDISK_COPY_GOOD || !copy->token) {
		put_unaligned_be32(0, p);
		return 4;
	}
	put_unaligned_be32(ROD_DESC, p);
	memcpy(p + 4 + 2, copy->token, VDISK_ROD_TOKEN);
	return 4 + ROD_DESC;
}

/* Its length; 0: there is no such copy. */
static unsigned int rod_look_up(struct scst_cmd *cmd, struct vdisk_dev *vdev,
				u8 *buf, bool token)
{
	struct vdisk_nexus *nexus = cmd->tgt_dev->dh_priv;
	struct vdisk_copy *copy;
	unsigned int len = 0;
	unsigned long flags;

	spin_lock_irqsave(&nexus->copies_lock, flags);
	copy = __vdisk_copy_find(nexus, true, get_unaligned_be32(&cmd->cdb[2]));
	if (copy && copy->resets == READ_ONCE(vdev->unit.resets)) {
		len = rod_answer(buf, copy, vdev->block_shift);
		if (token)
			len += rod_answer_token(buf + len, copy);
	}
	spin_unlock_irqrestore(&nexus->copies_lock, flags);
	return len;
}

static void rod_tell(struct scst_cmd *cmd, struct vdisk_dev *vdev, bool token)
{
	u8 *buf = kzalloc(ROD_ANSWER, GFP_ATOMIC | __GFP_NOWARN);
	unsigned int len;

	if (!buf) {
		scst_set_busy(cmd);
		return;
	}
	len = rod_look_up(cmd, vdev, buf, token);
	if (len) {
		put_unaligned_be32(len - 4, &buf[0]);
		scst_copy_response(cmd, buf, len);
	} else {
		scst_set_invalid_field(cmd, 2, -1);
	}
	kfree(buf);
}

void vdisk_copy_status_lid4(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	rod_tell(cmd, vdev, false);
}

void vdisk_rod_information(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	rod_tell(cmd, vdev, true);
}
