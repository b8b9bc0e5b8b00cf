// SPDX-License-Identifier: GPL-2.0
/*
 * RECEIVE COPY RESULTS, SPC-5 6.27 to 6.32: what a nexus can ask about its copies,
 * and what can be copied. What is known of one that has ended is told
 * once, and forgotten if its list identifier is used again or there are too many.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "xcopy.h"
#include "xcopy_parse.h"

#define PARAMETERS_LEN		46
#define STATUS_LEN		12
#define DETAILS_HEADER		60
#define VPD_8F_COMMANDS		16
#define VPD_8F_PARAMETERS	32
#define VPD_8F_DESCRIPTORS	8
#define VPD_8F_OPERATIONS	36

void vdisk_copies_init(struct vdisk_nexus *nexus)
{
	spin_lock_init(&nexus->copies_lock);
	INIT_LIST_HEAD(&nexus->copies);
}

/* No command is left in the nexus. */
void vdisk_copies_free(struct vdisk_nexus *nexus)
{
	struct vdisk_copy *copy, *next;

	list_for_each_entry_safe(copy, next, &nexus->copies, entry)
		kfree(copy);
}

static struct vdisk_copy *__copy_find(struct vdisk_nexus *nexus, u8 list_id)
{
	struct vdisk_copy *copy;

	lockdep_assert_held(&nexus->copies_lock);
	list_for_each_entry(copy, &nexus->copies, entry)
		if (copy->list_id == list_id)
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
	struct vdisk_copy *same = __copy_find(nexus, copy->list_id);

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
 * @list_id: LIST IDENTIFIER
 * @discard: only while it is at work
 *
 * Context: process context.
 * Return: NULL: refused, the status is set.
 */
struct vdisk_copy *vdisk_copy_begin(struct scst_cmd *cmd, u8 list_id,
				    bool discard)
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
	copy->list_id = list_id;
	copy->discard = discard;
	copy->resets = READ_ONCE(vdev->unit.resets);
	spin_lock_irqsave(&nexus->copies_lock, flags);
	added = __copy_add(cmd, nexus, copy, &old);
	spin_unlock_irqrestore(&nexus->copies_lock, flags);
	if (added) {
		kfree(old);
		return copy;
	}
	kfree(copy);
	return NULL;
}

void vdisk_copy_progress(struct scst_cmd *cmd, struct vdisk_copy *copy,
			 unsigned int segments, u32 bytes)
{
	struct vdisk_nexus *nexus = cmd->tgt_dev->dh_priv;
	unsigned long flags;

	if (!copy)
		return;
	spin_lock_irqsave(&nexus->copies_lock, flags);
	copy->segments += segments;
	copy->bytes += bytes;
	spin_unlock_irqrestore(&nexus->copies_lock, flags);
}

static void __copy_keep(const struct scst_cmd *cmd, struct vdisk_copy *copy)
{
	copy->state = scst_cmd_ended(cmd) || scst_cmd_must_end(cmd) ?
		      VDISK_COPY_FAILED : VDISK_COPY_GOOD;
	copy->status = cmd->status;
	copy->sense_len = scst_cmd_ended(cmd) ? cmd->sense_len : 0;
	memcpy(copy->sense, cmd->sense, copy->sense_len);
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
	struct vdisk_nexus *nexus = cmd->tgt_dev->dh_priv;
	unsigned long flags;
	bool discard;

	if (!copy)
		return;
	discard = copy->discard;
	spin_lock_irqsave(&nexus->copies_lock, flags);
	if (discard)
		list_del(&copy->entry);
	else
		__copy_keep(cmd, copy);
	spin_unlock_irqrestore(&nexus->copies_lock, flags);
	/* One that is kept may be gone already. */
	if (discard)
		kfree(copy);
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
	copy = __copy_find(nexus, cmd->cdb[2]);
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
	u8 buf[DETAILS_HEADER + SCST_SENSE_BUFFERSIZE] = {};
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

/* ---- page 8Fh, SPC-5 7.7.18 ---- */

/* The header of a descriptor; returns its length. */
static unsigned int third_party_header(u8 *p, u16 type, u16 len)
{
	put_unaligned_be16(type, &p[0]);
	put_unaligned_be16(len - 4, &p[2]);
	return len;
}

unsigned int vdisk_vpd_third_party(u8 *p, struct scst_cmd *cmd,
				   struct vdisk_dev *vdev)
{
	static const u8 commands[] = { 8, 0x83, 1, 0x00,
				       0x84, 3, 0x00, 0x03, 0x04 };
	static const u8 types[] = { 2, VDISK_XCOPY_TYPE_B2B, VDISK_XCOPY_TYPE_ID };
	u8 *start = p;

	memset(p, 0, VPD_8F_COMMANDS + VPD_8F_PARAMETERS + VPD_8F_DESCRIPTORS +
		     VPD_8F_OPERATIONS);
	memcpy(&p[4], commands, sizeof(commands));
	p += third_party_header(p, 0x0001, VPD_8F_COMMANDS);

	put_unaligned_be16(VDISK_XCOPY_TARGETS, &p[8]);
	put_unaligned_be16(VDISK_XCOPY_SEGMENTS, &p[10]);
	put_unaligned_be32(VDISK_XCOPY_DESCS, &p[12]);
	p += third_party_header(p, 0x0004, VPD_8F_PARAMETERS);

	memcpy(&p[4], types, sizeof(types));
	p += third_party_header(p, 0x0008, VPD_8F_DESCRIPTORS);

	put_unaligned_be32(VDISK_COPY_CONCURRENT, &p[4]);
	put_unaligned_be32(VDISK_COPY_CONCURRENT, &p[8]);
	put_unaligned_be32(U16_MAX << vdev->block_shift, &p[12]);
	p[16] = VDISK_COPY_GRANULARITY;
	p += third_party_header(p, 0x8001, VPD_8F_OPERATIONS);
	return p - start;
}
