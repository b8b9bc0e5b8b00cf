/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SCST_SHIM_BITS_H
#define SCST_SHIM_BITS_H

#define BIT(nr)		(1UL << (nr))

#endif /* SCST_SHIM_BITS_H */
