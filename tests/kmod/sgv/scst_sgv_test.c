// SPDX-License-Identifier: GPL-2.0
/*
 * Tests the pools of data buffers from inside the kernel; loading it fails, with
 * a line in the log, when something is wrong.
 *
 *	mode=shapes	length, entries and contents of buffers of all sizes
 *	mode=stress	threads and softirqs that swap buffers, pools that come and go
 *	mode=limit	scst_max_cmd_mem, which scst must have been given as limit_mb
 *	mode=pages	pages from an allocator of the pool's own, and without a pool
 *	mode=again	what a buffer has in it that somebody else had before
 */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/random.h>
#include <linux/scatterlist.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "scsi_tgt.h"

#define SGV_TEST_SLOTS	32

static char *mode = "shapes";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "shapes, stress, limit, pages or again");

static unsigned int rounds = 5000;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "stress: allocations of each thread (default 5000)");

static unsigned int limit_mb;
module_param(limit_mb, uint, 0444);
MODULE_PARM_DESC(limit_mb, "limit: scst_max_cmd_mem of scst");

static struct sgv_pool *pool, *flat_pool;
static struct sgv_pool_obj *slots[SGV_TEST_SLOTS];
static atomic_t failures;

/* The first few are enough. */
#define sgv_test_failed(fmt, ...)					\
do {									\
	if (atomic_inc_return(&failures) < 10)				\
		pr_err("scst_sgv_test: " fmt, ##__VA_ARGS__);		\
} while (0)

/* prandom_u32_max() became get_random_u32_below() in 6.2; this is on all kernels. */
static u32 below(u32 limit)
{
	return get_random_u32() % limit;
}

/* ---- one buffer ---- */

/* A value for each page of a buffer, which no other buffer has there. */
static u64 page_mark(const struct sgv_pool_obj *obj, unsigned int page)
{
	return (u64)(unsigned long)obj ^ (u64)page << 48;
}

/* Writes or compares the first 8 bytes of each page, as far as there are as many. */
static void mark_pages(struct sgv_pool_obj *obj, bool check)
{
	unsigned int done = 0, page = 0;
	struct scatterlist *sg;
	u64 *mark;
	int i;

	for_each_sg(obj->sg, sg, obj->sg_cnt, i) {
		for (done = 0; done + sizeof(*mark) <= sg->length;
		     done += PAGE_SIZE, page++) {
			mark = sg_virt(sg) + done;
			if (check && *mark != page_mark(obj, page))
				sgv_test_failed("page %u of %u bytes was overwritten\n",
						page, obj->len);
			*mark = page_mark(obj, page);
		}
	}
}

static void check_shape(struct sgv_pool_obj *obj, u32 len, int max_sg)
{
	struct scatterlist *sg;
	u64 sum = 0;
	int i;

	for_each_sg(obj->sg, sg, obj->sg_cnt, i) {
		if (!sg->length || sg->offset)
			sgv_test_failed("%u bytes: entry %d has %u at %u\n", len,
					i, sg->length, sg->offset);
		if (sg_is_last(sg) != (i == obj->sg_cnt - 1))
			sgv_test_failed("%u bytes: entry %d of %d ends it wrongly\n",
					len, i, obj->sg_cnt);
		sum += sg->length;
	}
	if (sum != len || obj->len != len)
		sgv_test_failed("%u bytes: has %llu, says %u\n", len, sum,
				obj->len);
	if (max_sg && obj->sg_cnt > max_sg)
		sgv_test_failed("%u bytes: %d entries, not %d\n", len,
				obj->sg_cnt, max_sg);
}

static struct sgv_pool_obj *get(struct sgv_pool *from, u32 len, gfp_t gfp,
				int max_sg)
{
	struct sgv_pool_obj *obj = sgv_pool_alloc(from, len, gfp, max_sg);

	if (!obj)
		return NULL;
	check_shape(obj, len, max_sg);
	mark_pages(obj, false);
	return obj;
}

static void put(struct sgv_pool_obj *obj)
{
	mark_pages(obj, true);
	sgv_pool_free(obj);
}

/* ---- mode=shapes ---- */

static void test_shape(struct sgv_pool *from, u32 len, int max_sg)
{
	struct sgv_pool_obj *obj[3];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(obj); i++) {
		obj[i] = get(from, len, GFP_KERNEL, max_sg);
		if (!obj[i])
			sgv_test_failed("no buffer of %u bytes in %d entries\n",
					len, max_sg);
	}
	while (i--)
		if (obj[i])
			put(obj[i]);
}

