// SPDX-License-Identifier: GPL-2.0
/*
 * MODE SENSE: parameter header, block descriptor, and mode pages (SPC-5 6.14,
 * 7.5; SBC-4 6.5), the pages as a table. Nothing can be changed by MODE SELECT.
 */
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "vdisk.h"

#define MODE_BUF_LEN		128

#define MODE_ALL_PAGES		0x3f
#define MODE_ALL_SUBPAGES	0xff

/* PAGE CONTROL */
#define MODE_PC_CHANGEABLE	1
#define MODE_PC_SAVED		3

/* DEVICE-SPECIFIC PARAMETER of disks */
#define MODE_WP			0x80
#define MODE_DPOFUA		0x10

/* ---- the pages: contents after the two bytes of their header ---- */

static void page_error_recovery(u8 *p, const struct vdisk_dev *vdev)
{
}

static void page_caching(u8 *p, const struct vdisk_dev *vdev)
{
	bool write_back = vdev->wce && !(vdev->flags & (VDISK_F_WRITE_THROUGH |
							VDISK_F_NV_CACHE));

	if (write_back)
		p[0] = 0x04;	/* WCE */
}

static void page_control(u8 *p, const struct vdisk_dev *vdev)
{
	p[0] = 0x02;		/* GLTSD: there are no log parameters to save */
	p[1] = 0x10;		/* QUEUE ALGORITHM MODIFIER: unrestricted */
	put_unaligned_be16(0xffff, &p[6]);	/* BUSY TIMEOUT PERIOD: no limit */
}

static void page_exceptions(u8 *p, const struct vdisk_dev *vdev)
{
	p[0] = 0x08;		/* DEXCPT: exceptions are not reported */
}

static const struct mode_page {
	u8 code;
	u8 len;			/* PAGE LENGTH */
	void (*fill)(u8 *p, const struct vdisk_dev *vdev);
} mode_pages[] = {
	{ 0x01, 0x0a, page_error_recovery },
	{ 0x08, 0x12, page_caching },
	{ 0x0a, 0x0a, page_control },
	{ 0x1c, 0x0a, page_exceptions },
};

/**
 * struct mode_request - the CDB's fields
 * @ten: MODE SENSE (10)
 * @no_block_desc: DBD
 * @long_lba: LLBAA
 * @page_control: PC
 * @page: PAGE CODE
 * @subpage: SUBPAGE CODE
 */
struct mode_request {
	bool ten;
	bool no_block_desc;
	bool long_lba;
	u8 page_control;
	u8 page;
	u8 subpage;
};

static void request_decode(struct mode_request *r, const u8 *cdb)
{
	r->ten = cdb[0] == MODE_SENSE_10;
	r->no_block_desc = cdb[1] & 0x08;
	r->long_lba = r->ten && cdb[1] & 0x10;
	r->page_control = cdb[2] >> 6;
	r->page = cdb[2] & 0x3f;
	r->subpage = cdb[3];
}

/* Pages have no subpages here: "all" of them is page itself. */
static unsigned int put_pages(u8 *buf, const struct mode_request *r,
			      const struct vdisk_dev *vdev)
{
	u8 *p = buf;
	int i;

	for (i = 0; i < ARRAY_SIZE(mode_pages); i++) {
		const struct mode_page *page = &mode_pages[i];

		if (r->page != MODE_ALL_PAGES && r->page != page->code)
			continue;
		p[0] = page->code;
		p[1] = page->len;
		/* Changeable values are a mask, of nothing. */
		if (r->page_control != MODE_PC_CHANGEABLE)
			page->fill(p + 2, vdev);
		p += 2 + page->len;
	}
	return p - buf;
}

static unsigned int put_block_desc(u8 *p, const struct mode_request *r,
				   const struct vdisk_dev *vdev)
{
	u32 block = 1U << vdev->block_shift;

	if (r->no_block_desc)
		return 0;
	if (r->long_lba) {
		put_unaligned_be64(vdisk_nblocks(vdev), &p[0]);
		put_unaligned_be32(block, &p[12]);
		return 16;
	}
	put_unaligned_be32(min_t(u64, vdisk_nblocks(vdev), U32_MAX), &p[0]);
	put_unaligned_be32(block, &p[4]);	/* 24 bits, below a reserved byte */
	return 8;
}

static void put_header(u8 *buf, const struct mode_request *r, u8 dev_param,
		       unsigned int desc_len, unsigned int total)
{
	if (r->ten) {
		put_unaligned_be16(total - 2, &buf[0]);
		buf[3] = dev_param;
		buf[4] = r->long_lba && desc_len;
		put_unaligned_be16(desc_len, &buf[6]);
	} else {
		buf[0] = total - 1;
		buf[2] = dev_param;
		buf[3] = desc_len;
	}
}

void vdisk_mode_sense(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u8 dev_param = MODE_DPOFUA | (cmd->tgt_dev->read_only ? MODE_WP : 0);
	unsigned int header, desc_len, pages_len;
	u8 buf[MODE_BUF_LEN] = {};
	struct mode_request r;

	request_decode(&r, cmd->cdb);
	if (r.page_control == MODE_PC_SAVED) {
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_saving_params_unsup));
		return;
	}
	if (r.subpage && r.subpage != MODE_ALL_SUBPAGES) {
		scst_set_invalid_field(cmd, 3, -1);
		return;
	}
	header = r.ten ? 8 : 4;
	desc_len = put_block_desc(buf + header, &r, vdev);
	pages_len = put_pages(buf + header + desc_len, &r, vdev);
	if (!pages_len) {
		scst_set_invalid_field(cmd, 2, 5);
		return;
	}
	put_header(buf, &r, dev_param, desc_len, header + desc_len + pages_len);
	scst_copy_response(cmd, buf, header + desc_len + pages_len);
}
