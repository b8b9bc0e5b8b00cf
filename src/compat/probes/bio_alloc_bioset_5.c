// SPDX-License-Identifier: GPL-2.0
/* bio_alloc_bioset() and bio_init() with device and operation. */
#include <linux/module.h>
#include <linux/bio.h>
#include <linux/blkdev.h>

int scst_probe(void);
int scst_probe(void)
{
	struct bio *bio;

	bio = bio_alloc_bioset((struct block_device *)NULL, 1, REQ_OP_READ,
			       GFP_KERNEL, (struct bio_set *)NULL);
	bio_init(bio, (struct block_device *)NULL, (struct bio_vec *)NULL, 1,
		 REQ_OP_READ);
	return 0;
}
