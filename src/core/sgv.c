// SPDX-License-Identifier: GPL-2.0
/*
 * Pools of data buffers: scatterlists that keep their pages, so that a command
 * of a usual size gets its buffer without a call of the page allocator.
 *
 * A buffer (struct sgv_obj) has 2^n pages, n being its size class, or is made to
 * measure and not cached: what is larger than the largest class, and what must
 * have fewer scatterlist entries than the cached ones have. A free buffer waits
 * in the stash of the CPU that gave it back, of limited depth, or else in the
 * pool's depot, whose pages are limited by the low watermark. The high watermark
 * limits all pages, those in use and those that wait.
 *
 * Lifetimes: a buffer belongs to one pool and is in one place: its user's, or on
 * one list of a stash or of the depot. Whoever takes it off that list, under the
 * list's lock, owns it. An owner who is going to destroy it first takes it off
 * the pool's count; from then on it does not refer to the pool, which may go.
 * So that counting and collecting from outside (by the shrinker, by a pool short
 * of pages) finds no pool that is going, they hold sgv_pools_lock while they
 * walk, and a pool leaves the list before it is emptied.
 *
 * Locks: sgv_pools_mutex > sgv_pools_lock > struct sgv_bin.lock. The latter two
 * are for any context; no page is allocated or freed under them.
 */
#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/scatterlist.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait_bit.h>

#include "kapi_mm.h"
#include "scsi_tgt.h"

#include "events.h"
#include "sgv.h"

/* Size classes: 1, 2, 4, ... pages; 2 MiB with pages of 4 KiB. */
#define SGV_CLASSES		10
#define SGV_MAX_ORDER		(SGV_CLASSES - 1)

/* Largest piece that is asked of the page allocator without need. */
#define SGV_CHUNK_ORDER		4

#define SGV_STASH_OBJS		16
#define SGV_STASH_PAGES		64
#define SGV_NAME_LEN		20

/**
 * struct sgv_obj - a buffer with what its users need not see
 * @pub: the part that they see
 * @table: the scatterlist as it was allocated
 * @owner: its pool, if the pages are that pool's to take back
 * @pages: pages in it
 * @entries: entries of @table that hold them
 * @cut: the last entry that the present user sees
 * @cut_len: its full length
 * @cut_last: it is the last one of the buffer as well
 */
struct sgv_obj {
	struct sgv_pool_obj pub;
	struct sg_table table;
	struct sgv_pool *owner;
	unsigned long pages;
	unsigned int entries;
	struct scatterlist *cut;
	unsigned int cut_len;
	bool cut_last;
};

/**
 * struct sgv_bin - free buffers
 * @lock: protects the rest; some look at @n and @pages without it
 * @pages: pages in all of them
 * @n: their number in each class
 * @objs: the buffers of each class, the one used last first
 */
struct sgv_bin {
	spinlock_t lock;
	unsigned long pages;
	unsigned int n[SGV_CLASSES];
	struct list_head objs[SGV_CLASSES];
};

/**
 * struct sgv_cpu - a CPU's part of a pool
 * @stash: free buffers that were in use here
 * @total: allocations in each class
 * @hit: those of them that a free buffer served
 * @big: buffers larger than any class
 * @other: buffers that needed fewer entries than the cached ones have
 */
struct sgv_cpu {
	struct sgv_bin stash;
	unsigned long total[SGV_CLASSES];
	unsigned long hit[SGV_CLASSES];
	unsigned long big;
	unsigned long other;
};

struct sgv_stats {
	unsigned long total[SGV_CLASSES];
	unsigned long hit[SGV_CLASSES];
	unsigned long big;
	unsigned long other;
	unsigned long pages;
	unsigned long objs;
};

