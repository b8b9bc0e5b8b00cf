// SPDX-License-Identifier: GPL-2.0
/* Shrinkers with names. */
#include <linux/module.h>
#include <linux/shrinker.h>

int scst_probe(void);
int scst_probe(void)
{
	(void)register_shrinker((struct shrinker *)NULL, "%s", "");
	return 0;
}
