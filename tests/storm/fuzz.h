/* SPDX-License-Identifier: GPL-2.0 */
/* For the fuzzers: numbers that repeat for a seed, and the end of the time. */
#ifndef SCST_FUZZ_H
#define SCST_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t fz_state;
static time_t fz_end;

/* xorshift64* */
static inline uint64_t fz_next(void)
{
	fz_state ^= fz_state >> 12;
	fz_state ^= fz_state << 25;
	fz_state ^= fz_state >> 27;
	return fz_state * 0x2545f4914f6cdd1dULL;
}

/* 0 to @n - 1 */
static inline unsigned int fz_below(unsigned int n)
{
	return (fz_next() >> 32) % n;
}

static inline void fz_bytes(uint8_t *p, unsigned int len)
{
	while (len--)
		*p++ = fz_next() >> 56;
}

static inline void fz_begin(const char *seconds, const char *seed)
{
	fz_end = time(NULL) + atoi(seconds);
	fz_state = seed ? strtoull(seed, NULL, 0) : (uint64_t)time(NULL);
	if (!fz_state)
		fz_state = 1;
	printf("seed %llu\n", (unsigned long long)fz_state);
	fflush(stdout);
}

static inline int fz_goes_on(void)
{
	return time(NULL) < fz_end;
}

#endif /* SCST_FUZZ_H */