/**
 * struct sgv_pool - a pool
 * @name: as shown in /proc
 * @clustered: adjacent pages are joined
 * @objs: buffers that exist, in use or free
 * @cpu: the CPUs' parts
 * @depot: free buffers that the stashes have no room for
 * @page_alloc: where pages come from; NULL: the page allocator
 * @page_free: takes them back
 * @priv: for both
 * @entry: in sgv_pools
 */
struct sgv_pool {
	char name[SGV_NAME_LEN + 1];
	bool clustered;
	atomic_long_t objs;
	struct sgv_cpu __percpu *cpu;
	struct sgv_bin depot;
	struct page *(*page_alloc)(gfp_t gfp, void *priv);
	void (*page_free)(struct page *page, void *priv);
	void *priv;
	struct list_head entry;
};

unsigned int scst_max_cmd_mem;
module_param(scst_max_cmd_mem, uint, 0444);
MODULE_PARM_DESC(scst_max_cmd_mem,
		 "Most memory in MiB for the data of commands, free buffers included (default: a quarter of the RAM)");

static LIST_HEAD(sgv_pools);
static DEFINE_MUTEX(sgv_pools_mutex);	/* changes and slow readers of the list */
static DEFINE_SPINLOCK(sgv_pools_lock);	/* changes and readers that can't sleep */

static unsigned long sgv_hi_pages;	/* of all buffers */
static unsigned long sgv_lo_pages;	/* of those in depots */
static atomic_long_t sgv_pages;		/* in all buffers */
static atomic_long_t sgv_depot_pages;	/* in those that wait in a depot */
static atomic_long_t sgv_releases;	/* at the high watermark: made room */
static atomic_long_t sgv_failures;	/* found none */
static atomic_long_t sgv_uncached;	/* big and other ones of all pools, ever */

static struct scst_shrinker sgv_shrinker;

static struct sgv_obj *to_obj(struct sgv_pool_obj *pub)
{
	return container_of(pub, struct sgv_obj, pub);
}

/* ---- pages ---------------------------------------------------------------- */

/*
 * Under memory pressure a command can be answered BUSY, which is better than to
 * have the OOM killer look for a victim because an initiator wants to write.
 */
static gfp_t pages_gfp(gfp_t gfp)
{
	gfp |= __GFP_NOWARN;
	if (gfp & __GFP_DIRECT_RECLAIM)
		gfp |= __GFP_RETRY_MAYFAIL;
	if (SCST_OPT(SCST_HIGHMEM))
		gfp |= __GFP_HIGHMEM;
	return gfp;
}

/**
 * chunk_alloc() - the next piece of a buffer
 * @order: log2 of the pages to try, lowered for the pieces to come if that fails
 * @min_order: the smallest that will do
 * @gfp: how hard to try for it; not hard at all for more
 *
 * Pieces are split, so that each page lives and is freed on its own.
 */
static struct page *chunk_alloc(unsigned int *order, unsigned int min_order,
				gfp_t gfp)
{
	gfp_t easy = (gfp & ~(__GFP_DIRECT_RECLAIM | __GFP_RETRY_MAYFAIL)) |
		     __GFP_NORETRY;
	struct page *page;

	for (; *order > min_order; --*order) {
		page = alloc_pages(easy, *order);
		if (page)
			goto split;
	}
	page = alloc_pages(gfp, *order);
	if (!page)
		return NULL;
split:
	if (*order)
		split_page(page, *order);
	return page;
}

static bool sg_continues(struct scatterlist *sg, struct page *page,
			 unsigned int len)
{
	unsigned long next = page_to_pfn(sg_page(sg)) +
			     (sg->length >> PAGE_SHIFT);

	return next == page_to_pfn(page) && sg->length + len > sg->length;
}

static void obj_free_page(struct sgv_obj *obj, struct page *page)
{
	if (unlikely(obj->owner))
		obj->owner->page_free(page, obj->owner->priv);
	else
		__free_page(page);
}

