// SPDX-License-Identifier: GPL-2.0
/* pde_data(), formerly PDE_DATA(). */
#include <linux/module.h>
#include <linux/proc_fs.h>

int scst_probe(void);
int scst_probe(void)
{
	(void)pde_data((struct inode *)NULL);
	return 0;
}
