// SPDX-License-Identifier: GPL-2.0
/* Directions of iterators with names of their own. */
#include <linux/module.h>
#include <linux/uio.h>

int scst_probe(void);
int scst_probe(void)
{
	(void)ITER_DEST;
	(void)ITER_SOURCE;
	return 0;
}