static void obj_free_pages(struct sgv_obj *obj)
{
	struct scatterlist *sg;
	unsigned long pfn, end;
	int i;

	for_each_sg(obj->table.sgl, sg, obj->entries, i) {
		pfn = page_to_pfn(sg_page(sg));
		end = pfn + (sg->length >> PAGE_SHIFT);
		for (; pfn < end; pfn++)
			obj_free_page(obj, pfn_to_page(pfn));
	}
}

static struct page *obj_alloc_chunk(struct sgv_obj *obj, unsigned int *order,
				    unsigned int min_order, gfp_t gfp)
{
	if (likely(!obj->owner))
		return chunk_alloc(order, min_order, gfp);
	if (min_order)
		return NULL;
	*order = 0;
	return obj->owner->page_alloc(gfp, obj->owner->priv);
}

/* obj->pages are a multiple of 1 << @min_order. */
static int obj_fill(struct sgv_obj *obj, bool join, unsigned int min_order,
		    gfp_t gfp)
{
	unsigned int order = join ? max_t(unsigned int, min_order,
					  SGV_CHUNK_ORDER) : 0;
	struct scatterlist *sg = NULL;
	unsigned long left = obj->pages;
	struct page *page;
	unsigned int len;

	for (; left; left -= 1UL << order) {
		order = min_t(unsigned int, order, ilog2(left));
		page = obj_alloc_chunk(obj, &order, min_order, gfp);
		if (!page)
			return -ENOMEM;
		len = PAGE_SIZE << order;
		if (join && sg && sg_continues(sg, page, len)) {
			sg->length += len;
			continue;
		}
		sg = sg ? sg_next(sg) : obj->table.sgl;
		sg_set_page(sg, page, len, 0);
		obj->entries++;
	}
	sg_mark_end(sg);
	return 0;
}

/* ---- the limit on all pages ------------------------------------------------ */

static unsigned long sgv_release(unsigned long want);

/* Makes room by releasing free buffers, if need be. */
static bool pages_reserve(unsigned long pages)
{
	unsigned long all = atomic_long_add_return(pages, &sgv_pages);

	if (likely(all <= sgv_hi_pages))
		return true;
	if (sgv_release(all - sgv_hi_pages)) {
		atomic_long_inc(&sgv_releases);
		if ((unsigned long)atomic_long_read(&sgv_pages) <= sgv_hi_pages)
			return true;
	}
	atomic_long_sub(pages, &sgv_pages);
	atomic_long_inc(&sgv_failures);
	return false;
}

static void pages_unreserve(unsigned long pages)
{
	atomic_long_sub(pages, &sgv_pages);
}

/* ---- buffers --------------------------------------------------------------- */

/**
 * obj_create() - a new buffer
 * @pool: the pool that it will belong to
 * @pages: its pages
 * @class: its size class, or -1
 * @join: join adjacent pages
 * @min_order: log2 of the smallest piece to make it of
 * @gfp: for all of its memory
 */
static struct sgv_obj *obj_create(struct sgv_pool *pool, unsigned long pages,
				  int class, bool join, unsigned int min_order,
				  gfp_t gfp)
{
	struct sgv_obj *obj;

	if (!pages_reserve(pages))
		return NULL;
	obj = kzalloc(sizeof(*obj), gfp | __GFP_NOWARN);
	if (!obj)
		goto err_unreserve;
	if (sg_alloc_table(&obj->table, pages >> min_order, gfp | __GFP_NOWARN))
		goto err_free;
	obj->pages = pages;
	obj->owner = pool->page_alloc ? pool : NULL;
	if (obj_fill(obj, join, min_order, pages_gfp(gfp)))
		goto err_free_pages;

	obj->pub.sg = obj->table.sgl;
	obj->pub.order = class;
	obj->pub.pool = pool;
	atomic_long_inc(&pool->objs);
	return obj;

err_free_pages:
	obj_free_pages(obj);
	sg_free_table(&obj->table);
err_free:
	kfree(obj);
err_unreserve:
	pages_unreserve(pages);
	return NULL;
}

