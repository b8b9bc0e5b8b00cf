// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers of the program's that are kept for the commands to come. They stay pinned if
 * a command has needed their pages, and are the program's again when it has been told.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "user.h"

#define USER_PURGE_SECONDS	60

/* ---- a buffer ---- */

struct user_buf *user_buf_alloc(struct user_dev *dev, u64 addr, u32 len,
				int order, gfp_t gfp)
{
	struct user_buf *buf = kzalloc(sizeof(*buf), gfp);

	if (!buf)
		return NULL;
	user_req_init(&buf->req, dev);
	buf->addr = addr;
	buf->len = len;
	buf->order = order;
	buf->generation = READ_ONCE(dev->cache->generation);
	return buf;
}

static void buf_unpin(struct user_buf *buf, bool dirty)
{
	if (!buf->pages)
		return;
	unpin_user_pages_dirty_lock(buf->pages, buf->nr_pages, dirty);
	sg_free_table(&buf->table);
	kvfree(buf->pages);
	buf->pages = NULL;
}

/* An entry for each page, or as few as their places allow. */
static int buf_make_table(struct user_buf *buf, struct page **pages, unsigned int n)
{
	unsigned int off = offset_in_page(buf->addr), left = buf->len, len, i;
	struct scatterlist *sg;
	int ret;

	if (buf->req.dev->cache->clustered)
		return sg_alloc_table_from_pages(&buf->table, pages, n, off, left,
						 GFP_KERNEL);
	ret = sg_alloc_table(&buf->table, n, GFP_KERNEL);
	if (ret)
		return ret;
	for_each_sg(buf->table.sgl, sg, n, i) {
		len = min_t(unsigned int, left, PAGE_SIZE - off);
		sg_set_page(sg, pages[i], len, off);
		left -= len;
		off = 0;
	}
	return 0;
}

/**
 * user_buf_pin() - the pages of a buffer, to stay in place
 * @buf: the buffer
 * @write: they may be written to
 *
 * Context: a system call of the program's.
 *
 * Return: 0; -EFAULT: there is no such memory; -ENOMEM.
 */
int user_buf_pin(struct user_buf *buf, bool write)
{
	unsigned int n = DIV_ROUND_UP(offset_in_page(buf->addr) + buf->len,
				      PAGE_SIZE);
	unsigned int flags = (write ? FOLL_WRITE : 0) |
			     (buf->order >= 0 ? FOLL_LONGTERM : 0);
	struct page **pages = kvmalloc_array(n, sizeof(*pages), GFP_KERNEL);
	int got, ret = -EFAULT;

	if (!pages)
		return -ENOMEM;
	got = pin_user_pages_fast(buf->addr & PAGE_MASK, n, flags, pages);
	if (got != n)
		goto err;
	ret = buf_make_table(buf, pages, n);
	if (ret)
		goto err;
	buf->pages = pages;
	buf->nr_pages = n;
	return 0;

err:
	if (got > 0)
		unpin_user_pages(pages, got);
	kvfree(pages);
	return ret;
}

static void buf_free_work(struct work_struct *work)
{
	struct user_buf *buf = container_of(work, struct user_buf, work);

	user_buf_free(buf, buf->dirty, true);
}

void user_buf_free(struct user_buf *buf, bool dirty, bool may_sleep)
{
	if (!may_sleep && buf->pages) {
		buf->dirty = dirty;
		INIT_WORK(&buf->work, buf_free_work);
		queue_work(user_wq, &buf->work);
		return;
	}
	buf_unpin(buf, dirty);
	user_req_forget(&buf->req);
	kfree(buf);
}

/* ---- ON_CACHED_MEM_FREE ---- */

static bool mem_free_give(struct user_req *req, struct scst_user_get_cmd *get)
{
	struct user_buf *buf = container_of(req, struct user_buf, req);

	buf_unpin(buf, true);
	get->on_cached_mem_free.pbuf = buf->addr;
	return true;
}

static void mem_free_drop(struct user_req *req)
{
	user_buf_free(container_of(req, struct user_buf, req), true, true);
}

static int mem_free_reply(struct user_req *req,
			  const struct scst_user_reply_cmd *reply)
{
	mem_free_drop(req);
	return 0;
}

static const struct user_sub sub_mem_free = {
	.code = SCST_USER_ON_CACHED_MEM_FREE,
	.size = sizeof(struct scst_user_on_cached_mem_free),
	.give = mem_free_give,
	.reply = mem_free_reply,
	.drop = mem_free_drop,
};

/* The program's again. Any context. */
static void buf_return(struct user_buf *buf)
{
	if (!user_req_queue(&buf->req, &sub_mem_free))
		user_buf_free(buf, true, false);
}

