/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Given to every file by -include: what the kernel's build gives to every file
 * (compiler attributes), for the pure files of the core.
 */
#ifndef SCST_SHIM_PRELUDE_H
#define SCST_SHIM_PRELUDE_H

#define __ro_after_init
#define __printf(fmt, args)	__attribute__((format(printf, fmt, args)))

#endif /* SCST_SHIM_PRELUDE_H */