/* The last look at a pool with an allocator of its own, which waits for that. */
static void owner_put(struct sgv_pool *owner)
{
	if (atomic_long_dec_and_test(&owner->objs))
		wake_up_var(&owner->objs);
}

/* The pool has been told that it is gone, and may be gone itself. */
static void obj_destroy(struct sgv_obj *obj)
{
	obj_free_pages(obj);
	sg_free_table(&obj->table);
	pages_unreserve(obj->pages);
	if (unlikely(obj->owner))
		owner_put(obj->owner);
	kfree(obj);
}

static void obj_leave_pool(struct sgv_obj *obj)
{
	if (likely(!obj->owner))
		atomic_long_dec(&obj->pub.pool->objs);
	obj->pub.pool = NULL;
}

/* Shows the user @len bytes of the buffer, which has at least as many. */
static void obj_cut(struct sgv_obj *obj, u32 len)
{
	struct scatterlist *sg = obj->table.sgl;
	u32 left = len;
	int entries = 1;

	for (; left > sg->length; sg = sg_next(sg), entries++)
		left -= sg->length;
	obj->cut = sg;
	obj->cut_len = sg->length;
	obj->cut_last = sg_is_last(sg);
	sg->length = left;
	sg_mark_end(sg);
	obj->pub.sg_cnt = entries;
	obj->pub.len = len;
}

static void obj_uncut(struct sgv_obj *obj)
{
	obj->cut->length = obj->cut_len;
	if (!obj->cut_last)
		sg_unmark_end(obj->cut);
}

/* ---- free buffers ---------------------------------------------------------- */

static void bin_init(struct sgv_bin *bin)
{
	unsigned int class;

	spin_lock_init(&bin->lock);
	for (class = 0; class < SGV_CLASSES; class++)
		INIT_LIST_HEAD(&bin->objs[class]);
}

static bool bin_put(struct sgv_bin *bin, struct sgv_obj *obj, unsigned int max)
{
	unsigned int class = obj->pub.order;
	unsigned long flags;
	bool room;

	spin_lock_irqsave(&bin->lock, flags);
	room = bin->n[class] < max;
	if (room) {
		list_add(&obj->pub.entry, &bin->objs[class]);
		WRITE_ONCE(bin->n[class], bin->n[class] + 1);
		WRITE_ONCE(bin->pages, bin->pages + obj->pages);
	}
	spin_unlock_irqrestore(&bin->lock, flags);
	return room;
}

static void __bin_remove(struct sgv_bin *bin, struct sgv_obj *obj)
{
	unsigned int class = obj->pub.order;

	lockdep_assert_held(&bin->lock);
	list_del(&obj->pub.entry);
	WRITE_ONCE(bin->n[class], bin->n[class] - 1);
	WRITE_ONCE(bin->pages, bin->pages - obj->pages);
}

static struct sgv_obj *bin_take(struct sgv_bin *bin, unsigned int class)
{
	struct sgv_obj *obj;
	unsigned long flags;

	if (!READ_ONCE(bin->n[class]))
		return NULL;
	spin_lock_irqsave(&bin->lock, flags);
	obj = list_first_entry_or_null(&bin->objs[class], struct sgv_obj,
				       pub.entry);
	if (obj)
		__bin_remove(bin, obj);
	spin_unlock_irqrestore(&bin->lock, flags);
	return obj;
}

/**
 * bin_collect() - take buffers out in order to destroy them
 * @bin: the bin
 * @want: pages that are wanted; a little more may come
 * @out: the buffers go to the end of this list
 *
 * Large ones go first: fewer of them are needed, and fewer are used.
 *
 * Return: their pages.
 */
static unsigned long bin_collect(struct sgv_bin *bin, unsigned long want,
				 struct list_head *out)
{
	unsigned long flags, got = 0;
	struct sgv_obj *obj;
	int class;

