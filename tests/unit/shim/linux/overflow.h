/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SCST_SHIM_OVERFLOW_H
#define SCST_SHIM_OVERFLOW_H

#define check_add_overflow(a, b, dest)	__builtin_add_overflow(a, b, dest)
#define check_mul_overflow(a, b, dest)	__builtin_mul_overflow(a, b, dest)

#endif /* SCST_SHIM_OVERFLOW_H */
