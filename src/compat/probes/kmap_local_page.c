// SPDX-License-Identifier: GPL-2.0
/* kmap_local_page(). */
#include <linux/module.h>
#include <linux/highmem.h>

int scst_probe(void);
int scst_probe(void)
{
	kunmap_local(kmap_local_page((struct page *)NULL));
	return 0;
}
