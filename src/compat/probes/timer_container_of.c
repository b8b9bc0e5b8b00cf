// SPDX-License-Identifier: GPL-2.0
/* timer_container_of(), formerly from_timer(). */
#include <linux/module.h>
#include <linux/timer.h>

struct scst_probe {
	struct timer_list timer;
};

struct scst_probe *scst_probe(struct timer_list *t);
struct scst_probe *scst_probe(struct timer_list *t)
{
	struct scst_probe *p = timer_container_of(p, t, timer);

	return p;
}
