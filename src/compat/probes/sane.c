// SPDX-License-Identifier: GPL-2.0
/* Control: must compile, or the probes' environment is broken. */
#include <linux/module.h>
#include <linux/blkdev.h>

int scst_probe(void);
int scst_probe(void)
{
	return 0;
}
