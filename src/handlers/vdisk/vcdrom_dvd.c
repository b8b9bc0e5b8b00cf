// SPDX-License-Identifier: GPL-2.0
/*
 * READ DISC STRUCTURE (MMC-6 6.22), once READ DVD STRUCTURE: what the lead-in of
 * a DVD-ROM with one layer would say.
 */
#include <linux/minmax.h>
#include <linux/scatterlist.h>
#include <linux/string.h>

#include "vcdrom.h"

#define DVD_HEADER_LEN		4
#define DVD_SECTOR_LEN		2048
#define DVD_HEAD_LEN		24	/* what isn't zero is here */

/* Physical sector number of LBA 0; a number has 24 bits. */
#define DVD_FIRST_PSN		0x030000
#define DVD_MAX_PSN		0xffffff

/* ---- the structures: contents after the header ---- */

/* MMC-6 6.22.3.2.1: layer descriptor */
static void dvd_physical(u8 *p, const struct vcdrom_disc *disc)
{
	u32 last = min_t(u64, (u64)DVD_FIRST_PSN + disc->blocks - 1,
			 DVD_MAX_PSN);

	p[0] = 0x01;		/* DVD-ROM, version 1 of its book */
	p[1] = 0x0f;		/* 120 mm; MAXIMUM RATE: not specified */
	p[2] = 0x01;		/* one layer, embossed */
	put_unaligned_be32(DVD_FIRST_PSN, p + 4);
	put_unaligned_be32(last, p + 8);
}

static const struct dvd_structure {
	u8 format;
	u16 len;
	void (*fill)(u8 *p, const struct vcdrom_disc *disc);	/* NULL: zeros */
} dvd_structures[] = {
	{ 0x00, DVD_SECTOR_LEN, dvd_physical },
	{ 0x01, 4, NULL },		/* copyright: no protection, no regions */
	{ 0x04, DVD_SECTOR_LEN, NULL },	/* manufacturing information */
};

#define DVD_FORMAT_LIST		0xff

static const struct dvd_structure *structure_find(u8 format)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(dvd_structures); i++)
		if (dvd_structures[i].format == format)
			return &dvd_structures[i];
	return NULL;
}

/* A start that isn't zero, and zeros up to the length. */
static void reply_padded(struct scst_cmd *cmd, const u8 *head, u32 head_len,
			 u32 len)
{
	len = min(len, cmd->bufflen);
	sg_zero_buffer(cmd->sg, cmd->sg_cnt, len, 0);
	scst_copy_response(cmd, head, min(head_len, len));
	scst_set_resp_data_len(cmd, len);
}

/* MMC-6 6.22.3.1.4: which there are; all can be read, none sent. */
static void reply_list(struct scst_cmd *cmd)
{
	u8 buf[DVD_HEADER_LEN + 4 * ARRAY_SIZE(dvd_structures)] = {};
	unsigned int i;

	put_unaligned_be16(sizeof(buf) - 2, &buf[0]);
	for (i = 0; i < ARRAY_SIZE(dvd_structures); i++) {
		u8 *p = buf + DVD_HEADER_LEN + 4 * i;

		p[0] = dvd_structures[i].format;
		p[1] = 0x40;		/* RDS */
		put_unaligned_be16(DVD_HEADER_LEN + dvd_structures[i].len,
				   p + 2);
	}
	scst_copy_response(cmd, buf, sizeof(buf));
}

void vcdrom_read_structure(struct scst_cmd *cmd, struct vcdrom_drive *drive,
			   const struct vcdrom_disc *disc)
{
	const struct dvd_structure *s = structure_find(cmd->cdb[7]);
	u8 head[DVD_HEADER_LEN + DVD_HEAD_LEN] = {};

	if (cmd->cdb[1] & 0x0f) {
		scst_set_invalid_field(cmd, 1, 3);	/* another kind of disc */
	} else if (!disc->dvd) {
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_incompatible_medium));
	} else if (cmd->cdb[7] == DVD_FORMAT_LIST) {
		reply_list(cmd);
	} else if (!s) {
		scst_set_invalid_field(cmd, 7, -1);
	} else if (cmd->cdb[6]) {
		scst_set_invalid_field(cmd, 6, -1);	/* there is no such layer */
	} else {
		put_unaligned_be16(DVD_HEADER_LEN + s->len - 2, &head[0]);
		if (s->fill)
			s->fill(head + DVD_HEADER_LEN, disc);
		reply_padded(cmd, head, min_t(u32, sizeof(head),
					      DVD_HEADER_LEN + s->len),
			     DVD_HEADER_LEN + s->len);
	}
}
