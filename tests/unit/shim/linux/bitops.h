/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SCST_SHIM_BITOPS_H
#define SCST_SHIM_BITOPS_H

/* The number of the most significant bit set, from 1; 0: none is. */
static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

#endif /* SCST_SHIM_BITOPS_H */
