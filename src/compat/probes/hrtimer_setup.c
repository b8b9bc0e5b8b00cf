// SPDX-License-Identifier: GPL-2.0
/* hrtimer_setup(), formerly hrtimer_init(). */
#include <linux/module.h>
#include <linux/hrtimer.h>

int scst_probe(void);
int scst_probe(void)
{
	hrtimer_setup((struct hrtimer *)NULL, NULL, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL);
	return 0;
}
