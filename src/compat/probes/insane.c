// SPDX-License-Identifier: GPL-2.0
/* Control: must not compile, or the probes accept anything. */
#include <linux/module.h>

int scst_probe(void);
int scst_probe(void)
{
	return scst_no_kernel_has_this_function();
}