static void test_shapes(void)
{
	static const u32 lens[] = {
		1, 8, 511, 512, 4095, 4096, 4097, 8192, 12288, 65535, 65536,
		65537, 1 << 20, (1 << 20) + 4097, 2 << 20, (2 << 20) + 1,
		5 << 20, 3, 4096, 66000, 1 << 20,
	};
	static const int max_sgs[] = { 0, 1, 2, 7, 128, 256 };
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(lens); i++)
		for (j = 0; j < ARRAY_SIZE(max_sgs); j++) {
			/* Beyond the largest piece that can be contiguous. */
			if (max_sgs[j] &&
			    DIV_ROUND_UP(lens[i], max_sgs[j]) > 1 << 18)
				continue;
			test_shape(pool, lens[i], max_sgs[j]);
			test_shape(flat_pool, lens[i], max_sgs[j]);
		}
	if (sgv_pool_alloc(pool, 64 << 20, GFP_KERNEL, 1))
		sgv_test_failed("64 MiB in one entry\n");
}

/* ---- mode=stress ---- */

/* Swaps with whoever comes by: buffers are given back by others than took them. */
static void swap_one(bool atomic)
{
	u32 len = 1 + below(1 << (8 + below(13)));
	struct sgv_pool_obj *obj;

	obj = get(below(4) ? pool : flat_pool, len,
		  atomic ? GFP_ATOMIC : GFP_KERNEL, 0);
	if (!obj)
		return;
	obj = xchg(&slots[below(SGV_TEST_SLOTS)], obj);
	if (obj)
		put(obj);
}

static void pool_come_and_go(void)
{
	struct sgv_pool *own = sgv_pool_create("coming-and-going", true);
	struct sgv_pool_obj *obj;

	if (IS_ERR(own))
		return;
	obj = get(own, 100000, GFP_KERNEL, 0);
	if (obj)
		put(obj);
	sgv_pool_destroy(own);
}

