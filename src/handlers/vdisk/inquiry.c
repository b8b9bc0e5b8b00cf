// SPDX-License-Identifier: GPL-2.0
/*
 * INQUIRY: standard data and vital product data pages (SPC-5 6.6, 7.7; SBC-4
 * 6.6), the pages as a table.
 */
#include <linux/bits.h>
#include <linux/ctype.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "vdisk.h"
#include "xcopy.h"

#define INQ_STD_LEN	96
#define INQ_VENDOR_LEN	8
#define INQ_PRODUCT_LEN	16
#define INQ_REV_LEN	4
#define INQ_SERIAL_LEN	16
#define VPD_HEADER_LEN	4
#define VPD_BUF_LEN	512
#define VPD_86_LEN	0x3c
#define VPD_PORT_LEN	12

/* Version descriptors, SPC-5 table 147: no version claimed of the standard. */
#define INQ_VD_SAM5	0x00a0
#define INQ_VD_SPC4	0x0460
#define INQ_VD_SBC3	0x04c0
#define INQ_VD_MMC6	0x04e0

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

	buf[0] = cmd->dev->type;
	if (vdev->flags & VDISK_F_REMOVABLE || cmd->dev->type == TYPE_ROM)
		buf[1] = 0x80;		/* RMB */
	buf[2] = 0x06;			/* VERSION: SPC-4 */
	buf[3] = 0x20 | 0x02;		/* NORMACA, RESPONSE DATA FORMAT */
	buf[4] = INQ_STD_LEN - 5;	/* ADDITIONAL LENGTH */
	buf[5] = scst_dev_tpgs(cmd->dev) << 4;	/* TPGS */
	if (VDISK_HAS_COPY && cmd->dev->type == TYPE_DISK)
		buf[5] |= 0x08;		/* 3PC */
	buf[7] = 0x02;			/* CMDQUE */
	put_text(&buf[8], INQ_VENDOR_LEN, vdev->mode->vendor);
	put_text(&buf[16], INQ_PRODUCT_LEN, vdev->name);
	put_revision(&buf[32]);
	put_unaligned_be16(INQ_VD_SAM5, &buf[58]);
	put_unaligned_be16(INQ_VD_SPC4, &buf[60]);
	put_unaligned_be16(cmd->dev->type == TYPE_ROM ? INQ_VD_MMC6 : INQ_VD_SBC3,
			   &buf[62]);
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

	/* Of the target port: its group, binary. */
	if (scst_dev_tpgs(cmd->dev)) {
		put_unaligned_be32(READ_ONCE(cmd->sess->tgt->tpg_id), &p[4]);
		p += put_designator(p, 1, 1, 5, 4);
	}
	return p - start;
}

/* SPC-5 7.7.7: what no other page says. */
static unsigned int vpd_extended_inquiry(u8 *p, struct scst_cmd *cmd,
					 struct vdisk_dev *vdev)
{
	memset(p, 0, VPD_86_LEN);
	p[1] = 0x07;			/* HEADSUP, ORDSUP, SIMPSUP */
	if (vdev->flags & VDISK_F_NV_CACHE)
		p[2] = 0x02;		/* NV_SUP */
	else if (vdev->wce)
		p[2] = 0x01;		/* V_SUP */
	p[9] = SCST_MAX_SENSE_LEN;	/* MAXIMUM SUPPORTED SENSE DATA LENGTH */
	return VPD_86_LEN;
}

/* SPC-5 7.7.9: all mode pages are shared by all I_T nexuses. */
static unsigned int vpd_mode_page_policy(u8 *p, struct scst_cmd *cmd,
					 struct vdisk_dev *vdev)
{
	p[0] = 0x3f;			/* all pages, */
	p[1] = 0xff;			/* all subpages */
	p[2] = 0x00;			/* shared */
	p[3] = 0x00;
	return 4;
}

/*
 * SPC-5 7.7.14: the port through which the command came. Nothing more is known
 * about it than its number: no initiator port, no names.
 */
static unsigned int vpd_scsi_ports(u8 *p, struct scst_cmd *cmd,
				   struct vdisk_dev *vdev)
{
	memset(p, 0, VPD_PORT_LEN);
	put_unaligned_be16(cmd->sess->tgt->rel_tgt_id, &p[2]);
	return VPD_PORT_LEN;
}

static unsigned int vpd_supported(u8 *p, struct scst_cmd *cmd,
				  struct vdisk_dev *vdev);

#define VPD_ALL		(~0U)		/* device types, as a set */
#define VPD_DISK	BIT(TYPE_DISK)

static const struct vpd_page {
	u8 code;
	u32 types;
	unsigned int (*fill)(u8 *p, struct scst_cmd *cmd,
			     struct vdisk_dev *vdev);
} vpd_pages[] = {
	{ 0x00, VPD_ALL, vpd_supported },
	{ 0x80, VPD_ALL, vpd_serial },
	{ 0x83, VPD_ALL, vpd_device_id },
	{ 0x86, VPD_ALL, vpd_extended_inquiry },
	{ 0x87, VPD_ALL, vpd_mode_page_policy },
	{ 0x88, VPD_ALL, vpd_scsi_ports },
#if VDISK_HAS_COPY
	{ 0x8f, VPD_DISK, vdisk_vpd_third_party },
#endif
	{ 0xb0, VPD_DISK, vdisk_vpd_limits },
	{ 0xb1, VPD_DISK, vdisk_vpd_characteristics },
	{ 0xb2, VPD_DISK, vdisk_vpd_provisioning },
	{ 0xb4, VPD_DISK, vdisk_vpd_block_lengths },
};

static bool vpd_is_there(const struct vpd_page *page, const struct scst_cmd *cmd)
{
	return page->types & BIT(cmd->dev->type);
}

static unsigned int vpd_supported(u8 *p, struct scst_cmd *cmd,
				  struct vdisk_dev *vdev)
{
	unsigned int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(vpd_pages); i++)
		if (vpd_is_there(&vpd_pages[i], cmd))
			p[n++] = vpd_pages[i].code;
	return n;
}

static const struct vpd_page *vpd_find(const struct scst_cmd *cmd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vpd_pages); i++)
		if (vpd_pages[i].code == cmd->cdb[2] &&
		    vpd_is_there(&vpd_pages[i], cmd))
			return &vpd_pages[i];
	return NULL;
}

static void inquiry_vpd(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	const struct vpd_page *page = vpd_find(cmd);
	u8 buf[VPD_BUF_LEN];
	unsigned int len;

	if (!page) {
		scst_set_invalid_field(cmd, 2, -1);
		return;
	}
	len = page->fill(buf + VPD_HEADER_LEN, cmd, vdev);
	buf[0] = cmd->dev->type;
	buf[1] = page->code;
	put_unaligned_be16(len, &buf[2]);
	scst_copy_response(cmd, buf, VPD_HEADER_LEN + len);
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
