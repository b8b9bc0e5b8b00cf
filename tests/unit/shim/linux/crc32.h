/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SCST_SHIM_CRC32_H
#define SCST_SHIM_CRC32_H

#include <linux/types.h>

/* As the kernel's: no inversion before or after. */
static inline u32 crc32_le(u32 crc, const unsigned char *p, size_t len)
{
	int bit;

	while (len--) {
		crc ^= *p++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return crc;
}

#endif
