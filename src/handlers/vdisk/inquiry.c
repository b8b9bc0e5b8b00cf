// SPDX-License-Identifier: GPL-2.0
/*
 * INQUIRY: standard data and vital product data pages (SPC-5 6.6, 7.7; SBC-4
 * 6.6), the pages as a table.
 */
#include <linux/ctype.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "vdisk.h"

#define INQ_STD_LEN	96
#define INQ_VENDOR_LEN	8
#define INQ_PRODUCT_LEN	16
#define INQ_REV_LEN	4
#define INQ_SERIAL_LEN	16
#define VPD_HEADER_LEN	4
#define VPD_BUF_LEN	128

/* Version descriptors, SPC-5 table 147: no version claimed of the standard. */
#define INQ_VD_SAM5	0x00a0
#define INQ_VD_SPC4	0x0460
#define INQ_VD_SBC3	0x04c0

/* Text in a field: padded with blanks, no NUL. */
static void put_text(u8 *field, size_t len, const char *text)
{
	size_t n = strnlen(text, len);

	memcpy(field, text, n);
	memset(field + n, ' ', len - n);
}

/* Four characters of "4.0.0-pre1": its digits. */
static void put_revision(u8 *field)
{
	const char *p = SCST_VERSION_STRING;
	char rev[INQ_REV_LEN + 1] = "";
	int n = 0;

	for (; *p && *p != '-' && n < INQ_REV_LEN; p++)
		if (isdigit(*p))
			rev[n++] = *p;
	put_text(field, INQ_REV_LEN, rev);
}

static void inquiry_standard(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u8 buf[INQ_STD_LEN] = {};

	buf[0] = TYPE_DISK;
	buf[2] = 0x06;			/* VERSION: SPC-4 */
	buf[3] = 0x02;			/* RESPONSE DATA FORMAT */
	buf[4] = INQ_STD_LEN - 5;	/* ADDITIONAL LENGTH */
	buf[7] = 0x02;			/* CMDQUE */
	put_text(&buf[8], INQ_VENDOR_LEN, vdev->mode->vendor);
	put_text(&buf[16], INQ_PRODUCT_LEN, vdev->name);
	put_revision(&buf[32]);
	put_unaligned_be16(INQ_VD_SAM5, &buf[58]);
	put_unaligned_be16(INQ_VD_SPC4, &buf[60]);
	put_unaligned_be16(INQ_VD_SBC3, &buf[62]);
	scst_copy_response(cmd, buf, sizeof(buf));
}

/* The serial number: the NAA as text, so that both agree. */
static void put_serial(u8 *field, const struct vdisk_dev *vdev)
{
	char text[INQ_SERIAL_LEN + 1];

	snprintf(text, sizeof(text), "%016llx", vdev->naa);
	put_text(field, INQ_SERIAL_LEN, text);
}

/* ---- the pages: each fills what follows the header and returns its length ---- */

static unsigned int vpd_serial(u8 *p, struct scst_cmd *cmd,
			       struct vdisk_dev *vdev)
{
	put_serial(p, vdev);
	return INQ_SERIAL_LEN;
}

/* A designation descriptor, SPC-5 7.7.6.1; returns its length. */
static unsigned int put_designator(u8 *p, u8 code_set, u8 association, u8 type,
				   u8 len)
{
	p[0] = code_set;
	p[1] = association << 4 | type;
	p[2] = 0;
	p[3] = len;
	return 4 + len;
}

static unsigned int vpd_device_id(u8 *p, struct scst_cmd *cmd,
				  struct vdisk_dev *vdev)
{
	u8 *start = p;

	/* Of the logical unit: T10 vendor identification, in ASCII. */
	put_text(&p[4], INQ_VENDOR_LEN, vdev->mode->vendor);
	put_text(&p[12], INQ_PRODUCT_LEN, vdev->name);
	put_serial(&p[28], vdev);
	p += put_designator(p, 2, 0, 1, INQ_VENDOR_LEN + INQ_PRODUCT_LEN +
					INQ_SERIAL_LEN);

	/* Of the logical unit: NAA, binary. */
	put_unaligned_be64(vdev->naa, &p[4]);
	p += put_designator(p, 1, 0, 3, 8);

	/* Of the target port: its relative identifier, binary. */
	put_unaligned_be32(cmd->sess->tgt->rel_tgt_id, &p[4]);
	p += put_designator(p, 1, 1, 4, 4);
	return p - start;
}

static unsigned int vpd_block_limits(u8 *p, struct scst_cmd *cmd,
				     struct vdisk_dev *vdev)
{
	u32 granularity = vdev->granularity >> vdev->block_shift;

	memset(p, 0, 0x3c);
	put_unaligned_be16(min_t(u32, granularity, U16_MAX), &p[2]);
	put_unaligned_be32(VDISK_MAX_XFER >> vdev->block_shift, &p[4]);
	return 0x3c;
}

static unsigned int vpd_block_characteristics(u8 *p, struct scst_cmd *cmd,
					      struct vdisk_dev *vdev)
{
	memset(p, 0, 0x3c);
	put_unaligned_be16(vdev->rotation_rate, &p[0]);
	return 0x3c;
}

/* Fully provisioned: nothing can be unmapped. */
static unsigned int vpd_provisioning(u8 *p, struct scst_cmd *cmd,
				     struct vdisk_dev *vdev)
{
	memset(p, 0, 4);
	return 4;
}

static unsigned int vpd_supported(u8 *p, struct scst_cmd *cmd,
				  struct vdisk_dev *vdev);

static const struct vpd_page {
	u8 code;
	unsigned int (*fill)(u8 *p, struct scst_cmd *cmd,
			     struct vdisk_dev *vdev);
} vpd_pages[] = {
	{ 0x00, vpd_supported },
	{ 0x80, vpd_serial },
	{ 0x83, vpd_device_id },
	{ 0xb0, vpd_block_limits },
	{ 0xb1, vpd_block_characteristics },
	{ 0xb2, vpd_provisioning },
};

static unsigned int vpd_supported(u8 *p, struct scst_cmd *cmd,
				  struct vdisk_dev *vdev)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vpd_pages); i++)
		p[i] = vpd_pages[i].code;
	return i;
}

static void inquiry_vpd(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u8 buf[VPD_BUF_LEN];
	unsigned int i, len;

	for (i = 0; i < ARRAY_SIZE(vpd_pages); i++) {
		if (vpd_pages[i].code != cmd->cdb[2])
			continue;
		len = vpd_pages[i].fill(buf + VPD_HEADER_LEN, cmd, vdev);
		buf[0] = TYPE_DISK;
		buf[1] = cmd->cdb[2];
		put_unaligned_be16(len, &buf[2]);
		scst_copy_response(cmd, buf, VPD_HEADER_LEN + len);
		return;
	}
	scst_set_invalid_field(cmd, 2, -1);
}

void vdisk_inquiry(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	if (cmd->cdb[1] & 0x02)			/* CMDDT, obsolete */
		scst_set_invalid_field(cmd, 1, 1);
	else if (cmd->cdb[1] & 0x01)		/* EVPD */
		inquiry_vpd(cmd, vdev);
	else if (cmd->cdb[2])
		scst_set_invalid_field(cmd, 2, -1);
	else
		inquiry_standard(cmd, vdev);
}
