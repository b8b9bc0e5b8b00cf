// SPDX-License-Identifier: GPL-2.0
/* Pages of a file are found as folios. */
#include <linux/module.h>
#include <linux/pagemap.h>

int scst_probe(void);
int scst_probe(void)
{
	struct folio *folio = filemap_get_folio(NULL, 0);

	(void)folio_file_page(folio, 0);
	return folio_test_readahead(folio);
}
