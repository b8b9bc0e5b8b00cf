/* SPDX-License-Identifier: GPL-2.0 */
/* Pages, big arrays, and the shrinker. */
#ifndef SCST_KAPI_MM_H
#define SCST_KAPI_MM_H

#include "scst_kapi_config.h"

#include <linux/bvec.h>
#include <linux/highmem.h>
#include <linux/overflow.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

/*
 * Short mappings of a page; unmap in reverse order.  kmap_local_page() came in
 * 5.11.  The code between the two calls must not sleep, as kmap_atomic() forbids it.
 */
static inline void *scst_kmap_local(struct page *page)
{
#ifdef SCST_HAVE_KMAP_LOCAL_PAGE
	return kmap_local_page(page);
#else
	return kmap_atomic(page);
#endif
}

static inline void scst_kunmap_local(void *addr)
{
#ifdef SCST_HAVE_KMAP_LOCAL_PAGE
	kunmap_local(addr);
#else
	kunmap_atomic(addr);
#endif
}

/* bvec_set_page() came in 6.3. */
static inline void scst_bvec_set_page(struct bio_vec *bv, struct page *page,
				      unsigned int len, unsigned int offset)
{
	bv->bv_page = page;
	bv->bv_len = len;
	bv->bv_offset = offset;
}

/* vmalloc_array() and vcalloc() came in 5.18; free with vfree(). */
static inline void *scst_vmalloc_array(size_t n, size_t size)
{
	return vmalloc(array_size(n, size));
}

static inline void *scst_vcalloc(size_t n, size_t size)
{
	return vzalloc(array_size(n, size));
}

/*
 * A shrinker with a private pointer.  The kernel allocates them itself since
 * 6.7; they have names since 6.0.
 */
struct scst_shrinker {
#ifdef SCST_HAVE_SHRINKER_ALLOC
	struct shrinker *shrinker;
#else
	struct shrinker shrinker;
	void *priv;
	bool registered;
#endif
};

typedef unsigned long (*scst_shrinker_fn)(struct shrinker *shrinker,
					  struct shrink_control *sc);

#ifdef SCST_HAVE_SHRINKER_ALLOC
/* What was given to scst_shrinker_register() as @priv, for the callbacks. */
static inline void *scst_shrinker_priv(struct shrinker *shrinker)
{
	return shrinker->private_data;
}

static inline int scst_shrinker_register(struct scst_shrinker *s,
					 const char *name,
					 scst_shrinker_fn count,
					 scst_shrinker_fn scan, void *priv)
{
	s->shrinker = shrinker_alloc(0, "%s", name);
	if (!s->shrinker)
		return -ENOMEM;
	s->shrinker->count_objects = count;
	s->shrinker->scan_objects = scan;
	s->shrinker->seeks = DEFAULT_SEEKS;
	s->shrinker->private_data = priv;
	shrinker_register(s->shrinker);
	return 0;
}

/* Waits for running callbacks; a zeroed or unregistered one is ignored. */
static inline void scst_shrinker_unregister(struct scst_shrinker *s)
{
	if (s->shrinker)
		shrinker_free(s->shrinker);
	s->shrinker = NULL;
}
#else
static inline void *scst_shrinker_priv(struct shrinker *shrinker)
{
	return container_of(shrinker, struct scst_shrinker, shrinker)->priv;
}

static inline int scst_shrinker_register(struct scst_shrinker *s,
					 const char *name,
					 scst_shrinker_fn count,
					 scst_shrinker_fn scan, void *priv)
{
	int ret;

	s->shrinker.count_objects = count;
	s->shrinker.scan_objects = scan;
	s->shrinker.seeks = DEFAULT_SEEKS;
	s->priv = priv;
#ifdef SCST_HAVE_REGISTER_SHRINKER_2
	ret = register_shrinker(&s->shrinker, "%s", name);
#else
	ret = register_shrinker(&s->shrinker);
#endif
	s->registered = !ret;
	return ret;
}

static inline void scst_shrinker_unregister(struct scst_shrinker *s)
{
	if (s->registered)
		unregister_shrinker(&s->shrinker);
	s->registered = false;
}
#endif

#endif
