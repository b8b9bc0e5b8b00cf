// SPDX-License-Identifier: GPL-2.0
/* Kernel threads have a root of their own, and can borrow that of init. */
#include <linux/module.h>
#include <linux/fs_struct.h>

int scst_probe(void);
int scst_probe(void)
{
	__revert_init_fs(__override_init_fs());
	return 0;
}
