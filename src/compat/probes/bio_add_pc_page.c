// SPDX-License-Identifier: GPL-2.0
/* Pages of requests are added to bios by a function of their own. */
#include <linux/module.h>
#include <linux/bio.h>
#include <linux/blkdev.h>

int scst_probe(struct request_queue *q, struct bio *bio, struct page *page);
int scst_probe(struct request_queue *q, struct bio *bio, struct page *page)
{
	return bio_add_pc_page(q, bio, page, PAGE_SIZE, 0);
}