	if (!READ_ONCE(bin->pages))
		return 0;
	spin_lock_irqsave(&bin->lock, flags);
	for (class = SGV_MAX_ORDER; class >= 0; class--) {
		while (got < want && bin->n[class]) {
			obj = list_last_entry(&bin->objs[class],
					      struct sgv_obj, pub.entry);
			__bin_remove(bin, obj);
			obj_leave_pool(obj);
			list_add_tail(&obj->pub.entry, out);
			got += obj->pages;
		}
	}
	spin_unlock_irqrestore(&bin->lock, flags);
	return got;
}

static unsigned long pool_collect(struct sgv_pool *pool, unsigned long want,
				  struct list_head *out)
{
	unsigned long got = bin_collect(&pool->depot, want, out);
	int cpu;

	atomic_long_sub(got, &sgv_depot_pages);
	for_each_possible_cpu(cpu) {
		if (got >= want)
			break;
		got += bin_collect(&per_cpu_ptr(pool->cpu, cpu)->stash,
				   want - got, out);
	}
	return got;
}

static void objs_destroy(struct list_head *objs)
{
	struct sgv_obj *obj, *tmp;

	list_for_each_entry_safe(obj, tmp, objs, pub.entry)
		obj_destroy(obj);
}

/* Releases @want pages of free buffers of all pools; returns how many it had. */
static unsigned long sgv_release(unsigned long want)
{
	unsigned long flags, got = 0;
	struct sgv_pool *pool;
	LIST_HEAD(objs);

	spin_lock_irqsave(&sgv_pools_lock, flags);
	list_for_each_entry(pool, &sgv_pools, entry) {
		if (got >= want)
			break;
		got += pool_collect(pool, want - got, &objs);
	}
	spin_unlock_irqrestore(&sgv_pools_lock, flags);
	objs_destroy(&objs);
	return got;
}

/* ---- allocation ------------------------------------------------------------- */

static struct sgv_obj *pool_take(struct sgv_pool *pool, unsigned int class)
{
	struct sgv_obj *obj;

	/* Another CPU's stash is as good, should the task move meanwhile. */
	obj = bin_take(&raw_cpu_ptr(pool->cpu)->stash, class);
	if (obj)
		return obj;
	obj = bin_take(&pool->depot, class);
	if (obj)
		atomic_long_sub(obj->pages, &sgv_depot_pages);
	return obj;
}

static unsigned int stash_depth(unsigned int class)
{
	return clamp(SGV_STASH_PAGES >> class, 1, SGV_STASH_OBJS);
}

static void pool_put(struct sgv_pool *pool, struct sgv_obj *obj)
{
	unsigned long in_depots;

	if (bin_put(&raw_cpu_ptr(pool->cpu)->stash, obj,
		    stash_depth(obj->pub.order)))
		return;
	in_depots = atomic_long_add_return(obj->pages, &sgv_depot_pages);
	if (in_depots <= sgv_lo_pages) {
		bin_put(&pool->depot, obj, UINT_MAX);
		return;
	}
	atomic_long_sub(obj->pages, &sgv_depot_pages);
	obj_leave_pool(obj);
	obj_destroy(obj);
}

static struct sgv_obj *pool_alloc_class(struct sgv_pool *pool,
					unsigned int class, gfp_t gfp)
{
	struct sgv_obj *obj = pool_take(pool, class);

	this_cpu_inc(pool->cpu->total[class]);
	if (obj) {
		this_cpu_inc(pool->cpu->hit[class]);
		return obj;
	}
	return obj_create(pool, 1UL << class, class, pool->clustered, 0, gfp);
}

