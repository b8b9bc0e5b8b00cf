// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers of the program's that are kept for the commands to come. They stay pinned if
 * a command has needed their pages, and are the program's again when it has been told.
 */
#include <linux/log2.h>
#include <linux/mm.h>
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
	buf->generation = READ_ONCE(dev->cache.generation);
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
	ret = sg_alloc_table_from_pages(&buf->table, pages, n,
					offset_in_page(buf->addr), buf->len,
					GFP_KERNEL);
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

struct user_buf *user_cache_take(struct user_dev *dev, u32 alloc_len)
{
	struct user_cache *cache = &dev->cache;
	int order = user_cache_order(cache, alloc_len);
	struct user_buf *buf;
	unsigned long flags;

	if (order < 0)
		return NULL;
	spin_lock_irqsave(&cache->lock, flags);
	buf = list_first_entry_or_null(&cache->free[order], struct user_buf,
				       entry);
	if (buf)
		list_del_init(&buf->entry);
	spin_unlock_irqrestore(&cache->lock, flags);
	return buf;
}

void user_cache_give(struct user_dev *dev, struct user_buf *buf)
{
	struct user_cache *cache = &dev->cache;
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

/* Those that were not used since @limit; all, if they are of a former generation. */
static void cache_evict(struct user_cache *cache, unsigned long limit)
{
	struct user_buf *buf, *tmp;
	LIST_HEAD(out);
	unsigned int i;

	spin_lock_irq(&cache->lock);
	for (i = 0; i < USER_ORDERS; i++)
		list_for_each_entry_safe(buf, tmp, &cache->free[i], entry)
			if (buf->generation != cache->generation ||
			    time_before(buf->used, limit))
				list_move(&buf->entry, &out);
	spin_unlock_irq(&cache->lock);
	list_for_each_entry_safe(buf, tmp, &out, entry) {
		list_del_init(&buf->entry);
		buf_return(buf);
	}
}

void user_cache_flush(struct user_dev *dev)
{
	struct user_cache *cache = &dev->cache;

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

void user_cache_init(struct user_dev *dev)
{
	struct user_cache *cache = &dev->cache;
	unsigned int i;

	spin_lock_init(&cache->lock);
	for (i = 0; i < USER_ORDERS; i++)
		INIT_LIST_HEAD(&cache->free[i]);
	INIT_DELAYED_WORK(&cache->purge, cache_purge_work);
}

/* With the registration. */
void user_cache_start(struct user_dev *dev, const struct scst_user_dev_desc *desc)
{
	struct user_cache *cache = &dev->cache;

	cache->single = desc->sgv_single_alloc_pages;
	if (desc->sgv_purge_interval < 0)
		return;
	cache->interval = (desc->sgv_purge_interval ?: USER_PURGE_SECONDS) *
			  (unsigned long)HZ;
	queue_delayed_work(user_wq, &cache->purge, cache->interval / 2 + 1);
}

/* The registration has failed. */
void user_cache_stop(struct user_dev *dev)
{
	cancel_delayed_work_sync(&dev->cache.purge);
}

/* The queue is closed: what is returned is freed at once. */
void user_cache_exit(struct user_dev *dev)
{
	cancel_delayed_work_sync(&dev->cache.purge);
	user_cache_flush(dev);
	flush_workqueue(user_wq);
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
	order = user_cache_order(&dev->cache, pre.in.bufflen);
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
