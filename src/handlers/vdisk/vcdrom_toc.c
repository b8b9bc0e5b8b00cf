// SPDX-License-Identifier: GPL-2.0
/*
 * What is on a disc: one closed session with one data track, from the first block
 * to the last (MMC-6 6.19, 6.21, 6.25, 6.26).
 */
#include <linux/string.h>

#include "vcdrom.h"

#define TOC_TRACK		1
#define TOC_SESSION		1
#define TOC_LEAD_OUT		0xaa
#define TOC_ADR_CONTROL		0x14	/* Q channel has positions; data track */

#define TOC_HEADER_LEN		4
#define TOC_DESC_LEN		8
#define TOC_FULL_LEN		11
#define TOC_BUF_LEN		64

#define DISC_INFO_LEN		34
#define TRACK_INFO_LEN		36
#define SUBCHANNEL_LEN		24

/* TIME (MSF), byte 1 of the CDB */
#define TOC_MSF			0x02

/* Minutes, seconds, frames; DVDs are longer than that can tell. */
static void put_msf(u8 *p, u64 lba)
{
	u64 frames = lba + VCDROM_LEAD_IN;
	u64 seconds = frames / VCDROM_FRAMES;

	if (seconds / 60 > U8_MAX) {
		p[0] = 0xff;
		p[1] = 59;
		p[2] = VCDROM_FRAMES - 1;
		return;
	}
	p[0] = seconds / 60;
	p[1] = seconds % 60;
	p[2] = frames % VCDROM_FRAMES;
}

static void put_address(u8 *p, u32 lba, bool msf)
{
	if (msf)
		put_msf(p + 1, lba);
	else
		put_unaligned_be32(lba, p);
}

/* ---- READ TOC/PMA/ATIP: each fills what follows the header ---- */

static unsigned int put_track(u8 *p, u8 track, u32 lba, bool msf)
{
	p[1] = TOC_ADR_CONTROL;
	p[2] = track;
	put_address(p + 4, lba, msf);
	return TOC_DESC_LEN;
}

/* From the track in byte 6 on, with the lead-out as the last one. */
static unsigned int toc_formatted(u8 *p, struct scst_cmd *cmd,
				  const struct vcdrom_disc *disc)
{
	bool msf = cmd->cdb[1] & TOC_MSF;
	unsigned int len = 0;

	if (cmd->cdb[6] <= TOC_TRACK)
		len = put_track(p, TOC_TRACK, 0, msf);
	else if (cmd->cdb[6] != TOC_LEAD_OUT)
		return 0;
	return len + put_track(p + len, TOC_LEAD_OUT, disc->blocks, msf);
}

static unsigned int toc_sessions(u8 *p, struct scst_cmd *cmd,
				 const struct vcdrom_disc *disc)
{
	return put_track(p, TOC_TRACK, 0, cmd->cdb[1] & TOC_MSF);
}

/* An entry of the lead-in: what Q sub-channel says there. */
static u8 *put_full(u8 *p, u8 point, u8 min, u8 sec, u8 frame)
{
	p[0] = TOC_SESSION;
	p[1] = TOC_ADR_CONTROL;
	p[3] = point;
	p[8] = min;
	p[9] = sec;
	p[10] = frame;
	return p + TOC_FULL_LEN;
}

/* From the session in byte 6 on. A DVD has no lead-in of this kind. */
static unsigned int toc_full(u8 *p, struct scst_cmd *cmd,
			     const struct vcdrom_disc *disc)
{
	u8 *start = p, msf[3];

	if (disc->dvd || cmd->cdb[6] > TOC_SESSION)
		return 0;
	p = put_full(p, 0xa0, TOC_TRACK, 0, 0);	/* first track; CD-ROM */
	p = put_full(p, 0xa1, TOC_TRACK, 0, 0);	/* last track */
	put_msf(msf, disc->blocks);
	p = put_full(p, 0xa2, msf[0], msf[1], msf[2]);
	put_msf(msf, 0);
	p = put_full(p, TOC_TRACK, msf[0], msf[1], msf[2]);
	return p - start;
}

static unsigned int (* const toc_formats[])(u8 *p, struct scst_cmd *cmd,
					    const struct vcdrom_disc *disc) = {
	toc_formatted,
	toc_sessions,
	toc_full,
};

/* Where it is since MMC-1; or where ATAPI had it first, which Linux still uses. */
static u8 toc_format(const struct scst_cmd *cmd)
{
	return cmd->cdb[2] & 0x0f ?: cmd->cdb[9] >> 6;
}

