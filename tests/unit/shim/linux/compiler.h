/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SCST_SHIM_COMPILER_H
#define SCST_SHIM_COMPILER_H

#define likely(cond)		__builtin_expect(!!(cond), 1)
#define unlikely(cond)		__builtin_expect(!!(cond), 0)

#endif /* SCST_SHIM_COMPILER_H */
