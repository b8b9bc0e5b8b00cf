// SPDX-License-Identifier: GPL-2.0
/*
 * Mode pages that only CD-ROM drives have (MMC-6 7.2 and annex E); see the table
 * in mode_pages.c. Nothing in them can be changed.
 */
#include "vcdrom.h"

/* Capabilities, byte 6 */
#define CAPS_TRAY	0x20
#define CAPS_EJECT	0x08
#define CAPS_LOCKED	0x02
#define CAPS_LOCK	0x01

/* What Linux and others call speed 48, in kB/s: a virtual disc has none. */
#define CAPS_SPEED	8496

/* How long the slowest command of group 1 and of group 2 may take, seconds. */
#define TIMEOUT_SECONDS	60

void vcdrom_mode_timeout(u8 *p, const struct vdisk_dev *vdev)
{
	put_unaligned_be16(TIMEOUT_SECONDS, &p[6]);
	put_unaligned_be16(TIMEOUT_SECONDS, &p[8]);
}

/* Reads data from CD-ROM and DVD-ROM; writes nothing, plays nothing. */
void vcdrom_mode_capabilities(u8 *p, const struct vdisk_dev *vdev)
{
	p[2] = 0x08;			/* DVD-ROM READ */
	p[6] = CAPS_TRAY | CAPS_EJECT | CAPS_LOCK;
	put_unaligned_be16(CAPS_SPEED, &p[8]);		/* maximum */
	put_unaligned_be16(CAPS_SPEED, &p[14]);		/* current */
}

/* LOCK STATE is not for MODE SELECT to change, but changes. */
void vcdrom_mode_capabilities_live(u8 *p, const struct vdisk_dev *vdev)
{
	struct vcdrom_drive *drive =
		container_of(vdev, struct vcdrom_drive, vdev);

	p[6] &= ~CAPS_LOCKED;
	if (vcdrom_is_locked(drive))
		p[6] |= CAPS_LOCKED;
}
