// SPDX-License-Identifier: GPL-2.0
/* WQ_PERCPU, to be said since WQ_UNBOUND is to be the default. */
#include <linux/module.h>
#include <linux/workqueue.h>

int scst_probe(void);
int scst_probe(void)
{
	(void)WQ_PERCPU;
	return 0;
}
