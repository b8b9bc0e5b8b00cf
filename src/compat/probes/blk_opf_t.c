// SPDX-License-Identifier: GPL-2.0
/* A type of its own for bi_opf. */
#include <linux/module.h>
#include <linux/blk_types.h>

int scst_probe(void);
int scst_probe(void)
{
	blk_opf_t opf = REQ_OP_READ;

	(void)opf;
	return 0;
}
