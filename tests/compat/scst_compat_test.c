// SPDX-License-Identifier: GPL-2.0
/*
 * Uses every wrapper of src/compat/, so that each is compiled and linked on
 * every kernel of the matrix, whether or not a module needs it today.
 */
#include <linux/module.h>

#include "kapi.h"
#include "scst_config.h"

#define SCST_CONFIG_COMPAT_TEST_ON	1

static_assert(SCST_OPT(COMPAT_TEST_ON) == 1);
static_assert(SCST_OPT(COMPAT_TEST_OFF) == 0);

struct compat_test {
	struct scst_bdev_handle backing;
	struct scst_shrinker shrinker;
	struct timer_list timer;
	struct hrtimer hrtimer;
	struct workqueue_struct *wq;
	struct bio_set bios;
	struct bio bio;
	struct bio_vec bvec;
	struct page *page;
	struct kiocb iocb;
	unsigned long count;
};

static struct compat_test compat;

static unsigned long shrinker_count(struct shrinker *shrinker,
				    struct shrink_control *sc)
{
	struct compat_test *t = scst_shrinker_priv(shrinker);

	return t->count;
}

static unsigned long shrinker_scan(struct shrinker *shrinker,
				   struct shrink_control *sc)
{
	return SHRINK_STOP;
}

static void timer_fn(struct timer_list *timer)
{
	struct compat_test *t = scst_timer_container_of(t, timer, timer);

	t->count++;
}

static enum hrtimer_restart hrtimer_fn(struct hrtimer *timer)
{
	return HRTIMER_NORESTART;
}

static SCST_KI_COMPLETE(iocb_done, iocb, ret)
{
	scst_kiocb_end_write(iocb);
	compat.count += ret;
}

static scst_qc_status_t test_queuecommand(struct Scsi_Host *shost,
					  struct scsi_cmnd *scmd)
{
	static const u8 sense[] = { 0x70, 0, 5 };

	compat.count += scst_scsi_get_sector(scmd);
	scst_scsi_set_sense(scmd, sense, sizeof(sense));
	scst_scsi_done(scmd);
	return 0;
}

static int test_sdev_init(struct scsi_device *sdev)
{
	scst_scsi_rescan_device(sdev);
	return 0;
}

static SCST_SDEV_CONFIGURE(test_sdev_configure, sdev)
{
	return sdev->lun ? -ENXIO : 0;
}

static void test_sdev_destroy(struct scsi_device *sdev)
{
	compat.count++;
}

static SCST_SHT_MAP_QUEUES(test_map_queues, shost)
{
	compat.count += shost->nr_hw_queues;
}

static scst_scsi_timeout_t test_timed_out(struct scsi_cmnd *scmd)
{
	return compat.count ? SCST_EH_RESET_TIMER : SCST_EH_NOT_HANDLED;
}

static struct scsi_host_template test_sht = {
	.name = "compat_test",
	.module = THIS_MODULE,
	.queuecommand = test_queuecommand,
	.map_queues = test_map_queues,
	.eh_timed_out = test_timed_out,
	SCST_SHT_SDEV_INIT(test_sdev_init),
	SCST_SHT_SDEV_CONFIGURE(test_sdev_configure),
	SCST_SHT_SDEV_DESTROY(test_sdev_destroy),
	.this_id = -1,
};

static int test_bus_match(struct device *dev, scst_match_driver_t *drv)
{
	return 1;
}

static SCST_BUS_REMOVE(test_bus_remove, dev)
{
	dev_dbg(dev, "removed\n");
}

static struct bus_type test_bus = {
	.name = "compat_test",
	.match = test_bus_match,
	.remove = test_bus_remove,
};

static void backing_use(struct compat_test *t)
{
	struct block_device *bdev = scst_bdev(&t->backing);
	struct bio *bio;

	t->count += scst_bdev_nr_sectors(bdev);
	if (scst_bdev_write_cache(bdev) && !scst_bdev_fua(bdev))
		scst_blkdev_issue_flush(bdev);
	bio = scst_bio_alloc(bdev, 1, REQ_OP_READ, GFP_KERNEL, &t->bios);
	bio_put(bio);
	scst_bvec_set_page(&t->bvec, t->page, PAGE_SIZE, 0);
	scst_bio_init(&t->bio, bdev, &t->bvec, 1, REQ_OP_WRITE | REQ_FUA);
}

static void file_use(struct compat_test *t)
{
	struct iov_iter iter;

	t->iocb.ki_complete = iocb_done;
	scst_kiocb_start_write(&t->iocb);
	iov_iter_bvec(&iter, SCST_ITER_SOURCE, &t->bvec, 1, PAGE_SIZE);
	scst_file_write_iter(&t->iocb, &iter);
	iov_iter_bvec(&iter, SCST_ITER_DEST, &t->bvec, 1, PAGE_SIZE);
	scst_file_read_iter(&t->iocb, &iter);
}

static void memory_use(struct compat_test *t)
{
	u8 *p = scst_kmap_local(t->page);

	t->count += get_unaligned_be32(p);
	scst_kunmap_local(p);
	vfree(scst_vmalloc_array(t->count, sizeof(u64)));
	vfree(scst_vcalloc(t->count, sizeof(u64)));
}

static void time_use(struct compat_test *t)
{
	timer_setup(&t->timer, timer_fn, 0);
	scst_timer_delete(&t->timer);
	scst_timer_delete_sync(&t->timer);
	scst_hrtimer_setup(&t->hrtimer, hrtimer_fn, CLOCK_MONOTONIC,
			   HRTIMER_MODE_REL);
	flush_workqueue(t->wq);
	WARN_ON(t->wq == scst_system_percpu_wq() ||
		t->wq == scst_system_unbound_wq());
}

/* Exported, so that nothing above is optimized away. */
int scst_compat_test_run(struct inode *inode, struct Scsi_Host **shost);
int scst_compat_test_run(struct inode *inode, struct Scsi_Host **shost)
{
	struct compat_test *t = SCST_PDE_DATA(inode);
	int ret;

	t->wq = alloc_workqueue("compat_test", SCST_WQ_PERCPU, 0);
	*shost = scsi_host_alloc(&test_sht, 0);
	ret = bus_register(&test_bus);
	if (ret)
		return ret;
	ret = scst_bdev_open("/dev/null", SCST_OPT(DEBUG), t, &t->backing);
	if (ret)
		return ret;
	backing_use(t);
	scst_bdev_close(&t->backing);
	file_use(t);
	memory_use(t);
	time_use(t);
	ret = scst_shrinker_register(&t->shrinker, "compat_test",
				     shrinker_count, shrinker_scan, t);
	scst_shrinker_unregister(&t->shrinker);
	return ret;
}
SCST_EXPORT(scst_compat_test_run);

MODULE_DESCRIPTION("Compile test of the kernel compatibility layer");
MODULE_LICENSE("GPL");
