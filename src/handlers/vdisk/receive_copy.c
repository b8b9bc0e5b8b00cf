// SPDX-License-Identifier: GPL-2.0
/*
 * RECEIVE COPY RESULTS, SPC-5 6.27 to 6.32: what a nexus can ask about its copies,
 * and what can be copied. What is known of one that has ended is told
 * once, and forgotten if its list identifier is used again or there are too many.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "xcopy.h"
#include "xcopy_parse.h"

#define PARAMETERS_LEN		46
#define STATUS_LEN		12
#define DETAILS_HEADER		60

void vdisk_copies_init(struct vdisk_nexus *nexus)
{
	spin_lock_init(&nexus->copies_lock);
	INIT_LIST_HEAD(&nexus->copies);
}

static void copy_free(struct vdisk_copy *copy)
{
	if (copy)
		kfree(copy->token);
	kfree(copy);
}

/* No command is left in the nexus. */
void vdisk_copies_free(struct vdisk_nexus *nexus)
{
	struct vdisk_copy *copy, *next;

	list_for_each_entry_safe(copy, next, &nexus->copies, entry)
		copy_free(copy);
}

/* The copy of that name, or NULL. Context: under @nexus->copies_lock. */
struct vdisk_copy *__vdisk_copy_find(struct vdisk_nexus *nexus, bool lid4,
				     u32 list_id)
{
	struct vdisk_copy *copy;

	lockdep_assert_held(&nexus->copies_lock);
	list_for_each_entry(copy, &nexus->copies, entry)
		if (copy->id.lid4 == lid4 && copy->id.list_id == list_id)
			return copy;
	return NULL;
}

/* One that has ended goes if there are too many. False: all of them are running. */
static bool __copies_make_room(struct vdisk_nexus *nexus, struct vdisk_copy **old)
{
	struct vdisk_copy *copy;
	unsigned int n = 0;

	lockdep_assert_held(&nexus->copies_lock);
	list_for_each_entry(copy, &nexus->copies, entry) {
		n++;
		if (!*old && copy->state != VDISK_COPY_RUNNING)
			*old = copy;
	}
	if (n < VDISK_COPY_CONCURRENT)
		*old = NULL;
	else if (!*old)
		return false;
	return true;
}

/* Takes @copy in, @old is to be freed; or sets the status. */
static bool __copy_add(struct scst_cmd *cmd, struct vdisk_nexus *nexus,
		       struct vdisk_copy *copy, struct vdisk_copy **old)
{
	struct vdisk_copy *same = __vdisk_copy_find(nexus, copy->id.lid4,
						    copy->id.list_id);

	if (same && same->state == VDISK_COPY_RUNNING) {
		/* OPERATION IN PROGRESS */
		scst_set_cmd_error(cmd, 0x5, 0x00, 0x16);
		return false;
	}
	*old = same;
	if (!same && !__copies_make_room(nexus, old)) {
		scst_set_busy(cmd);
		return false;
	}
	if (*old)
		list_del(&(*old)->entry);
	list_add_tail(&copy->entry, &nexus->copies);
	return true;
}

/**
 * vdisk_copy_begin() - a copy that can be asked about
 * @cmd: the command
 * @id: its name
 *
 * Context: process context.
 * Return: NULL: refused, the status is set.
 */
struct vdisk_copy *vdisk_copy_begin(struct scst_cmd *cmd,
				    const struct vdisk_copy_id *id)
{
	const struct vdisk_dev *vdev = cmd->dev->dh_priv;
	struct vdisk_nexus *nexus = cmd->tgt_dev->dh_priv;
	struct vdisk_copy *copy = kzalloc(sizeof(*copy), GFP_NOIO);
	struct vdisk_copy *old = NULL;
	unsigned long flags;
	bool added;

	if (!copy) {
		scst_set_busy(cmd);
		return NULL;
	}
	copy->id = *id;
	copy->resets = READ_ONCE(vdev->unit.resets);
	spin_lock_irqsave(&nexus->copies_lock, flags);
	added = __copy_add(cmd, nexus, copy, &old);
	spin_unlock_irqrestore(&nexus->copies_lock, flags);
	if (added) {
		copy_free(old);
		return copy;
	}
	kfree(copy);
	return NULL;
}

void vdisk_copy_progress(struct scst_tgt_dev *tgt_dev, struct vdisk_copy *copy,
			 unsigned int segments, u64 bytes)
{
	struct vdisk_nexus *nexus = tgt_dev->dh_priv;
	unsigned long flags;

	if (!copy)
		return;
	spin_lock_irqsave(&nexus->copies_lock, flags);
	copy->segments += segments;
	copy->bytes += bytes;
	spin_unlock_irqrestore(&nexus->copies_lock, flags);
}

static void __copy_keep(struct vdisk_copy *copy, bool failed, u8 status,
			const u8 *sense, u8 sense_len)
{
	copy->state = failed ? VDISK_COPY_FAILED : VDISK_COPY_GOOD;
	copy->status = status;
	copy->sense_len = sense_len;
	memcpy(copy->sense, sense, sense_len);
}

static void copy_end(struct vdisk_nexus *nexus, struct vdisk_copy *copy,
		     bool failed, u8 status, const u8 *sense, u8 sense_len)
{
	bool discard = copy->id.discard;
	unsigned long flags;

	spin_lock_irqsave(&nexus->copies_lock, flags);
	if (discard)
		list_del(&copy->entry);
	else
		__copy_keep(copy, failed, status, sense, sense_len);
	spin_unlock_irqrestore(&nexus->copies_lock, flags);
	/* One that is kept may be gone already. */
	if (discard)
		copy_free(copy);
}

