// SPDX-License-Identifier: GPL-2.0
/*
 * Thresholds of thin provisioning (SBC-4 4.7.3.8): space is counted in sets of
 * blocks, initiators are told when there is little left, or much in use.
 *
 * Others use a file system as well, so it is looked at every few seconds while a
 * threshold is enabled, and not by the commands that write.
 */
#include <linux/bits.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "blocks.h"
#include "log.h"

#define THRESHOLD_PERIOD	(2 * HZ)
#define THRESHOLD_SET_SHIFT	20	/* log2 of the bytes of a set, or more */

/* Mode page 1Ch, subpage 02h: descriptors */
#define DESC_FIRST		16
#define DESC_LEN		8
#define DESC_ENABLED		0x80	/* byte 0; THRESHOLD TYPE is 0: a number of sets */
#define DESC_COUNT_AT		4

#define PARAM_LEN		8
#define SCOPE_DEDICATED		0x01
#define SCOPE_SHARED		0x02

/* Whose thresholds and counts they are; the order is that of enum VDISK_THRESHOLD_*. */
static const struct {
	u8 arming;	/* 0: armed decreasing, 1: armed increasing */
	u8 resource;	/* THRESHOLD RESOURCE: a parameter code of log page 0Ch */
	u8 scope;
} thresholds[VDISK_THRESHOLDS] = {
	[VDISK_THRESHOLD_AVAILABLE] = { 0, 1, SCOPE_SHARED },
	[VDISK_THRESHOLD_USED]	    = { 1, 2, SCOPE_DEDICATED },
};

/* log2 of the bytes of a set. */
static unsigned int set_shift(const struct vdisk_dev *vdev)
{
	return vdev->space.threshold_exp + vdev->block_shift;
}

/* Both in threshold sets: what is available as a whole, what is used in part. */
static int count_sets(const struct vdisk_dev *vdev, u32 *sets)
{
	unsigned int shift = set_shift(vdev);
	struct vdisk_fs_task task;
	u64 used, avail;
	int err;

	vdisk_fs_enter(&task);
	err = vdev->mode->space->usage(vdev, &used, &avail);
	vdisk_fs_leave(&task);
	if (err)
		return err;
	sets[VDISK_THRESHOLD_AVAILABLE] = min_t(u64, avail >> shift, U32_MAX);
	sets[VDISK_THRESHOLD_USED] = min_t(u64, (used + BIT_ULL(shift) - 1) >> shift,
					   U32_MAX);
	return 0;
}

/**
 * vdisk_threshold_probe() - can the space of a device be counted?
 * @vdev: opened; its size, block size and space are known
 *
 * A set is as large as it must be for a count of 32 bits (SBC-4 6.6.7).
 */
void vdisk_threshold_probe(struct vdisk_dev *vdev)
{
	const struct vdisk_space_ops *ops = vdev->mode->space;
	u8 exp = THRESHOLD_SET_SHIFT - vdev->block_shift;
	u64 used, avail;

	if (!vdev->space.can_unmap || !ops->usage ||
	    ops->usage(vdev, &used, &avail))
		return;
	while (vdisk_nblocks(vdev) >> exp > U32_MAX)
		exp++;
	vdev->space.threshold_exp = exp;
}

bool vdisk_has_thresholds(const struct vdisk_dev *vdev)
{
	return vdev->space.threshold_exp;
}

/* ---- the mode page, SBC-4 6.5.9 ---- */

void vdisk_threshold_defaults(u8 *p, const struct vdisk_dev *vdev)
{
	unsigned int i;

	for (i = 0; i < VDISK_THRESHOLDS; i++) {
		u8 *desc = p + DESC_FIRST + i * DESC_LEN;

		desc[0] = thresholds[i].arming;
		desc[1] = thresholds[i].resource;
	}
}

/* SITUA isn't: no nexus is to blame for what happens in the file system. */
void vdisk_threshold_changeable(u8 *p, const struct vdisk_dev *vdev)
{
	unsigned int i;

	for (i = 0; i < VDISK_THRESHOLDS; i++) {
		u8 *desc = p + DESC_FIRST + i * DESC_LEN;

		desc[0] = DESC_ENABLED;
		put_unaligned_be32(U32_MAX, &desc[DESC_COUNT_AT]);
	}
}

