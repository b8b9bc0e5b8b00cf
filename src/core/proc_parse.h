/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the bytes of one write() to one command. Pure: builds in user space too
 * (tests/unit).
 */
#ifndef SCST_PROC_PARSE_H
#define SCST_PROC_PARSE_H

#include <linux/types.h>

#include "scst_proc.h"

/**
 * scst_proc_dispatch() - find and run the command in a line
 * @d: the file's description
 * @ctx: obj is set; why and word are filled on failure
 * @line: the bytes of the write, changed in place, NUL-terminated at @line[@len]
 * @len: their number
 *
 * Drops trailing NULs, newlines and blanks; a NUL or another control character
 * inside is refused. What is empty then succeeds. More than SCST_PROC_MAX_WRITE
 * bytes give -EOVERFLOW, though a caller has better checked before it copied them.
 *
 * Return: 0 or -errno.
 */
int scst_proc_dispatch(const struct scst_proc_desc *d, struct scst_proc_ctx *ctx,
		       char *line, size_t len);

#endif /* SCST_PROC_PARSE_H */