/**
 * vdisk_copy_end() - keep how it has ended
 * @cmd: the command; its status is set
 * @copy: from vdisk_copy_begin(), or NULL
 *
 * Context: process context; before scst_cmd_done().
 */
void vdisk_copy_end(struct scst_cmd *cmd, struct vdisk_copy *copy)
{
	bool ended = scst_cmd_ended(cmd);

	if (copy)
		copy_end(cmd->tgt_dev->dh_priv, copy,
			 ended || scst_cmd_must_end(cmd), cmd->status,
			 cmd->sense, ended ? cmd->sense_len : 0);
}

/**
 * vdisk_copy_end_alone() - the same, of one that has gone on without its command
 * @tgt_dev: its nexus
 * @copy: from vdisk_copy_begin()
 * @sense: sense data
 * @sense_len: their length, 0: it went well
 *
 * Context: process context.
 */
void vdisk_copy_end_alone(struct scst_tgt_dev *tgt_dev, struct vdisk_copy *copy,
			  const u8 *sense, u8 sense_len)
{
	copy_end(tgt_dev->dh_priv, copy, sense_len,
		 sense_len ? SAM_STAT_CHECK_CONDITION : SAM_STAT_GOOD, sense,
		 sense_len);
}

/* ---- the commands ---- */

/* Each answer about a copy that has ended is given once. */
static bool __copy_tell(struct vdisk_copy *copy, bool details)
{
	bool *told = details ? &copy->details_told : &copy->status_told;

	if (*told)
		return false;
	*told = copy->state != VDISK_COPY_RUNNING;
	return true;
}

/* A copy of what is known of the list identifier in the CDB, or an error. */
static bool copy_look_up(struct scst_cmd *cmd, struct vdisk_copy *found,
			 bool details)
{
	const struct vdisk_dev *vdev = cmd->dev->dh_priv;
	struct vdisk_nexus *nexus = cmd->tgt_dev->dh_priv;
	struct vdisk_copy *copy;
	unsigned long flags;

	spin_lock_irqsave(&nexus->copies_lock, flags);
	copy = __vdisk_copy_find(nexus, false, cmd->cdb[2]);
	if (copy && (copy->resets != READ_ONCE(vdev->unit.resets) ||
		     !__copy_tell(copy, details)))
		copy = NULL;
	if (copy)
		*found = *copy;
	spin_unlock_irqrestore(&nexus->copies_lock, flags);
	if (!copy)
		scst_set_invalid_field(cmd, 2, -1);
	return copy;
}

/* COPY STATUS. */
void vdisk_copy_status(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	struct vdisk_copy copy;
	u8 buf[STATUS_LEN] = {};
	u8 unit = 0;

	if (!copy_look_up(cmd, &copy, false))
		return;
	/* TRANSFER COUNT UNITS: bytes, KiB, MiB and so on. */
	while (copy.bytes >> (10 * unit) > U32_MAX)
		unit++;
	put_unaligned_be32(STATUS_LEN - 4, &buf[0]);
	buf[4] = copy.state;
	put_unaligned_be16(copy.segments, &buf[5]);
	buf[7] = unit;
	put_unaligned_be32(copy.bytes >> (10 * unit), &buf[8]);
	scst_copy_response(cmd, buf, sizeof(buf));
}

/* FAILED SEGMENT DETAILS: the sense data once more. */
void vdisk_copy_details(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u8 buf[DETAILS_HEADER + SCST_MAX_SENSE_LEN] = {};
	struct vdisk_copy copy;
	unsigned int len = 4;

	if (!copy_look_up(cmd, &copy, true))
		return;
	if (copy.state == VDISK_COPY_FAILED && copy.sense_len) {
		len = DETAILS_HEADER + copy.sense_len;
		buf[56] = copy.status;
		put_unaligned_be16(copy.sense_len, &buf[58]);
		memcpy(&buf[DETAILS_HEADER], copy.sense, copy.sense_len);
	}
	put_unaligned_be32(len - 4, &buf[0]);
	scst_copy_response(cmd, buf, len);
}

/* OPERATING PARAMETERS. */
void vdisk_copy_parameters(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u8 buf[PARAMETERS_LEN] = {};

	put_unaligned_be32(PARAMETERS_LEN - 4, &buf[0]);
	buf[4] = 0x01;				/* SNLID */
	put_unaligned_be16(VDISK_XCOPY_TARGETS, &buf[8]);
	put_unaligned_be16(VDISK_XCOPY_SEGMENTS, &buf[10]);
	put_unaligned_be32(VDISK_XCOPY_DESCS, &buf[12]);
	put_unaligned_be32(U16_MAX << vdev->block_shift, &buf[16]);
	put_unaligned_be16(VDISK_COPY_CONCURRENT, &buf[34]);
	buf[36] = VDISK_COPY_CONCURRENT;
	buf[37] = VDISK_COPY_GRANULARITY;
	buf[43] = 2;				/* types of descriptors */
	buf[44] = VDISK_XCOPY_TYPE_B2B;
	buf[45] = VDISK_XCOPY_TYPE_ID;
	scst_copy_response(cmd, buf, sizeof(buf));
}
