/* SPDX-License-Identifier: GPL-2.0 */
/* What libFuzzer calls, and how a fuzzer says that something must not be. */
#ifndef SCST_UNIT_FUZZ_H
#define SCST_UNIT_FUZZ_H

#include <stdlib.h>

#include <linux/types.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static inline void must(bool holds)
{
	if (!holds)
		abort();
}

#endif /* SCST_UNIT_FUZZ_H */
