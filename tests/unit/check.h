/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The frame of a unit test: functions in a table, run in order. A check that
 * fails is printed, and the function goes on, so that one run shows all of them.
 */
#ifndef SCST_UNIT_CHECK_H
#define SCST_UNIT_CHECK_H

#include <stdio.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/types.h>

struct unit_test {
	const char *name;
	void (*run)(void);
};

static unsigned int unit_checks, unit_failures;
static char unit_reason[256];

__printf(3, 4)
static inline void unit_failed(const char *file, int line, const char *fmt, ...)
{
	char text[192];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	printf("    %s:%d: %s\n", file, line, text);
	if (!unit_failures++)
		snprintf(unit_reason, sizeof(unit_reason), "line %d: %s", line,
			 text);
}

#define CHECK(cond)							\
do {									\
	unit_checks++;							\
	if (!(cond))							\
		unit_failed(__FILE__, __LINE__, "%s", #cond);		\
} while (0)

/* With words that tell which case it was. */
#define CHECK_CASE(cond, fmt, ...)					\
do {									\
	unit_checks++;							\
	if (!(cond))							\
		unit_failed(__FILE__, __LINE__, "%s: " fmt, #cond,	\
			    ##__VA_ARGS__);				\
} while (0)

#define CHECK_EQ(is, should)						\
do {									\
	long long unit_is = (is), unit_should = (should);		\
									\
	unit_checks++;							\
	if (unit_is != unit_should)					\
		unit_failed(__FILE__, __LINE__, "%s is %lld, not %lld",	\
			    #is, unit_is, unit_should);			\
} while (0)

#define CHECK_STR(is, should)						\
do {									\
	const char *unit_is = (is), *unit_should = (should);		\
									\
	unit_checks++;							\
	if (!unit_is)							\
		unit_is = "(null)";					\
	if (strcmp(unit_is, unit_should))				\
		unit_failed(__FILE__, __LINE__, "%s is \"%s\", not \"%s\"", \
			    #is, unit_is, unit_should);			\
} while (0)

/* Return: the exit status of the program. */
static inline int unit_run(const char *suite, const struct unit_test *tests,
			   unsigned int n)
{
	unsigned int i;
	int status = 0;

	for (i = 0; i < n; i++) {
		unit_checks = 0;
		unit_failures = 0;
		tests[i].run();
		if (!unit_checks) {
			printf("not ok unit/%s/%s: checked nothing\n", suite,
			       tests[i].name);
			status = 1;
		} else if (unit_failures) {
			printf("not ok unit/%s/%s: %s\n", suite, tests[i].name,
			       unit_reason);
			status = 1;
		} else {
			printf("ok unit/%s/%s (%u checks)\n", suite,
			       tests[i].name, unit_checks);
		}
		fflush(stdout);
	}
	return status;
}

#endif /* SCST_UNIT_CHECK_H */
