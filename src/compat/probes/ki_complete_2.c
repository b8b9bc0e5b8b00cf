// SPDX-License-Identifier: GPL-2.0
/* ki_complete() with two parameters. */
#include <linux/module.h>
#include <linux/fs.h>

void scst_probe(struct kiocb *iocb, void (*done)(struct kiocb *, long));
void scst_probe(struct kiocb *iocb, void (*done)(struct kiocb *, long))
{
	iocb->ki_complete = done;
}