/* A buffer made to measure, with at most @max_sg entries (0: any). */
static struct sgv_obj *pool_alloc_uncached(struct sgv_pool *pool,
					   unsigned long pages, int max_sg,
					   gfp_t gfp)
{
	unsigned int order = 0;

	atomic_long_inc(&sgv_uncached);
	if (max_sg > 0 && pages > max_sg)
		order = order_base_2(DIV_ROUND_UP(pages, max_sg));
	if (order > SGV_MAX_ORDER)
		return NULL;
	return obj_create(pool, round_up(pages, 1UL << order), -1,
			  pool->clustered || order, order, gfp);
}

static struct sgv_obj *pool_alloc(struct sgv_pool *pool, u32 len, gfp_t gfp,
				  int max_sg)
{
	unsigned long pages = DIV_ROUND_UP_ULL(len, PAGE_SIZE);
	unsigned int class = order_base_2(pages);
	struct sgv_obj *obj;

	if (class < SGV_CLASSES) {
		obj = pool_alloc_class(pool, class, gfp);
		if (!obj)
			return NULL;
		obj_cut(obj, len);
		if (likely(max_sg <= 0 || obj->pub.sg_cnt <= max_sg))
			return obj;
		obj_uncut(obj);
		pool_put(pool, obj);
		this_cpu_inc(pool->cpu->other);
	} else {
		this_cpu_inc(pool->cpu->big);
	}
	obj = pool_alloc_uncached(pool, pages, max_sg, gfp);
	if (obj)
		obj_cut(obj, len);
	return obj;
}

struct sgv_pool_obj *sgv_pool_alloc(struct sgv_pool *pool, u32 len, gfp_t gfp,
				    int max_sg)
{
	struct sgv_obj *obj;

	if (WARN_ON_ONCE(!len))
		return NULL;
	obj = pool_alloc(pool, len, gfp, max_sg);
	if (!obj) {
		scst_event_no_memory(pool->name, len);
		return NULL;
	}
	if (SCST_OPT(SCST_STRICT_SECURITY))
		sg_zero_buffer(obj->pub.sg, obj->pub.sg_cnt, len, 0);
	return &obj->pub;
}
SCST_EXPORT(sgv_pool_alloc);

void sgv_pool_free(struct sgv_pool_obj *pub)
{
	struct sgv_obj *obj = to_obj(pub);

	obj_uncut(obj);
	if (pub->order >= 0) {
		pool_put(pub->pool, obj);
		return;
	}
	obj_leave_pool(obj);
	obj_destroy(obj);
}
SCST_EXPORT(sgv_pool_free);

/* ---- pools ------------------------------------------------------------------ */

struct sgv_pool *sgv_pool_create(const char *name, bool clustered)
{
	struct sgv_pool *pool = kzalloc(sizeof(*pool), GFP_KERNEL);
	int cpu;

	if (!pool)
		return ERR_PTR(-ENOMEM);
	pool->cpu = alloc_percpu(struct sgv_cpu);
	if (!pool->cpu) {
		kfree(pool);
		return ERR_PTR(-ENOMEM);
	}
	strscpy(pool->name, name, sizeof(pool->name));
	pool->clustered = clustered;
	bin_init(&pool->depot);
	for_each_possible_cpu(cpu)
		bin_init(&per_cpu_ptr(pool->cpu, cpu)->stash);

	mutex_lock(&sgv_pools_mutex);
	spin_lock_irq(&sgv_pools_lock);
	list_add_tail(&pool->entry, &sgv_pools);
	spin_unlock_irq(&sgv_pools_lock);
	mutex_unlock(&sgv_pools_mutex);
	return pool;
}
SCST_EXPORT(sgv_pool_create);

void sgv_pool_set_allocator(struct sgv_pool *pool,
			    struct page *(*alloc)(gfp_t gfp, void *priv),
			    void (*free)(struct page *page, void *priv),
			    void *priv)
{
	if (WARN_ON(atomic_long_read(&pool->objs) || !alloc || !free))
		return;
	pool->priv = priv;
	pool->page_free = free;
	pool->page_alloc = alloc;
}
SCST_EXPORT(sgv_pool_set_allocator);

