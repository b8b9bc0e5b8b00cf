// SPDX-License-Identifier: GPL-2.0
/* struct renamedata with a struct user_namespace for each side. */
#include <linux/module.h>
#include <linux/fs.h>

int scst_probe(struct renamedata *rd);
int scst_probe(struct renamedata *rd)
{
	return rd->old_mnt_userns == rd->new_mnt_userns;
}
