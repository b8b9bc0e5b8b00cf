/* SPDX-License-Identifier: GPL-2.0 */
/* Instead of src/compat/kapi_base.h: what the pure files use of it. */
#ifndef SCST_SHIM_KAPI_H
#define SCST_SHIM_KAPI_H

#include <endian.h>
#include <string.h>

#include <linux/types.h>

/* Looks like the kernel's: a declaration that takes a semicolon. */
#define SCST_EXPORT(sym)	extern __typeof__(sym) sym

static inline u16 get_unaligned_be16(const void *p)
{
	u16 v;

	memcpy(&v, p, sizeof(v));
	return be16toh(v);
}

static inline u32 get_unaligned_be32(const void *p)
{
	u32 v;

	memcpy(&v, p, sizeof(v));
	return be32toh(v);
}

static inline u64 get_unaligned_be64(const void *p)
{
	u64 v;

	memcpy(&v, p, sizeof(v));
	return be64toh(v);
}

static inline void put_unaligned_be16(u16 v, void *p)
{
	v = htobe16(v);
	memcpy(p, &v, sizeof(v));
}

static inline void put_unaligned_be32(u32 v, void *p)
{
	v = htobe32(v);
	memcpy(p, &v, sizeof(v));
}

static inline void put_unaligned_be64(u64 v, void *p)
{
	v = htobe64(v);
	memcpy(p, &v, sizeof(v));
}

#endif /* SCST_SHIM_KAPI_H */