void sgv_pool_destroy(struct sgv_pool *pool)
{
	LIST_HEAD(objs);

	mutex_lock(&sgv_pools_mutex);
	spin_lock_irq(&sgv_pools_lock);
	list_del(&pool->entry);
	spin_unlock_irq(&sgv_pools_lock);
	mutex_unlock(&sgv_pools_mutex);

	pool_collect(pool, ULONG_MAX, &objs);
	objs_destroy(&objs);

	/* The shrinker may have taken some, and be giving their pages back. */
	if (pool->page_alloc)
		wait_var_event_timeout(&pool->objs,
				       !atomic_long_read(&pool->objs), 10 * HZ);
	/* Someone still has a buffer, and will give it back to this pool. */
	if (WARN_ON(atomic_long_read(&pool->objs)))
		return;
	free_percpu(pool->cpu);
	kfree(pool);
}
SCST_EXPORT(sgv_pool_destroy);

/* ---- without a pool ----------------------------------------------------------- */

static void plain_free_pages(struct scatterlist *sg, int count)
{
	while (count--)
		__free_page(sg_page(&sg[count]));
}

struct scatterlist *scst_alloc(u32 size, gfp_t gfp, int *count)
{
	unsigned long pages = DIV_ROUND_UP_ULL(size, PAGE_SIZE);
	struct scatterlist *sg;
	struct page *page;
	int n;

	if (WARN_ON_ONCE(!size) || !pages_reserve(pages))
		return NULL;
	sg = kmalloc_array(pages, sizeof(*sg), gfp | __GFP_NOWARN);
	if (!sg)
		goto err_unreserve;
	sg_init_table(sg, pages);
	for (n = 0; n < pages; n++) {
		page = alloc_page(pages_gfp(gfp) | __GFP_ZERO);
		if (!page)
			goto err_pages;
		sg_set_page(&sg[n], page, min_t(u32, size, PAGE_SIZE), 0);
		size -= sg[n].length;
	}
	*count = pages;
	return sg;

err_pages:
	plain_free_pages(sg, n);
	kfree(sg);
err_unreserve:
	pages_unreserve(pages);
	return NULL;
}
SCST_EXPORT(scst_alloc);

void scst_free(struct scatterlist *sg, int count)
{
	plain_free_pages(sg, count);
	kfree(sg);
	pages_unreserve(count);
}
SCST_EXPORT(scst_free);

/* ---- the kernel is short of memory ------------------------------------------- */

static unsigned long pool_free_pages(struct sgv_pool *pool)
{
	unsigned long pages = READ_ONCE(pool->depot.pages);
	int cpu;

	for_each_possible_cpu(cpu)
		pages += READ_ONCE(per_cpu_ptr(pool->cpu, cpu)->stash.pages);
	return pages;
}

static unsigned long sgv_free_pages(void)
{
	unsigned long flags, pages = 0;
	struct sgv_pool *pool;

	spin_lock_irqsave(&sgv_pools_lock, flags);
	list_for_each_entry(pool, &sgv_pools, entry)
		pages += pool_free_pages(pool);
	spin_unlock_irqrestore(&sgv_pools_lock, flags);
	return pages;
}

static unsigned long sgv_shrink_count(struct shrinker *shrinker,
				      struct shrink_control *sc)
{
	return sgv_free_pages() ?: SHRINK_EMPTY;
}

static unsigned long sgv_shrink_scan(struct shrinker *shrinker,
				     struct shrink_control *sc)
{
	return sgv_release(sc->nr_to_scan) ?: SHRINK_STOP;
}

/* ---- /proc/scsi_tgt/sgv ------------------------------------------------------ */

static void bin_stats(struct sgv_bin *bin, struct sgv_stats *stats)
{
	unsigned int class;

	stats->pages += READ_ONCE(bin->pages);
	for (class = 0; class < SGV_CLASSES; class++)
		stats->objs += READ_ONCE(bin->n[class]);
}

