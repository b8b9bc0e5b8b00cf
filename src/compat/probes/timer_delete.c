// SPDX-License-Identifier: GPL-2.0
/* timer_delete(), formerly del_timer(). */
#include <linux/module.h>
#include <linux/timer.h>

int scst_probe(void);
int scst_probe(void)
{
	timer_delete((struct timer_list *)NULL);
	return 0;
}
