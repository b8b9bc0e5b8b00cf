// SPDX-License-Identifier: GPL-2.0
/*
 * The mode pages of virtual disks (SPC-5 7.5, SBC-4 6.5): what they say, what can
 * be changed in them, and what a change does. mode.c reports them, mode_select.c
 * changes them.
 */
#include <linux/bits.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "vcdrom.h"

#define MODE_DISK	BIT(TYPE_DISK)
#define MODE_ROM	BIT(TYPE_ROM)
#define MODE_ALL	(MODE_DISK | MODE_ROM)

#define MODE_SPF	0x40	/* byte 0: the page has a subpage code */

/* Read-write error recovery page */
#define RECOVERY_LBPERE	0x80	/* byte 7 */

/* Caching page */
#define CACHING_WCE	0x04	/* byte 2 */

/* Control page */
#define CONTROL_TST	0xe0	/* byte 2 */
#define CONTROL_D_SENSE	0x04
#define CONTROL_GLTSD	0x02
#define CONTROL_QERR	0x06	/* byte 3 */
#define CONTROL_SWP	0x08	/* byte 4 */
#define CONTROL_TAS	0x40	/* byte 5 */

/* SBC-4 6.5.10: whether thresholds are told; who sets one wants that. */
static void recovery_defaults(u8 *p, const struct vdisk_dev *vdev)
{
	if (vdisk_has_thresholds(vdev))
		p[7] = RECOVERY_LBPERE;
}

static void recovery_apply(const u8 *p, struct scst_device *dev,
			   struct vdisk_dev *vdev)
{
	vdev->unit.lbpere = p[7] & RECOVERY_LBPERE;
}

/*
 * SBC-4 6.5.5. A cache that writes may stay in is one of the backing's. The
 * administrator's word stands: WRITE_THROUGH is not for initiators to undo, and
 * with NV_CACHE there is no cache that could lose something.
 */
static bool caching_has_wce(const struct vdisk_dev *vdev)
{
	return vdev->wce && !(vdev->flags & (VDISK_F_WRITE_THROUGH |
					     VDISK_F_NV_CACHE));
}

static void caching_defaults(u8 *p, const struct vdisk_dev *vdev)
{
	if (caching_has_wce(vdev))
		p[2] = CACHING_WCE;
}

static void caching_apply(const u8 *p, struct scst_device *dev,
			  struct vdisk_dev *vdev)
{
	bool off = caching_has_wce(vdev) && !(p[2] & CACHING_WCE);

	WRITE_ONCE(vdev->unit.write_through,
		   off || vdev->flags & VDISK_F_WRITE_THROUGH);
}

static void control_defaults(u8 *p, const struct vdisk_dev *vdev)
{
	p[2] = CONTROL_GLTSD;	/* there are no log parameters to save */
	p[3] = 0x10;		/* QUEUE ALGORITHM MODIFIER: unrestricted */
	put_unaligned_be16(0xffff, &p[8]);	/* BUSY TIMEOUT PERIOD: no limit */
}

static void control_rom_changeable(u8 *p, const struct vdisk_dev *vdev)
{
	p[2] = CONTROL_TST | CONTROL_D_SENSE;
	p[3] = CONTROL_QERR;
	p[5] = CONTROL_TAS;
}

static void control_changeable(u8 *p, const struct vdisk_dev *vdev)
{
	control_rom_changeable(p, vdev);
	p[4] = CONTROL_SWP;
}

/* TST has the values 0 and 1, QERR 0, 1 and 3. */
static int control_check(const u8 *p)
{
	if (p[2] >> 5 > 1)
		return 2;
	if ((p[3] & CONTROL_QERR) >> 1 == 2)
		return 3;
	return -1;
}

static void control_apply(const u8 *p, struct scst_device *dev,
			  struct vdisk_dev *vdev)
{
	struct scst_control *c = &dev->control;

	WRITE_ONCE(c->tst, p[2] >> 5);
	WRITE_ONCE(c->d_sense, p[2] & CONTROL_D_SENSE);
	WRITE_ONCE(c->qerr, (p[3] & CONTROL_QERR) >> 1);
	WRITE_ONCE(c->swp, p[4] & CONTROL_SWP);
	WRITE_ONCE(c->tas, p[5] & CONTROL_TAS);
}

/* SPC-5 7.5.11: the clock is the target's own, until SET TIMESTAMP. */
static void control_ext_defaults(u8 *p, const struct vdisk_dev *vdev)
{
	p[4] = 0x06;		/* TCMOS, SCSIP */
}

static void exceptions_defaults(u8 *p, const struct vdisk_dev *vdev)
{
	p[2] = 0x08;		/* DEXCPT: exceptions are not reported */
}

