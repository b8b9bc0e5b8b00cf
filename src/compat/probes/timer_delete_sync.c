// SPDX-License-Identifier: GPL-2.0
/* timer_delete_sync(), formerly del_timer_sync(). */
#include <linux/module.h>
#include <linux/timer.h>

int scst_probe(void);
int scst_probe(void)
{
	timer_delete_sync((struct timer_list *)NULL);
	return 0;
}
