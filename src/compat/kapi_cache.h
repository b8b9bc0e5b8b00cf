/* SPDX-License-Identifier: GPL-2.0 */
/* The page cache, as far as a reader in any context may use it. */
#ifndef SCST_KAPI_CACHE_H
#define SCST_KAPI_CACHE_H

#include "scst_kapi_config.h"

#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/swap.h>

/*
 * A page that can be read as it is, without asking its file system: there,
 * up to date, and no marker at which more should be read ahead.  NULL
 * otherwise.  Never sleeps.  find_get_page() left for folios in 7.x; folios
 * came in 5.16, and "none" became an ERR_PTR in 6.3.
 */
static inline struct page *scst_cached_page_get(struct address_space *mapping,
						pgoff_t index)
{
#ifdef SCST_HAVE_FILEMAP_GET_FOLIO
	struct folio *folio = filemap_get_folio(mapping, index);
	struct page *page;

	if (IS_ERR_OR_NULL(folio))
		return NULL;
	page = folio_file_page(folio, index);
	if (folio_test_uptodate(folio) && !folio_test_readahead(folio) &&
	    !PageHWPoison(page))
		return page;
	folio_put(folio);
	return NULL;
#else
	struct page *page = find_get_page(mapping, index);

	if (!page)
		return NULL;
	if (PageUptodate(page) && !PageReadahead(page) && !PageHWPoison(page))
		return page;
	put_page(page);
	return NULL;
#endif
}

/* It was used: memory reclaim shall know. */
static inline void scst_cached_page_put(struct page *page)
{
	mark_page_accessed(page);
	put_page(page);
}

#endif