/* ---- size classes ---- */

/* How long a buffer has to be for so many bytes. */
u32 user_cache_len(const struct user_cache *cache, u32 bufflen)
{
	u32 pages = DIV_ROUND_UP(bufflen, PAGE_SIZE);

	if (cache->single && pages <= cache->single)
		return cache->single << PAGE_SHIFT;
	if (cache->single || pages > 1 << (USER_ORDERS - 1 - 1))
		return pages << PAGE_SHIFT;
	return roundup_pow_of_two(pages) << PAGE_SHIFT;
}

/* -1: not kept. */
int user_cache_order(const struct user_cache *cache, u32 alloc_len)
{
	u32 pages = alloc_len >> PAGE_SHIFT;

	if (cache->single)
		return pages == cache->single ? 0 : -1;
	if (!is_power_of_2(pages) || ilog2(pages) >= USER_ORDERS)
		return -1;
	return ilog2(pages);
}

/* ---- the cache ---- */

/* From a shared cache: it comes back through the device that has it now. */
static void __buf_move(struct user_buf *buf, struct user_dev *dev)
{
	if (likely(buf->req.dev == dev))
		return;
	user_req_forget(&buf->req);
	user_req_init(&buf->req, dev);
}

struct user_buf *user_cache_take(struct user_dev *dev, u32 alloc_len)
{
	struct user_cache *cache = dev->cache;
	int order = user_cache_order(cache, alloc_len);
	struct user_buf *buf;
	unsigned long flags;

	if (order < 0)
		return NULL;
	spin_lock_irqsave(&cache->lock, flags);
	buf = list_first_entry_or_null(&cache->free[order], struct user_buf,
				       entry);
	if (buf) {
		list_del_init(&buf->entry);
		__buf_move(buf, dev);
	}
	spin_unlock_irqrestore(&cache->lock, flags);
	return buf;
}

void user_cache_give(struct user_dev *dev, struct user_buf *buf)
{
	struct user_cache *cache = dev->cache;
	unsigned long flags;
	bool keep;

	buf->used = jiffies;
	spin_lock_irqsave(&cache->lock, flags);
	keep = buf->generation == cache->generation;
	if (keep)
		list_add(&buf->entry, &cache->free[buf->order]);
	spin_unlock_irqrestore(&cache->lock, flags);
	if (!keep)
		buf_return(buf);
}

/* The last used are the first: the oldest is due, or none. */
static struct user_buf *__cache_oldest(struct user_cache *cache, unsigned int order,
				       unsigned long limit)
{
	struct user_buf *buf;

	if (list_empty(&cache->free[order]))
		return NULL;
	buf = list_last_entry(&cache->free[order], struct user_buf, entry);
	return buf->generation != cache->generation ||
	       time_before(buf->used, limit) ? buf : NULL;
}

/*
 * Those that were not used since @limit; all, if they are of a former generation. Under
 * the lock, which keeps the devices of buffers that are in the cache.
 */
static void cache_evict(struct user_cache *cache, unsigned long limit)
{
	struct user_buf *buf;
	unsigned int i;

	for (i = 0; i < USER_ORDERS; i++) {
		do {
			spin_lock_irq(&cache->lock);
			buf = __cache_oldest(cache, i, limit);
			if (buf) {
				list_del_init(&buf->entry);
				buf_return(buf);
			}
			spin_unlock_irq(&cache->lock);
		} while (buf);
	}
}

void user_cache_flush(struct user_dev *dev)
{
	struct user_cache *cache = dev->cache;

	spin_lock_irq(&cache->lock);
	cache->generation++;
	spin_unlock_irq(&cache->lock);
	cache_evict(cache, jiffies);
}

static void cache_purge_work(struct work_struct *work)
{
	struct user_cache *cache = container_of(to_delayed_work(work),
						struct user_cache, purge);

	cache_evict(cache, jiffies - cache->interval);
	queue_delayed_work(user_wq, &cache->purge, cache->interval / 2 + 1);
}

/* ---- devices and their caches ---- */

static DEFINE_MUTEX(user_caches_mutex);	/* process context; takes nothing inside */
static LIST_HEAD(user_caches);		/* shared ones, struct user_cache.entry */

static struct user_cache *cache_create(const struct scst_user_dev_desc *desc)
{
	struct user_cache *cache = kzalloc(sizeof(*cache), GFP_KERNEL);
	unsigned int i;

