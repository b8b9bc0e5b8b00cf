// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps the devices of the SCSI host as the LUNs of the session are.
 *
 * A device remembers what its LUN was mapped to before its first INQUIRY. When
 * the core says that LUNs or capacities have changed, work removes the devices
 * for which that isn't true any more, has the others look at their capacity
 * again if it is another one, and scans the LUNs that have no device. Whatever
 * changes meanwhile is reported again and found by the next run.
 */
#include <linux/bitmap.h>
#include <linux/slab.h>
#include <linux/stringhash.h>
#include <linux/xarray.h>

#include "local.h"

/**
 * struct slocal_lun - what a LUN is mapped to
 * @dev: the device, only to be compared; NULL: nothing
 * @virt_id: its id, since memory of a device may be that of the next one
 * @name: hash of its name
 * @read_only: and how it is mapped
 * @nblocks: its capacity, as the initiator has last been told
 */
struct slocal_lun {
	const struct scst_device *dev;
	int virt_id;
	unsigned int name;
	bool read_only;
	u64 nblocks;
};

/*
 * Linux's numbers are the first two bytes of a LUN: peripheral device
 * addressing below 256, flat space addressing, marked by 4000h, otherwise.
 */
#define SLOCAL_FLAT	0x4000

static u64 lun_to_linux(u32 lun)
{
	return lun < 256 ? lun : lun | SLOCAL_FLAT;
}

/* SCST_MAX_LUNS: none that we map, or another name of one of the first 256. */
static u64 lun_from_linux(u64 linux_lun)
{
	u64 lun = linux_lun & (SLOCAL_FLAT - 1);

	return linux_lun == lun_to_linux(lun) ? lun : SCST_MAX_LUNS;
}

static void lun_lookup(struct slocal_sess *ls, u32 lun, struct slocal_lun *now)
{
	const struct scst_tgt_dev *tgt_dev;

	memset(now, 0, sizeof(*now));
	rcu_read_lock();
	tgt_dev = xa_load(&ls->sess->luns, lun);
	if (tgt_dev) {
		now->dev = tgt_dev->dev;
		now->virt_id = tgt_dev->dev->virt_id;
		now->name = full_name_hash(NULL, tgt_dev->dev->name,
					   strlen(tgt_dev->dev->name));
		now->read_only = tgt_dev->read_only;
		now->nblocks = READ_ONCE(tgt_dev->dev->nblocks);
	}
	rcu_read_unlock();
}

static bool lun_is_same(const struct slocal_lun *a, const struct slocal_lun *b)
{
	return a->dev == b->dev && a->virt_id == b->virt_id &&
	       a->name == b->name && a->read_only == b->read_only;
}

/* A scan is about to look at a LUN; nothing is there yet that could do I/O. */
int slocal_sdev_init(struct scsi_device *sdev)
{
	struct slocal_sess *ls = shost_priv(sdev->host);
	u64 lun = lun_from_linux(sdev->lun);
	struct slocal_lun *l;

	/* Pairs with sess_start(). */
	if (lun >= SCST_MAX_LUNS || !smp_load_acquire(&ls->scannable))
		return -ENXIO;
	l = kmalloc(sizeof(*l), GFP_KERNEL);
	if (!l)
		return -ENOMEM;
	lun_lookup(ls, lun, l);
	sdev->hostdata = l;
	return 0;
}

void slocal_sdev_destroy(struct scsi_device *sdev)
{
	kfree(sdev->hostdata);
	sdev->hostdata = NULL;
}

/* As an initiator does that hears of CAPACITY DATA HAS CHANGED. */
static void rescan_capacity(struct scsi_device *sdev, struct slocal_lun *then,
			    const struct slocal_lun *now)
{
	if (then->nblocks == now->nblocks)
		return;
	then->nblocks = now->nblocks;
	scst_scsi_rescan_device(sdev);
}

/*
 * Removes devices whose LUN is gone or is something else now; the others are
 * marked in @present. One that was nothing and is nothing is LUN 0 in the hands
 * of a scan, which removes it itself.
 */
static void rescan_remove(struct slocal_sess *ls, unsigned long *present)
{
	struct scsi_device *sdev;
	struct slocal_lun now;

	shost_for_each_device(sdev, ls->shost) {
		struct slocal_lun *then = sdev->hostdata;
		u32 lun = lun_from_linux(sdev->lun);

		if (!READ_ONCE(ls->scannable) || !then)
			continue;
		lun_lookup(ls, lun, &now);
		if (lun_is_same(then, &now)) {
			__set_bit(lun, present);
			rescan_capacity(sdev, then, &now);
			continue;
		}
		sdev_printk(KERN_INFO, sdev, SLOCAL_NAME ": LUN %s, removing the device\n",
			    now.dev ? "is mapped to something else" : "is gone");
		scsi_remove_device(sdev);
	}
}

static void rescan_add(struct slocal_sess *ls, const unsigned long *present)
{
	unsigned long lun = 0;
	struct slocal_lun now;
	int ret;

	for (; xa_find(&ls->sess->luns, &lun, SCST_MAX_LUNS - 1, XA_PRESENT);
	     lun++) {
		if (!READ_ONCE(ls->scannable))
			return;
		if (test_bit(lun, present))
			continue;
		ret = scsi_add_device(ls->shost, 0, 0, lun_to_linux(lun));
		if (!ret)
			continue;
		lun_lookup(ls, lun, &now);
		if (now.dev && READ_ONCE(ls->scannable))
			shost_printk(KERN_WARNING, ls->shost,
				     SLOCAL_NAME ": no device for LUN %lu (error %d): write \"- - -\" to the host's scan attribute to try again\n",
				     lun, ret);
	}
}

/* The first time as any initiator does it: by REPORT LUNS to LUN 0. */
static void rescan_first(struct slocal_sess *ls)
{
	if (ls->scanned)
		return;
	ls->scanned = true;
	scsi_scan_target(&ls->shost->shost_gendev, 0, 0, SCAN_WILD_CARD,
			 SCSI_SCAN_INITIAL);
}

static void rescan(struct slocal_sess *ls)
{
	unsigned long *present;

	present = bitmap_zalloc(SCST_MAX_LUNS, GFP_KERNEL);
	if (!present) {
		shost_printk(KERN_ERR, ls->shost,
			     SLOCAL_NAME ": no memory to look for changed LUNs: write \"- - -\" to the host's scan attribute\n");
		return;
	}
	rescan_first(ls);
	rescan_remove(ls, present);
	rescan_add(ls, present);
	bitmap_free(present);
}

/*
 * While the module is being unloaded the mid-level gives out no device any more:
 * it would take each LUN for a new one. So the module stays as long as it runs,
 * and it doesn't run once that can't be had; whoever unloads waits for it.
 */
void slocal_rescan_work(struct work_struct *work)
{
	struct slocal_sess *ls = container_of(work, struct slocal_sess, rescan);

	/* Pairs with sess_start(), which queues it once the host is there. */
	if (!smp_load_acquire(&ls->scannable) || !try_module_get(THIS_MODULE))
		return;
	rescan(ls);
	module_put(THIS_MODULE);
}

/* Only queued: the core must not wait for devices that wait for commands. */
int slocal_report_aen(struct scst_session *sess, enum scst_aen event)
{
	struct slocal_sess *ls = scst_sess_get_tgt_priv(sess);

	if (event != SCST_AEN_LUNS_CHANGED && event != SCST_AEN_CAPACITY_CHANGED)
		return -EOPNOTSUPP;
	queue_work(scst_system_unbound_wq(), &ls->rescan);
	return 0;
}
