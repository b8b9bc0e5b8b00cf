// SPDX-License-Identifier: GPL-2.0
/*
 * MODE SELECT (SPC-5 6.11, 6.12): all of the parameter list is checked before
 * anything changes. Nothing is saved: SP is refused.
 */
#include <linux/bits.h>
#include <linux/bitops.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "vdisk.h"

#define SELECT_MAX_LIST		1024	/* bytes; all pages together have far less */

/* CDB, byte 1 */
#define SELECT_PF		BIT(4)
#define SELECT_RTD		BIT(1)
#define SELECT_SP		BIT(0)

/* Header */
#define SELECT_DEV_PARAM	0x90	/* WP, DPOFUA: of MODE SENSE, ignored here */
#define SELECT_LONGLBA		0x01

/* Page header */
#define SELECT_PS		0x80
#define SELECT_SPF		0x40

/**
 * struct mode_select - a parameter list while it is looked at
 * @cmd: the command
 * @vdev: the device
 * @ten: MODE SELECT (10)
 * @len: bytes of @list
 * @pos: where its next page begins
 * @staged: rows of @pages that were named in the list
 * @list: the parameter list
 * @pages: the values to come
 */
struct mode_select {
	struct scst_cmd *cmd;
	struct vdisk_dev *vdev;
	bool ten;
	u32 len;
	u32 pos;
	unsigned long staged;
	u8 list[SELECT_MAX_LIST];
	u8 pages[VDISK_MODE_PAGES][VDISK_MODE_PAGE_MAX];
};

/* The list ends within something: SPC-5 6.11. */
static bool list_cut_off(struct mode_select *s)
{
	scst_set_cmd_error(s->cmd,
			   SCST_LOAD_SENSE(scst_sense_parameter_list_length_invalid));
	return false;
}

static bool field_invalid(struct mode_select *s, unsigned int byte, int bit)
{
	scst_set_invalid_field_in_param(s->cmd, byte, bit);
	return false;
}

/* A reserved byte, but for the bits of @mask. */
static bool check_reserved(struct mode_select *s, unsigned int byte, u8 mask)
{
	u8 bad = s->list[byte] & ~mask;

	return !bad || field_invalid(s, byte, fls(bad) - 1);
}

/* SBC-4 6.5.2: number and length of blocks can't be changed by this. */
static bool check_block_desc(struct mode_select *s, bool long_lba)
{
	const u8 *p = s->list + s->pos;
	u64 capacity = vdisk_nblocks(s->vdev), max = long_lba ? U64_MAX : U32_MAX;
	u64 blocks = long_lba ? get_unaligned_be64(p) : get_unaligned_be32(p);
	unsigned int len_at = long_lba ? 12 : 4;
	u32 block = get_unaligned_be32(p + len_at);

	/* 0: as it is; all ones: as many as there are. */
	if (blocks && blocks != max && blocks != min(capacity, max))
		return field_invalid(s, s->pos, -1);
	if (block != 1U << s->vdev->block_shift)
		return field_invalid(s, s->pos + len_at, -1);
	return true;
}

/* SPC-5 7.5.6: mode data length and what else is MODE SENSE's alone is ignored. */
static bool check_header(struct mode_select *s)
{
	unsigned int header = s->ten ? 8 : 4;
	bool long_lba = s->ten && s->list[4] & SELECT_LONGLBA;
	unsigned int desc = long_lba ? 16 : 8;
	u32 desc_len;

	if (s->len < header)
		return list_cut_off(s);
	desc_len = s->ten ? get_unaligned_be16(&s->list[6]) : s->list[3];
	/* MEDIUM TYPE: there is none but 0. */
	if (!check_reserved(s, s->ten ? 2 : 1, 0) ||
	    !check_reserved(s, s->ten ? 3 : 2, SELECT_DEV_PARAM))
		return false;
	if (s->ten && (!check_reserved(s, 4, SELECT_LONGLBA) ||
		       !check_reserved(s, 5, 0)))
		return false;
	if (desc_len && desc_len != desc)
		return field_invalid(s, s->ten ? 6 : 3, -1);
	if (header + desc_len > s->len)
		return list_cut_off(s);
	s->pos = header;
	if (desc_len && !check_block_desc(s, long_lba))
		return false;
	s->pos = header + desc_len;
	return true;
}

/* The row of the page at s->pos, or -1: an error was set. */
static int find_page(struct mode_select *s)
{
	const u8 *p = s->list + s->pos;
	bool found = false;
	u8 sub = p[0] & SELECT_SPF ? p[1] : 0;
	unsigned int i;

	for (i = 0; i < vdisk_n_mode_pages; i++) {
		const struct vdisk_mode_page *page = &vdisk_mode_pages[i];

		if (!vdisk_mode_is_there(page, s->cmd->dev->type, s->vdev) ||
		    page->code != (p[0] & 0x3f))
			continue;
		found = true;
		if (page->sub == sub && !page->sub == !(p[0] & SELECT_SPF))
			return i;
	}
	if (found && p[0] & SELECT_SPF)
		field_invalid(s, s->pos + 1, -1);
	else
		field_invalid(s, s->pos, 5);
	return -1;
}