void vcdrom_read_toc(struct scst_cmd *cmd, struct vcdrom_drive *drive,
		     const struct vcdrom_disc *disc)
{
	u8 format = toc_format(cmd);
	u8 buf[TOC_BUF_LEN] = {};
	unsigned int len;

	if (format >= ARRAY_SIZE(toc_formats)) {
		scst_set_invalid_field(cmd, 2, 3);
		return;
	}
	len = toc_formats[format](buf + TOC_HEADER_LEN, cmd, disc);
	if (!len) {
		scst_set_invalid_field(cmd, cmd->cdb[6] ? 6 : 2, -1);
		return;
	}
	put_unaligned_be16(TOC_HEADER_LEN + len - 2, &buf[0]);
	buf[2] = TOC_TRACK;	/* first, or first session: */
	buf[3] = TOC_TRACK;	/* last; both have the number 1 */
	scst_copy_response(cmd, buf, TOC_HEADER_LEN + len);
}

/* ---- READ DISC INFORMATION, READ TRACK INFORMATION ---- */

void vcdrom_disc_information(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			     const struct vcdrom_disc *disc)
{
	u8 buf[DISC_INFO_LEN] = {};

	if (cmd->cdb[1] & 0x07) {
		/* Resources of tracks and of pseudo-overwrite: not of ROMs */
		scst_set_invalid_field(cmd, 1, 2);
		return;
	}
	put_unaligned_be16(sizeof(buf) - 2, &buf[0]);
	buf[2] = 0x0e;			/* last session complete, disc finalized */
	buf[3] = TOC_TRACK;		/* first track */
	buf[4] = 1;			/* sessions */
	buf[5] = TOC_TRACK;		/* first track of the last session */
	buf[6] = TOC_TRACK;		/* last track of it */
	buf[7] = 0x20;			/* URU: no restriction of use */
	buf[8] = disc->dvd ? 0xff : 0x00;	/* DISC TYPE: undefined, CD-ROM */
	/* No further session can be written. */
	put_unaligned_be32(0xffffffff, &buf[16]);
	put_unaligned_be32(0xffffffff, &buf[20]);
	scst_copy_response(cmd, buf, sizeof(buf));
}

/* ADDRESS/NUMBER TYPE: by block, track or session. */
static bool is_the_track(u8 type, u32 number, const struct vcdrom_disc *disc)
{
	if (type == 0)
		return number < disc->blocks;
	return number == 1;
}

void vcdrom_track_information(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			      const struct vcdrom_disc *disc)
{
	u8 type = cmd->cdb[1] & 0x03;
	u8 buf[TRACK_INFO_LEN] = {};

	if (type == 3 || cmd->cdb[1] & 0x04) {
		/* OPEN: a track that can be written to */
		scst_set_invalid_field(cmd, 1, type == 3 ? 1 : 2);
		return;
	}
	if (!is_the_track(type, get_unaligned_be32(&cmd->cdb[2]), disc)) {
		scst_set_invalid_field(cmd, 2, -1);
		return;
	}
	put_unaligned_be16(sizeof(buf) - 2, &buf[0]);
	buf[2] = TOC_TRACK;
	buf[3] = TOC_SESSION;
	buf[5] = 0x04;			/* TRACK MODE: data */
	buf[6] = 0x01;			/* DATA MODE: 1 */
	put_unaligned_be32(disc->blocks, &buf[24]);
	scst_copy_response(cmd, buf, sizeof(buf));
}

/* ---- READ SUB-CHANNEL: nothing plays ---- */

/* The length of the sub-channel data, 0: no such parameter. */
static unsigned int subchannel_fill(u8 *p, struct scst_cmd *cmd)
{
	u8 format = cmd->cdb[3];

	p[0] = format;
	switch (format) {
	case 0x01:	/* current position: the start */
		p[1] = TOC_ADR_CONTROL;
		p[2] = TOC_TRACK;
		p[3] = 1;		/* index */
		put_address(p + 4, 0, cmd->cdb[1] & TOC_MSF);
		return 12;
	case 0x02:	/* media catalogue number: MCVAL = 0 */
		return 20;
	case 0x03:	/* recording code of the track in byte 6: TCVAL = 0 */
		p[1] = TOC_ADR_CONTROL;
		p[2] = TOC_TRACK;
		return cmd->cdb[6] == TOC_TRACK ? 20 : 0;
	default:
		return 0;
	}
}

void vcdrom_read_subchannel(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			    const struct vcdrom_disc *disc)
{
	u8 buf[TOC_HEADER_LEN + SUBCHANNEL_LEN] = {};
	unsigned int len = 0;

	if (cmd->cdb[2] & 0x40) {	/* SUBQ */
		len = subchannel_fill(buf + TOC_HEADER_LEN, cmd);
		if (!len) {
			scst_set_invalid_field(cmd,
					       cmd->cdb[3] == 0x03 ? 6 : 3, -1);
			return;
		}
	}
	buf[1] = 0x15;			/* AUDIO STATUS: none to return */
	put_unaligned_be16(len, &buf[2]);
	scst_copy_response(cmd, buf, TOC_HEADER_LEN + len);
}