void vdisk_threshold_apply(const u8 *p, struct scst_device *dev,
			   struct vdisk_dev *vdev)
{
	struct vdisk_unit *unit = &vdev->unit;
	unsigned int i;

	lockdep_assert_held(&unit->lock);
	for (i = 0; i < VDISK_THRESHOLDS; i++) {
		const u8 *desc = p + DESC_FIRST + i * DESC_LEN;

		unit->thresholds[i] = (struct vdisk_threshold) {
			.enabled = desc[0] & DESC_ENABLED,
			.count = get_unaligned_be32(&desc[DESC_COUNT_AT]),
		};
	}
}

/* ---- what there is, and who is told ---- */

static bool threshold_is_reached(unsigned int i, u32 sets, u32 count)
{
	return thresholds[i].arming ? sets >= count : sets <= count;
}

/* True: one is reached that was not before. Who sets one beyond it isn't told. */
static bool __thresholds_fire(struct vdisk_unit *unit, const u32 *sets)
{
	bool fire = false;
	unsigned int i;

	lockdep_assert_held(&unit->lock);
	for (i = 0; i < VDISK_THRESHOLDS; i++) {
		struct vdisk_threshold *t = &unit->thresholds[i];
		bool reached = threshold_is_reached(i, sets[i], t->count);

		fire |= t->enabled && t->armed && reached;
		t->armed = !reached;
	}
	return fire && unit->lbpere;
}

static bool thresholds_are_enabled(struct vdisk_unit *unit)
{
	bool enabled = false;
	unsigned int i;

	spin_lock_irq(&unit->lock);
	for (i = 0; i < VDISK_THRESHOLDS; i++)
		enabled |= unit->thresholds[i].enabled;
	spin_unlock_irq(&unit->lock);
	return enabled;
}

/**
 * vdisk_threshold_look() - compare thresholds with what there is
 * @vdev: the device
 *
 * Again and again from here on, as long as one is enabled.
 *
 * Context: process context, may sleep.
 */
void vdisk_threshold_look(struct vdisk_dev *vdev)
{
	struct vdisk_unit *unit = &vdev->unit;
	u32 sets[VDISK_THRESHOLDS];
	bool fire = false;

	if (!thresholds_are_enabled(unit))
		return;
	mutex_lock(&unit->mutex);
	if (!count_sets(vdev, sets)) {
		spin_lock_irq(&unit->lock);
		fire = __thresholds_fire(unit, sets);
		spin_unlock_irq(&unit->lock);
	}
	mutex_unlock(&unit->mutex);
	if (fire) {
		scst_warn("vdisk %s: a threshold of its space is reached: %llu MiB are left in the file system of %s\n",
			  vdev->name,
			  (u64)sets[VDISK_THRESHOLD_AVAILABLE] << set_shift(vdev) >> 20,
			  vdev->path);
		scst_dev_raise_ua(vdev->dev, SCST_UA_SOFT_THRESHOLD, NULL);
	}
	schedule_delayed_work(&unit->threshold_work, THRESHOLD_PERIOD);
}

static void threshold_work_fn(struct work_struct *work)
{
	vdisk_threshold_look(container_of(to_delayed_work(work), struct vdisk_dev,
					  unit.threshold_work));
}

void vdisk_threshold_init(struct vdisk_unit *unit)
{
	INIT_DELAYED_WORK(&unit->threshold_work, threshold_work_fn);
}

/* No command is left that could enable one. */
void vdisk_threshold_exit(struct vdisk_unit *unit)
{
	cancel_delayed_work_sync(&unit->threshold_work);
}

/* Log page 0Ch, SBC-4 6.4.5. */
unsigned int vdisk_log_provisioning(u8 *p, struct vdisk_dev *vdev, u16 from)
{
	u32 sets[VDISK_THRESHOLDS];
	u8 *start = p;
	unsigned int i;

	if (count_sets(vdev, sets))
		return 0;
	for (i = 0; i < VDISK_THRESHOLDS; i++) {
		if (thresholds[i].resource < from)
			continue;
		p += vdisk_log_header(p, thresholds[i].resource,
				      VDISK_LOG_BINARY, PARAM_LEN);
		put_unaligned_be32(sets[i], &p[0]);
		put_unaligned_be32(thresholds[i].scope << 24, &p[4]);
		p += PARAM_LEN;
	}
	return p - start;
}
