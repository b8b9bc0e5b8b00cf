// SPDX-License-Identifier: GPL-2.0
/* start_renaming_dentry() and end_renaming(). */
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/fs.h>

int scst_probe(struct renamedata *rd, struct qstr *last);
int scst_probe(struct renamedata *rd, struct qstr *last)
{
	int ret = start_renaming_dentry(rd, 0, (struct dentry *)NULL, last);

	end_renaming(rd);
	return ret;
}
