/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SCST_SHIM_KERNEL_H
#define SCST_SHIM_KERNEL_H

#include <stdarg.h>
#include <stdio.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* As in the kernel: both sides must have one type. */
#define min(a, b)					\
({							\
	__typeof__(a) scst_min_a = (a);			\
	__typeof__(b) scst_min_b = (b);			\
	(void)(&scst_min_a == &scst_min_b);		\
	scst_min_a < scst_min_b ? scst_min_a : scst_min_b; \
})

__printf(3, 4)
static inline int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return (size_t)len < size ? len : (int)(size ? size - 1 : 0);
}

#endif /* SCST_SHIM_KERNEL_H */