	if (!cache)
		return NULL;
	INIT_LIST_HEAD(&cache->entry);
	spin_lock_init(&cache->lock);
	for (i = 0; i < USER_ORDERS; i++)
		INIT_LIST_HEAD(&cache->free[i]);
	INIT_DELAYED_WORK(&cache->purge, cache_purge_work);
	cache->clustered = !desc->sgv_disable_clustered_pool;
	cache->single = desc->sgv_single_alloc_pages;
	if (desc->sgv_purge_interval < 0)
		return cache;
	cache->interval = (desc->sgv_purge_interval ?: USER_PURGE_SECONDS) *
			  (unsigned long)HZ;
	queue_delayed_work(user_wq, &cache->purge, cache->interval / 2 + 1);
	return cache;
}

/* Of this process: other processes have other memory at the same addresses. */
static struct user_cache *__cache_find(const char *name)
{
	struct user_cache *cache;

	list_for_each_entry(cache, &user_caches, entry)
		if (cache->mm == current->mm && !strcmp(cache->name, name))
			return cache;
	return NULL;
}

static struct user_cache *__cache_share(const struct scst_user_dev_desc *desc)
{
	const char *name = desc->sgv_name[0] ? desc->sgv_name : desc->name;
	struct user_cache *cache = __cache_find(name);

	if (cache)
		return cache->single == desc->sgv_single_alloc_pages &&
		       cache->clustered == !desc->sgv_disable_clustered_pool ?
		       cache : ERR_PTR(-EINVAL);
	cache = cache_create(desc);
	if (!cache)
		return NULL;
	strscpy(cache->name, name, sizeof(cache->name));
	mmgrab(current->mm);
	cache->mm = current->mm;
	list_add_tail(&cache->entry, &user_caches);
	return cache;
}

/* With the registration. -EINVAL: the others use the cache in another way. */
int user_cache_join(struct user_dev *dev, const struct scst_user_dev_desc *desc)
{
	struct user_cache *cache;

	mutex_lock(&user_caches_mutex);
	cache = desc->sgv_shared ? __cache_share(desc) : cache_create(desc);
	if (!IS_ERR_OR_NULL(cache)) {
		cache->users++;
		dev->cache = cache;
	}
	mutex_unlock(&user_caches_mutex);
	return cache ? PTR_ERR_OR_ZERO(cache) : -ENOMEM;
}

/* The queue is closed: what is returned is freed at once. */
static void cache_drop(struct user_cache *cache, struct user_dev *dev)
{
	struct user_buf *buf, *tmp;
	unsigned int i;

	spin_lock_irq(&cache->lock);
	for (i = 0; i < USER_ORDERS; i++)
		list_for_each_entry_safe(buf, tmp, &cache->free[i], entry)
			if (buf->req.dev == dev) {
				list_del_init(&buf->entry);
				user_buf_free(buf, true, false);
			}
	spin_unlock_irq(&cache->lock);
	flush_workqueue(user_wq);
}

/* No command is left, or the registration has failed. */
void user_cache_leave(struct user_dev *dev)
{
	struct user_cache *cache = dev->cache;
	bool last;

	if (!cache)
		return;
	cache_drop(cache, dev);
	dev->cache = NULL;
	mutex_lock(&user_caches_mutex);
	last = !--cache->users;
	if (last)
		list_del(&cache->entry);
	mutex_unlock(&user_caches_mutex);
	if (!last)
		return;
	cancel_delayed_work_sync(&cache->purge);
	if (cache->mm)
		mmdrop(cache->mm);
	kfree(cache);
}

/* ---- PREALLOC_BUFFER ---- */

long user_prealloc(struct user_dev *dev, void __user *arg)
{
	union scst_user_prealloc_buffer pre;
	struct user_buf *buf;
	int order, ret;

	if (copy_from_user(&pre, arg, sizeof(pre)))
		return -EFAULT;
	if (!READ_ONCE(dev->opt.memory_reuse_type) || !pre.in.pbuf ||
	    offset_in_page(pre.in.pbuf) || offset_in_page(pre.in.bufflen) ||
	    !pre.in.bufflen || !access_ok(u64_to_user_ptr(pre.in.pbuf),
					  pre.in.bufflen))
		return -EINVAL;
	order = user_cache_order(dev->cache, pre.in.bufflen);
	if (order < 0)
		return -EINVAL;
	buf = user_buf_alloc(dev, pre.in.pbuf, pre.in.bufflen, order, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	ret = user_buf_pin(buf, true);
	if (ret)
		goto err;
	memset(&pre, 0, sizeof(pre));
	pre.out.cmd_h = user_req_name(&buf->req);
	ret = -EFAULT;
	if (copy_to_user(arg, &pre, sizeof(pre)))
		goto err;
	user_cache_give(dev, buf);
	return 0;

err:
	user_buf_free(buf, false, true);
	return ret;
}
