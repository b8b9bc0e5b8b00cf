// SPDX-License-Identifier: GPL-2.0
/*
 * GET EVENT STATUS NOTIFICATION (MMC-6 6.6): what has happened to the drive since
 * this initiator asked last. Each nexus has events of its own.
 */
#include <linux/bitops.h>
#include <linux/spinlock.h>

#include "vcdrom.h"

#define EVENT_HEADER_LEN	4
#define EVENT_LEN		4
#define EVENT_NEA		0x80	/* no event available: no such class */
#define EVENT_POLLED		0x01	/* byte 1 of the CDB */

/* Fills the descriptor; true: there was an event, which now counts as told. */
typedef bool vcdrom_event_fn(u8 *p, struct vcdrom_drive *drive,
			     struct vcdrom_nexus *nexus, bool take);

/* MMC-6 6.6.2.2: other features are current since the disc has changed. */
static bool event_operational(u8 *p, struct vcdrom_drive *drive,
			      struct vcdrom_nexus *nexus, bool take)
{
	struct vcdrom_nexus *any;

	list_for_each_entry(any, &drive->nexuses, entry)
		if (any->persistent)
			p[1] = 0x80;	/* PERSISTENT PREVENTED */
	if (!nexus->changed)
		return false;
	p[0] = 0x02;			/* the drive has changed */
	p[3] = 0x01;			/* features */
	if (take)
		nexus->changed = false;
	return true;
}

/* Always active. */
static bool event_power(u8 *p, struct vcdrom_drive *drive,
			struct vcdrom_nexus *nexus, bool take)
{
	p[1] = 0x01;
	return false;
}

/* The order in which things happen: a request, the removal, another disc. */
static const u8 media_order[] = {
	VCDROM_EVENT_EJECT_REQUEST,
	VCDROM_EVENT_MEDIA_REMOVAL,
	VCDROM_EVENT_NEW_MEDIA,
};

static bool event_media(u8 *p, struct vcdrom_drive *drive,
			struct vcdrom_nexus *nexus, bool take)
{
	unsigned int i;

	if (drive->tray_open)
		p[1] |= 0x01;
	if (rcu_access_pointer(drive->loaded))
		p[1] |= 0x02;		/* MEDIA PRESENT */
	for (i = 0; i < ARRAY_SIZE(media_order); i++) {
		u8 event = media_order[i];

		if (!(nexus->media & BIT(event)))
			continue;
		p[0] = event;
		if (take)
			nexus->media &= ~BIT(event);
		return true;
	}
	return false;
}

/* Never busy. */
static bool event_busy(u8 *p, struct vcdrom_drive *drive,
		       struct vcdrom_nexus *nexus, bool take)
{
	return false;
}

/* By class, in the order of priority. */
static vcdrom_event_fn * const event_classes[8] = {
	[1] = event_operational,
	[2] = event_power,
	[4] = event_media,
	[6] = event_busy,
};

static u8 classes_supported(void)
{
	u8 set = 0;
	int class;

	for (class = 0; class < ARRAY_SIZE(event_classes); class++)
		if (event_classes[class])
			set |= BIT(class);
	return set;
}

/* The first class with an event, or the first one that was asked for. */
static u8 put_event(u8 *p, struct vcdrom_drive *drive,
		    struct vcdrom_nexus *nexus, unsigned long wanted, bool take)
{
	int class;

	lockdep_assert_held(&drive->lock);
	for_each_set_bit(class, &wanted, ARRAY_SIZE(event_classes)) {
		memset(p, 0, EVENT_LEN);
		if (event_classes[class](p, drive, nexus, take))
			return class;
	}
	class = __ffs(wanted);
	memset(p, 0, EVENT_LEN);
	event_classes[class](p, drive, nexus, take);
	return class;
}

void vcdrom_get_event(struct scst_cmd *cmd, struct vcdrom_drive *drive,
		      const struct vcdrom_disc *disc)
{
	u8 wanted = cmd->cdb[4] & classes_supported();
	u8 buf[EVENT_HEADER_LEN + EVENT_LEN] = {};
	unsigned int len = EVENT_HEADER_LEN;
	unsigned long flags;

	if (!(cmd->cdb[1] & EVENT_POLLED)) {
		/* A command that waits for an event would need queuing by the drive. */
		scst_set_invalid_field(cmd, 1, 0);
		return;
	}
	buf[3] = classes_supported();
	if (wanted) {
		len += EVENT_LEN;
		spin_lock_irqsave(&drive->lock, flags);
		/* An event that doesn't fit the answer has not been told. */
		buf[2] = put_event(buf + EVENT_HEADER_LEN, drive,
				   cmd->tgt_dev->dh_priv, wanted,
				   cmd->bufflen >= len);
		spin_unlock_irqrestore(&drive->lock, flags);
	} else {
		buf[2] = EVENT_NEA;
	}
	put_unaligned_be16(len - 2, &buf[0]);
	scst_copy_response(cmd, buf, len);
}
