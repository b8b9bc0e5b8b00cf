/* SPDX-License-Identifier: GPL-2.0 */
/* Instead of src/compat/kapi_base.h. */
#ifndef SCST_SHIM_KAPI_BASE_H
#define SCST_SHIM_KAPI_BASE_H

/* Looks like the kernel's: a declaration that takes a semicolon. */
#define SCST_EXPORT(sym)	extern __typeof__(sym) sym

#endif /* SCST_SHIM_KAPI_BASE_H */