static void pool_stats(struct sgv_pool *pool, struct sgv_stats *stats)
{
	unsigned int class;
	int cpu;

	*stats = (struct sgv_stats){ };
	bin_stats(&pool->depot, stats);
	for_each_possible_cpu(cpu) {
		struct sgv_cpu *c = per_cpu_ptr(pool->cpu, cpu);

		bin_stats(&c->stash, stats);
		for (class = 0; class < SGV_CLASSES; class++) {
			stats->total[class] += READ_ONCE(c->total[class]);
			stats->hit[class] += READ_ONCE(c->hit[class]);
		}
		stats->big += READ_ONCE(c->big);
		stats->other += READ_ONCE(c->other);
	}
}

static void pool_show(struct seq_file *m, struct sgv_pool *pool)
{
	unsigned long total = 0, hit = 0;
	struct sgv_stats stats;
	unsigned int class;
	char name[SGV_NAME_LEN + 16];

	pool_stats(pool, &stats);
	for (class = 0; class < SGV_CLASSES; class++) {
		total += stats.total[class];
		hit += stats.hit[class];
	}
	seq_printf(m, "\n%-30s %-11lu %-11lu %lu/%lu (P/O)\n", pool->name,
		   hit, total, stats.pages, stats.objs);
	for (class = 0; class < SGV_CLASSES; class++) {
		snprintf(name, sizeof(name), "%s-%luK", pool->name,
			 (PAGE_SIZE << class) >> 10);
		seq_printf(m, "  %-28s %-11lu %-11lu\n", name,
			   stats.hit[class], stats.total[class]);
	}
	seq_printf(m, "  %-28s %-11lu %-11lu\n", "big/other", stats.big,
		   stats.other);
}

int scst_sgv_show(struct seq_file *m, void *obj)
{
	unsigned long inactive = sgv_free_pages();
	unsigned long all = atomic_long_read(&sgv_pages);
	struct sgv_pool *pool;

	/* The two are not read at the same moment. */
	seq_printf(m, "%-42s %lu/%lu\n", "Inactive/active pages", inactive,
		   all - min(all, inactive));
	seq_printf(m, "%-42s %lu/%lu\n", "Hi/lo watermarks [pages]",
		   sgv_hi_pages, sgv_lo_pages);
	seq_printf(m, "%-42s %ld/%ld\n", "Hi watermark releases/failures",
		   atomic_long_read(&sgv_releases),
		   atomic_long_read(&sgv_failures));
	seq_printf(m, "\n%-30s %-11s %-11s %-11s", "Name", "Hit", "Total",
		   "Cached");

	mutex_lock(&sgv_pools_mutex);
	list_for_each_entry(pool, &sgv_pools, entry)
		pool_show(m, pool);
	mutex_unlock(&sgv_pools_mutex);

	seq_printf(m, "\n%-42s %-11ld\n", "other",
		   atomic_long_read(&sgv_uncached));
	return 0;
}

/* ---- life of the module -------------------------------------------------------- */

int scst_sgv_init(void)
{
	unsigned long quarter = totalram_pages() / 4;

	if (!scst_max_cmd_mem)
		scst_max_cmd_mem = max(1UL, quarter >> (20 - PAGE_SHIFT));
	sgv_hi_pages = (unsigned long)scst_max_cmd_mem << (20 - PAGE_SHIFT);
	/* What waits for use must not be more than half of what may be used. */
	sgv_lo_pages = min(sgv_hi_pages, quarter) / 2;
	return scst_shrinker_register(&sgv_shrinker, "scst-sgv",
				      sgv_shrink_count, sgv_shrink_scan, NULL);
}

void scst_sgv_exit(void)
{
	scst_shrinker_unregister(&sgv_shrinker);
}