static int stress_thread(void *unused)
{
	unsigned int i;

	for (i = 0; i < rounds; i++) {
		switch (i % 4) {
		case 0:
			local_bh_disable();
			swap_one(true);
			local_bh_enable();
			break;
		case 1:
			local_irq_disable();
			swap_one(true);
			local_irq_enable();
			break;
		default:
			swap_one(false);
		}
		if (i % 64 == 0)
			pool_come_and_go();
		cond_resched();
	}
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void test_stress(void)
{
	struct task_struct *tasks[16];
	unsigned int n = min_t(unsigned int, ARRAY_SIZE(tasks),
			       2 * num_online_cpus());
	unsigned int i;

	for (i = 0; i < n; i++) {
		tasks[i] = kthread_run(stress_thread, NULL, "sgv_test/%u", i);
		if (IS_ERR(tasks[i])) {
			sgv_test_failed("no thread\n");
			break;
		}
	}
	/* Waits until the thread has left the module, too. */
	while (i--)
		kthread_stop(tasks[i]);
	for (i = 0; i < SGV_TEST_SLOTS; i++)
		if (slots[i])
			put(slots[i]);
}

/* ---- mode=limit ---- */

/* Takes all there is, in pieces of @len; returns how many that were. */
static unsigned int drain(struct sgv_pool_obj **objs, unsigned int max, u32 len)
{
	unsigned int n;

	for (n = 0; n < max; n++) {
		objs[n] = get(pool, len, GFP_KERNEL, 0);
		if (!objs[n])
			break;
	}
	return n;
}

static void test_limit(void)
{
	unsigned int max = limit_mb * 16 + 16, n, i;
	struct sgv_pool_obj **objs;

	objs = kcalloc(max, sizeof(*objs), GFP_KERNEL);
	if (!objs) {
		sgv_test_failed("no memory\n");
		return;
	}
	n = drain(objs, max, 65536);
	if (n != limit_mb * 16)
		sgv_test_failed("%u buffers of 64 KiB in %u MiB\n", n, limit_mb);
	for (i = 0; i < n; i++)
		put(objs[i]);

	/* What waits in the cache must make room for another size. */
	n = drain(objs, max, 1 << 20);
	if (n != limit_mb)
		sgv_test_failed("%u buffers of 1 MiB in %u MiB\n", n, limit_mb);
	for (i = 0; i < n; i++)
		put(objs[i]);
	kfree(objs);
}

/* ---- mode=pages ---- */

/* Pages that the test's allocator has given away; it gives no more than some. */
static atomic_t given;
static int give_most;

static struct page *own_alloc(gfp_t gfp, void *priv)
{
	struct page *page;

	if (priv != &given)
		sgv_test_failed("the allocator's own is not its own\n");
	if (atomic_inc_return(&given) > give_most)
		goto err;
	page = alloc_page(gfp);
	if (page)
		return page;
err:
	atomic_dec(&given);
	return NULL;
}

static void own_free(struct page *page, void *priv)
{
	__free_page(page);
	atomic_dec(&given);
}

static void test_own_pages(struct sgv_pool *own)
{
	struct sgv_pool_obj *obj;
	unsigned int i;

	sgv_pool_set_allocator(own, own_alloc, own_free, &given);
	give_most = 1000;
	for (i = 0; i < 3; i++)
		test_shape(own, 100000, 0);
	if (atomic_read(&given) != 3 * 32)
		sgv_test_failed("%d pages wait, not 3 * 32\n",
				atomic_read(&given));
	test_shape(own, 3 * 4096 + 1, 4);
	obj = sgv_pool_alloc(own, 3 * 4096 + 1, GFP_KERNEL, 3);
	if (obj)
		sgv_test_failed("longer entries than a page\n");
	give_most = atomic_read(&given) + 10;
	obj = sgv_pool_alloc(own, 1 << 20, GFP_KERNEL, 0);
	if (obj)
		sgv_test_failed("more pages than there are\n");
	obj = get(own, 1 << 14, GFP_ATOMIC, 0);
	if (obj)
		put(obj);
	else
		sgv_test_failed("a buffer that was given back is gone\n");
}

static void test_plain(u32 len)
{
	struct scatterlist *sg, *entry;
	int i, count = 0;
	u64 sum = 0;

	sg = scst_alloc(len, GFP_KERNEL, &count);
	if (!sg) {
		sgv_test_failed("no %u bytes\n", len);
		return;
	}
	for_each_sg(sg, entry, count, i) {
		if (memchr_inv(sg_virt(entry), 0, entry->length))
			sgv_test_failed("%u bytes: not zeroed\n", len);
		sum += entry->length;
	}
	if (sum != len)
		sgv_test_failed("%u bytes: has %llu\n", len, sum);
	scst_free(sg, count);
}

static void test_pages(void)
{
	struct sgv_pool *own = sgv_pool_create("own-pages", false);

	if (IS_ERR(own)) {
		sgv_test_failed("no pool\n");
		return;
	}
	test_own_pages(own);
	sgv_pool_destroy(own);
	if (atomic_read(&given))
		sgv_test_failed("%d pages were not given back\n",
				atomic_read(&given));
	test_plain(1);
	test_plain(4096);
	test_plain(1000000);
}

/* ---- mode=again ---- */

static bool is_zeroed(struct sgv_pool_obj *obj)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(obj->sg, sg, obj->sg_cnt, i)
		if (memchr_inv(sg_virt(sg), 0, sg->length))
			return false;
	return true;
}

/* Fills a buffer, and tells of the next one of its kind. */
static void test_again(void)
{
	struct sgv_pool_obj *obj = get(pool, 32768, GFP_KERNEL, 0);

	if (!obj)
		goto err;
	put(obj);	/* it has marks */
	obj = sgv_pool_alloc(pool, 32768, GFP_KERNEL, 0);
	if (!obj)
		goto err;
	pr_info("scst_sgv_test: used again: %s\n",
		is_zeroed(obj) ? "zeroed" : "as it was");
	sgv_pool_free(obj);
	return;

err:
	sgv_test_failed("no buffer\n");
}

/* ---- the module ---- */

static int __init sgv_test_init(void)
{
	pool = sgv_pool_create("test", true);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	flat_pool = sgv_pool_create("test-flat", false);
	if (IS_ERR(flat_pool)) {
		sgv_pool_destroy(pool);
		return PTR_ERR(flat_pool);
	}

	if (!strcmp(mode, "shapes"))
		test_shapes();
	else if (!strcmp(mode, "stress"))
		test_stress();
	else if (!strcmp(mode, "limit"))
		test_limit();
	else if (!strcmp(mode, "pages"))
		test_pages();
	else if (!strcmp(mode, "again"))
		test_again();
	else
		sgv_test_failed("no mode %s\n", mode);

	sgv_pool_destroy(flat_pool);
	sgv_pool_destroy(pool);
	return atomic_read(&failures) ? -EIO : 0;
}

static void __exit sgv_test_exit(void)
{
}

module_init(sgv_test_init);
module_exit(sgv_test_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Test of SCST's data buffers");
SCST_IMPORT_NS;
