/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SCST_SHIM_STRING_H
#define SCST_SHIM_STRING_H

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/types.h>

static inline ssize_t strscpy(char *dest, const char *src, size_t size)
{
	size_t len = strnlen(src, size);

	if (!size)
		return -E2BIG;
	if (len < size) {
		memcpy(dest, src, len + 1);
		return len;
	}
	memcpy(dest, src, size - 1);
	dest[size - 1] = '\0';
	return -E2BIG;
}

#endif /* SCST_SHIM_STRING_H */
