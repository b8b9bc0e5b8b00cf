/* SPDX-License-Identifier: GPL-2.0 */
/* Instead of src/compat/kapi_base.h: what the pure files use of it. */
#ifndef SCST_SHIM_KAPI_H
#define SCST_SHIM_KAPI_H

#include <linux/types.h>

#include "../../../src/tools/fileio_tgt/shim/unaligned.h"

/* Looks like the kernel's: a declaration that takes a semicolon. */
#define SCST_EXPORT(sym)	extern __typeof__(sym) sym

#endif /* SCST_SHIM_KAPI_H */
