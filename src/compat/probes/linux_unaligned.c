// SPDX-License-Identifier: GPL-2.0
/* get_unaligned_be32() in linux/ instead of asm/. */
#include <linux/module.h>
#if __has_include(<linux/unaligned.h>)
#include <linux/unaligned.h>
#else
#error "there is no such header"
#endif

int scst_probe(void);
int scst_probe(void)
{
	u8 b[4] = { 0 };

	(void)get_unaligned_be32(b);
	return 0;
}
