// SPDX-License-Identifier: GPL-2.0
/*
 * MODE SENSE: parameter header, block descriptor, and mode pages (SPC-5 6.14,
 * 7.5; SBC-4 6.5).
 */
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "vdisk.h"

#define MODE_BUF_LEN		256	/* of MODE SENSE (6), no more is needed */

#define MODE_ALL_PAGES		0x3f
#define MODE_ALL_SUBPAGES	0xff

/* PAGE CONTROL */
#define MODE_PC_CHANGEABLE	1
#define MODE_PC_DEFAULT		2
#define MODE_PC_SAVED		3

/* DEVICE-SPECIFIC PARAMETER of disks */
#define MODE_WP			0x80
#define MODE_DPOFUA		0x10

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

/* SPC-5 table 159: all, all of a page, or one. */
static bool request_wants(const struct mode_request *r,
			  const struct vdisk_mode_page *page)
{
	if (r->page != MODE_ALL_PAGES && r->page != page->code)
		return false;
	return r->subpage == MODE_ALL_SUBPAGES || r->subpage == page->sub;
}

static void modes_put_one(u8 *p, unsigned int row, u8 page_control,
			  const struct vdisk_dev *vdev)
{
	const struct vdisk_mode_page *page = &vdisk_mode_pages[row];

	memset(p, 0, page->len);
	vdisk_mode_header(p, page);
	switch (page_control) {
	case MODE_PC_CHANGEABLE:
		if (page->changeable)
			page->changeable(p, vdev);
		break;
	case MODE_PC_DEFAULT:
		if (page->defaults)
			page->defaults(p, vdev);
		break;
	default:
		__vdisk_mode_values(p, row, vdev);
		break;
	}
}

static unsigned int modes_put_all(u8 *buf, const struct mode_request *r,
				  const struct scst_cmd *cmd,
				  struct vdisk_dev *vdev)
{
	unsigned long flags;
	unsigned int i;
	u8 *p = buf;

	spin_lock_irqsave(&vdev->unit.lock, flags);
	for (i = 0; i < vdisk_n_mode_pages; i++) {
		const struct vdisk_mode_page *page = &vdisk_mode_pages[i];

		if (!vdisk_mode_is_there(page, cmd->dev->type, vdev) ||
		    !request_wants(r, page))
			continue;
		modes_put_one(p, i, r->page_control, vdev);
		p += page->len;
	}
	spin_unlock_irqrestore(&vdev->unit.lock, flags);
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

/* SPC-5 7.5.10: SWP is seen here, too. MMC has nothing to say here. */
static u8 mode_dev_param(const struct scst_cmd *cmd)
{
	if (cmd->dev->type == TYPE_ROM)
		return 0;
	if (cmd->tgt_dev->read_only || READ_ONCE(cmd->dev->control.swp))
		return MODE_DPOFUA | MODE_WP;
	return MODE_DPOFUA;
}

/* Is it the page or its subpage that isn't there? */
static bool page_is_there(u8 code, const struct scst_cmd *cmd,
			  const struct vdisk_dev *vdev)
{
	unsigned int i;

	for (i = 0; i < vdisk_n_mode_pages; i++)
		if (vdisk_mode_pages[i].code == code &&
		    vdisk_mode_is_there(&vdisk_mode_pages[i], cmd->dev->type, vdev))
			return true;
	return code == MODE_ALL_PAGES;
}

void vdisk_mode_sense(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	unsigned int header, desc_len, pages_len;
	u8 buf[MODE_BUF_LEN] = {};
	struct mode_request r;

	request_decode(&r, cmd->cdb);
	/* The blocks of a disc are no parameter of its drive. */
	if (cmd->dev->type == TYPE_ROM)
		r.no_block_desc = true;
	if (r.page_control == MODE_PC_SAVED) {
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_saving_params_unsup));
		return;
	}
	header = r.ten ? 8 : 4;
	desc_len = put_block_desc(buf + header, &r, vdev);
	pages_len = modes_put_all(buf + header + desc_len, &r, cmd, vdev);
	if (!pages_len) {
		if (page_is_there(r.page, cmd, vdev))
			scst_set_invalid_field(cmd, 3, -1);
		else
			scst_set_invalid_field(cmd, 2, 5);
		return;
	}
	put_header(buf, &r, mode_dev_param(cmd), desc_len,
		   header + desc_len + pages_len);
	scst_copy_response(cmd, buf, header + desc_len + pages_len);
}
