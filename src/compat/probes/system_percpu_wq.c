// SPDX-License-Identifier: GPL-2.0
/* system_percpu_wq and system_dfl_wq, formerly system_wq, system_unbound_wq. */
#include <linux/module.h>
#include <linux/workqueue.h>

int scst_probe(void);
int scst_probe(void)
{
	(void)system_percpu_wq;
	(void)system_dfl_wq;
	return 0;
}