const struct vdisk_mode_page vdisk_mode_pages[] = {
	{ 0x01, 0x00, 12, MODE_DISK,
	  .defaults = recovery_defaults, .changeable = recovery_defaults,
	  .apply = recovery_apply },
	{ 0x01, 0x00, 12, MODE_ROM },
	{ 0x02, 0x00, 16, MODE_DISK },	/* disconnect-reconnect */
	/*
	 * An initiator that has turned the cache off does without flushes. A reset,
	 * perhaps another one's, must not turn it on behind its back.
	 */
	{ 0x08, 0x00, 20, MODE_DISK, .keep = true,
	  .defaults = caching_defaults, .changeable = caching_defaults,
	  .apply = caching_apply },
	{ 0x0a, 0x00, 12, MODE_DISK,
	  .defaults = control_defaults, .changeable = control_changeable,
	  .check = control_check, .apply = control_apply },
	{ 0x0a, 0x00, 12, MODE_ROM,
	  .defaults = control_defaults, .changeable = control_rom_changeable,
	  .check = control_check, .apply = control_apply },
	{ 0x0a, 0x01, 32, MODE_ALL, .defaults = control_ext_defaults },
	{ 0x1a, 0x00, 40, MODE_DISK },	/* power condition: no timer runs */
	{ 0x1a, 0x00, 12, MODE_ROM },	/* the same, in MMC's length */
	{ 0x1c, 0x00, 12, MODE_DISK, .defaults = exceptions_defaults },
	{ 0x1c, 0x02, 32, MODE_DISK, .is_there = vdisk_has_thresholds,
	  .defaults = vdisk_threshold_defaults,
	  .changeable = vdisk_threshold_changeable,
	  .apply = vdisk_threshold_apply },
	{ 0x1d, 0x00, 10, MODE_ROM, .defaults = vcdrom_mode_timeout },
	{ 0x2a, 0x00, 32, MODE_ROM, .defaults = vcdrom_mode_capabilities,
	  .live = vcdrom_mode_capabilities_live },
};

const unsigned int vdisk_n_mode_pages = ARRAY_SIZE(vdisk_mode_pages);

/**
 * vdisk_mode_is_there() - does a device have a page?
 * @page: the page
 * @type: its type
 * @vdev: the device
 */
bool vdisk_mode_is_there(const struct vdisk_mode_page *page, u8 type,
			 const struct vdisk_dev *vdev)
{
	return page->types & BIT(type) &&
	       (!page->is_there || page->is_there(vdev));
}

/**
 * vdisk_mode_header() - the header of a page, SPC-5 7.5.7
 * @p: where to
 * @page: the page
 *
 * PS is 0: nothing is saved.
 *
 * Return: its length.
 */
unsigned int vdisk_mode_header(u8 *p, const struct vdisk_mode_page *page)
{
	if (!page->sub) {
		p[0] = page->code;
		p[1] = page->len - 2;
		return 2;
	}
	p[0] = MODE_SPF | page->code;
	p[1] = page->sub;
	put_unaligned_be16(page->len - 4, &p[2]);
	return 4;
}

/**
 * __vdisk_mode_values() - the current values of a page
 * @p: gets the whole page
 * @row: the page's row in the table
 * @vdev: the device
 */
void __vdisk_mode_values(u8 *p, unsigned int row, const struct vdisk_dev *vdev)
{
	const struct vdisk_mode_page *page = &vdisk_mode_pages[row];

	lockdep_assert_held(&vdev->unit.lock);
	memcpy(p, vdev->unit.modes[row], page->len);
	if (page->live)
		page->live(p, vdev);
}

/**
 * __vdisk_modes_reset() - all pages have their default values
 * @dev: the device
 * @vdev: the same
 * @all: those that outlive a reset as well
 */
void __vdisk_modes_reset(struct scst_device *dev, struct vdisk_dev *vdev,
			 bool all)
{
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(vdisk_mode_pages) > VDISK_MODE_PAGES);
	lockdep_assert_held(&vdev->unit.lock);
	for (i = 0; i < vdisk_n_mode_pages; i++) {
		const struct vdisk_mode_page *page = &vdisk_mode_pages[i];
		u8 *p = vdev->unit.modes[i];

		if (!vdisk_mode_is_there(page, dev->type, vdev) || (page->keep && !all))
			continue;
		memset(p, 0, VDISK_MODE_PAGE_MAX);
		vdisk_mode_header(p, page);
		if (page->defaults)
			page->defaults(p, vdev);
		if (page->apply)
			page->apply(p, dev, vdev);
	}
}
