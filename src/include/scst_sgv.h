/* SPDX-License-Identifier: GPL-2.0 */
/* Pools of data buffers: part of <scsi_tgt.h>, which includes it. */
#ifndef SCST_SGV_PUBLIC_H
#define SCST_SGV_PUBLIC_H

#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

struct sgv_pool;

/**
 * struct sgv_pool_obj - a buffer: a scatterlist with its pages
 * @sg: the scatterlist
 * @sg_cnt: its entries
 * @len: bytes that were asked for
 * @order: size class: log2 of pages; -1 for what is too big to be cached
 * @pool: where it came from
 * @entry: while it is cached
 */
struct sgv_pool_obj {
	struct scatterlist *sg;
	int sg_cnt;
	u32 len;
	int order;
	struct sgv_pool *pool;
	struct list_head entry;
};

/**
 * sgv_pool_create() - a pool of buffers, shown in /proc/scsi_tgt/sgv
 * @name: at most 20 characters
 * @clustered: join adjacent pages to longer entries
 *
 * Context: process context, may sleep.
 * Return: the pool or ERR_PTR(-ENOMEM).
 */
struct sgv_pool *sgv_pool_create(const char *name, bool clustered);

/**
 * sgv_pool_destroy() - end a pool
 * @pool: the pool; all its buffers must have been given back
 *
 * Context: process context, may sleep.
 */
void sgv_pool_destroy(struct sgv_pool *pool);

/**
 * sgv_pool_set_allocator() - a pool whose pages come from elsewhere
 * @pool: the pool, before the first allocation
 * @alloc: gives a page, or NULL; context: what @gfp says
 * @free: takes it back; any context but hard interrupt
 * @priv: for both
 *
 * Neither is called any more when sgv_pool_destroy() is back. Such a pool can't
 * serve allocations that need longer entries than a page.
 *
 * Context: process context.
 */
void sgv_pool_set_allocator(struct sgv_pool *pool,
			    struct page *(*alloc)(gfp_t gfp, void *priv),
			    void (*free)(struct page *page, void *priv),
			    void *priv);

/**
 * sgv_pool_alloc() - a buffer from the pool
 * @pool: the pool
 * @len: bytes, above 0
 * @gfp: GFP_KERNEL, GFP_NOIO, GFP_ATOMIC
 * @max_sg: most scatterlist entries, 0: any
 *
 * The pages hold what they held before unless SCST_STRICT_SECURITY is on.
 *
 * Context: what @gfp says.
 * Return: the buffer, or NULL: no memory, or scst_max_cmd_mem is used up.
 */
struct sgv_pool_obj *sgv_pool_alloc(struct sgv_pool *pool, u32 len, gfp_t gfp,
				    int max_sg);

/**
 * sgv_pool_free() - give a buffer back
 * @obj: the buffer
 *
 * Context: any but hard interrupt.
 */
void sgv_pool_free(struct sgv_pool_obj *obj);

/**
 * scst_alloc() - pages that no pool keeps
 * @size: bytes, above 0
 * @gfp: GFP_KERNEL, GFP_NOIO, GFP_ATOMIC
 * @count: set to the number of entries
 *
 * Counts towards scst_max_cmd_mem, as buffers of pools do. The last entry is as
 * long as it takes for @size bytes in all.
 *
 * Context: what @gfp says.
 * Return: a scatterlist of zeroed pages, for scst_free(); or NULL.
 */
struct scatterlist *scst_alloc(u32 size, gfp_t gfp, int *count);

/**
 * scst_free() - give back what scst_alloc() gave
 * @sg: the scatterlist
 * @count: its entries
 *
 * Context: any but hard interrupt.
 */
void scst_free(struct scatterlist *sg, int count);

#endif /* SCST_SGV_PUBLIC_H */