/* Nothing may differ but bits that can be changed, SPC-5 6.11. */
static bool check_values(struct mode_select *s, unsigned int row)
{
	const struct vdisk_mode_page *page = &vdisk_mode_pages[row];
	const u8 *p = s->list + s->pos;
	u8 mask[VDISK_MODE_PAGE_MAX] = {}, now[VDISK_MODE_PAGE_MAX];
	unsigned int i;
	int bad;

	if (page->changeable)
		page->changeable(mask, s->vdev);
	__vdisk_mode_values(now, row, s->vdev);
	for (i = page->sub ? 4 : 2; i < page->len; i++) {
		u8 differ = (p[i] ^ now[i]) & ~mask[i];

		if (differ)
			return field_invalid(s, s->pos + i, fls(differ) - 1);
	}
	bad = page->check ? page->check(p) : -1;
	return bad < 0 || field_invalid(s, s->pos + bad, -1);
}

static bool stage_page(struct mode_select *s)
{
	const u8 *p = s->list + s->pos;
	const struct vdisk_mode_page *page;
	u8 header[4];
	int row;

	if (s->len - s->pos < 2)
		return list_cut_off(s);
	if (p[0] & SELECT_PS)
		return field_invalid(s, s->pos, 7);
	row = find_page(s);
	if (row < 0)
		return false;
	page = &vdisk_mode_pages[row];
	if (page->sub && s->len - s->pos < 4)
		return list_cut_off(s);
	vdisk_mode_header(header, page);
	/* What is left to differ is the length. */
	if (memcmp(header, p, page->sub ? 4 : 2))
		return field_invalid(s, s->pos + (page->sub ? 2 : 1), -1);
	if (s->len - s->pos < page->len)
		return list_cut_off(s);
	if (!check_values(s, row))
		return false;
	memcpy(s->pages[row], p, page->len);
	__set_bit(row, &s->staged);
	s->pos += page->len;
	return true;
}

/* Returns whether anything has changed. */
static bool commit_pages(struct mode_select *s)
{
	bool changed = false;
	unsigned int row;

	for_each_set_bit(row, &s->staged, VDISK_MODE_PAGES) {
		const struct vdisk_mode_page *page = &vdisk_mode_pages[row];
		u8 *current_values = s->vdev->unit.modes[row];

		/* What can't be changed is as it was: see check_values(). */
		if (!page->changeable ||
		    !memcmp(current_values, s->pages[row], page->len))
			continue;
		changed = true;
		memcpy(current_values, s->pages[row], page->len);
		if (page->apply)
			page->apply(current_values, s->cmd->dev, s->vdev);
	}
	return changed;
}

/* Both at once, so that the pages can't change between check and commit. */
static bool select_all(struct mode_select *s, bool *changed)
{
	bool ok = check_header(s);

	spin_lock_irq(&s->vdev->unit.lock);
	while (ok && s->pos < s->len)
		ok = stage_page(s);
	if (ok)
		*changed = commit_pages(s);
	spin_unlock_irq(&s->vdev->unit.lock);
	return ok;
}

/* The cache is off, or writes are: what is in the cache goes to the medium. */
static bool must_sync(const struct mode_select *s, bool was_through, bool was_swp)
{
	return (!was_through && READ_ONCE(s->vdev->unit.write_through)) ||
	       (!was_swp && READ_ONCE(s->cmd->dev->control.swp));
}

static enum scst_exec_res select_list(struct mode_select *s)
{
	struct scst_device *dev = s->cmd->dev;
	bool was_through = READ_ONCE(s->vdev->unit.write_through);
	bool was_swp = READ_ONCE(dev->control.swp);
	bool changed = false;

	if (!select_all(s, &changed) || !changed)
		return vdisk_finish(s->cmd);
	scst_dev_raise_ua(dev, SCST_UA_MODE_CHANGED, s->cmd->tgt_dev);
	vdisk_threshold_look(s->vdev);
	if (must_sync(s, was_through, was_swp) &&
	    READ_ONCE(s->vdev->unit.not_ready) != VDISK_EJECTED)
		return vdisk_sync_all(s->cmd, s->vdev);
	return vdisk_finish(s->cmd);
}

static bool check_cdb(struct scst_cmd *cmd)
{
	u8 flags = cmd->cdb[1];

	if (flags & SELECT_SP)
		scst_set_invalid_field(cmd, 1, 0);
	else if (flags & SELECT_RTD)
		scst_set_invalid_field(cmd, 1, 1);
	else if (!(flags & SELECT_PF) && cmd->bufflen)
		scst_set_invalid_field(cmd, 1, 4);
	else if (cmd->bufflen > SELECT_MAX_LIST)
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_parameter_list_length_invalid));
	else
		return true;
	return false;
}

enum scst_exec_res vdisk_mode_select(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	enum scst_exec_res res;
	struct mode_select *s;

	if (!check_cdb(cmd) || !cmd->bufflen)
		return vdisk_finish(cmd);
	s = kzalloc(sizeof(*s), GFP_NOIO);
	if (!s) {
		scst_set_busy(cmd);
		return vdisk_finish(cmd);
	}
	s->cmd = cmd;
	s->vdev = vdev;
	s->ten = cmd->cdb[0] == MODE_SELECT_10;
	s->len = scst_get_param_list(cmd, s->list, 0, cmd->bufflen);
	res = select_list(s);
	kfree(s);
	return res;
}
