// SPDX-License-Identifier: GPL-2.0
/*
 * GET CONFIGURATION (MMC-6 6.5): what the drive can do, and which of that it can
 * do with the present disc; features as a table (MMC-6 5.3). MECHANISM STATUS.
 */
#include <linux/string.h>

#include "vcdrom.h"

#define CONFIG_HEADER_LEN	8
#define CONFIG_BUF_LEN		128
#define CONFIG_MECHANISM_LEN	8
#define CONFIG_SERIAL_LEN	16

/* Profiles, MMC-6 table 94 */
#define PROFILE_CD_ROM		0x0008
#define PROFILE_DVD_ROM		0x0010

/* RT, byte 1 of the CDB: which features */
#define RT_ALL			0
#define RT_CURRENT		1
#define RT_ONE			2

/* With which discs a feature is current. */
enum config_when {
	WHEN_ALWAYS,		/* PERSISTENT */
	WHEN_DISC,
	WHEN_CD,
	WHEN_DVD,
};

static bool is_current(enum config_when when, const struct vcdrom_disc *disc)
{
	switch (when) {
	case WHEN_ALWAYS:
		return true;
	case WHEN_DISC:
		return disc;
	case WHEN_CD:
		return disc && !disc->dvd;
	case WHEN_DVD:
		return disc && disc->dvd;
	}
	return false;
}

static u16 current_profile(const struct vcdrom_disc *disc)
{
	if (!disc)
		return 0;
	return disc->dvd ? PROFILE_DVD_ROM : PROFILE_CD_ROM;
}

/* ---- the features: contents after the four bytes of their header ---- */

static void put_profile(u8 *p, u16 profile, const struct vcdrom_disc *disc)
{
	put_unaligned_be16(profile, p);
	p[2] = current_profile(disc) == profile;
}

static void feature_profiles(u8 *p, const struct vcdrom_drive *drive,
			     const struct vcdrom_disc *disc)
{
	put_profile(p, PROFILE_DVD_ROM, disc);
	put_profile(p + 4, PROFILE_CD_ROM, disc);
}

static void feature_core(u8 *p, const struct vcdrom_drive *drive,
			 const struct vcdrom_disc *disc)
{
	put_unaligned_be32(1, p);	/* PHYSICAL INTERFACE STANDARD: SCSI */
	p[4] = 0x03;			/* INQ2, DBE */
}

static void feature_morphing(u8 *p, const struct vcdrom_drive *drive,
			     const struct vcdrom_disc *disc)
{
	p[0] = 0x02;			/* OCEVENT; events are polled only */
}

static void feature_removable(u8 *p, const struct vcdrom_drive *drive,
			      const struct vcdrom_disc *disc)
{
	p[0] = 0x39;			/* a tray; LOAD, EJECT, LOCK */
}

static void feature_random_readable(u8 *p, const struct vcdrom_drive *drive,
				    const struct vcdrom_disc *disc)
{
	put_unaligned_be32(VCDROM_BLOCK, p);
	put_unaligned_be16(disc && disc->dvd ? 16 : 1, p + 4);	/* BLOCKING */
	p[6] = 0x01;			/* PP: mode page 01h */
}

static void feature_serial(u8 *p, const struct vcdrom_drive *drive,
			   const struct vcdrom_disc *disc)
{
	char text[CONFIG_SERIAL_LEN + 1];

	snprintf(text, sizeof(text), "%016llx", drive->vdev.naa);
	memcpy(p, text, CONFIG_SERIAL_LEN);
}

static const struct vcdrom_feature {
	u16 code;
	u8 version;
	u8 len;			/* ADDITIONAL LENGTH */
	enum config_when when;
	void (*fill)(u8 *p, const struct vcdrom_drive *drive,
		     const struct vcdrom_disc *disc);	/* NULL: zeros */
} vcdrom_features[] = {
	{ 0x0000, 0, 8, WHEN_ALWAYS, feature_profiles },
	{ 0x0001, 2, 8, WHEN_ALWAYS, feature_core },
	{ 0x0002, 1, 4, WHEN_ALWAYS, feature_morphing },
	{ 0x0003, 1, 4, WHEN_ALWAYS, feature_removable },
	{ 0x0010, 0, 8, WHEN_DISC, feature_random_readable },
	{ 0x001e, 2, 4, WHEN_CD, NULL },	/* CD Read */
	{ 0x001f, 1, 4, WHEN_DVD, NULL },	/* DVD Read */
	{ 0x0100, 0, 0, WHEN_ALWAYS, NULL },	/* Power Management */
	{ 0x0105, 1, 4, WHEN_ALWAYS, NULL },	/* Timeout */
	{ 0x0108, 0, CONFIG_SERIAL_LEN, WHEN_ALWAYS, feature_serial },
};

static bool is_wanted(const struct vcdrom_feature *f, u8 rt, u16 first,
		      const struct vcdrom_disc *disc)
{
	switch (rt) {
	case RT_ALL:
		return f->code >= first;
	case RT_CURRENT:
		return f->code >= first && is_current(f->when, disc);
	default:
		return f->code == first;
	}
}

static unsigned int put_feature(u8 *p, const struct vcdrom_feature *f,
				const struct vcdrom_drive *drive,
				const struct vcdrom_disc *disc)
{
	put_unaligned_be16(f->code, p);
	p[2] = f->version << 2 | (f->when == WHEN_ALWAYS) << 1 |
	       is_current(f->when, disc);
	p[3] = f->len;
	if (f->fill)
		f->fill(p + 4, drive, disc);
	return 4 + f->len;
}

void vcdrom_get_configuration(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			      const struct vcdrom_disc *disc)
{
	u16 first = get_unaligned_be16(&cmd->cdb[2]);
	u8 rt = cmd->cdb[1] & 0x03;
	u8 buf[CONFIG_BUF_LEN] = {};
	unsigned int i, len = CONFIG_HEADER_LEN;

	if (rt > RT_ONE) {
		scst_set_invalid_field(cmd, 1, 1);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(vcdrom_features); i++)
		if (is_wanted(&vcdrom_features[i], rt, first, disc))
			len += put_feature(buf + len, &vcdrom_features[i],
					   drive, disc);
	put_unaligned_be32(len - 4, &buf[0]);
	put_unaligned_be16(current_profile(disc), &buf[6]);
	scst_copy_response(cmd, buf, len);
}

/* MMC-6 6.10: idle, and no changer. */
void vcdrom_mechanism_status(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			     const struct vcdrom_disc *disc)
{
	u8 buf[CONFIG_MECHANISM_LEN] = {};

	if (READ_ONCE(drive->tray_open))
		buf[1] = 0x10;		/* DOOR OPEN */
	scst_copy_response(cmd, buf, sizeof(buf));
}
