// SPDX-License-Identifier: GPL-2.0
/* links: src/core/name_match.c */
/*
 * Name, initiator and target out of any bytes, against another matcher: a table
 * of which start of the pattern fits which start of the text.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/types.h>

#include "fuzz.h"
#include "name_match.h"

#define MAX_LEN	64

static bool table_fits(const char *p, size_t n, const char *s)
{
	bool fits[MAX_LEN + 1][MAX_LEN + 1] = { { true } };
	size_t m = strlen(s), i, j;

	for (i = 1; i <= n; i++)
		for (j = 0; j <= m; j++) {
			if (p[i - 1] == '*')
				fits[i][j] = fits[i - 1][j] ||
					     (j && fits[i][j - 1]);
			else
				fits[i][j] = j && fits[i - 1][j - 1] &&
					     (p[i - 1] == '?' ||
					      p[i - 1] == s[j - 1]);
		}
	return fits[n][m];
}

static bool is_nexus(const char *name, const char *initiator,
		     const char *target)
{
	char both[2 * MAX_LEN + 2];

	strcpy(both, initiator);
	strcat(both, "@");
	strcat(both, target);
	return !strcmp(name, both);
}

static int want(const char *name, const char *initiator, const char *target)
{
	const char *at = strrchr(name, '@');
	int literal = 0;
	size_t i;

	if (!strcmp(name, initiator))
		return SCST_NAME_EXACT;
	for (i = 0; name[i]; i++)
		literal += name[i] != '*' && name[i] != '?';
	if (is_nexus(name, initiator, target))
		return strlen(name);
	if (at && !table_fits(at + 1, strlen(at + 1), target))
		return -1;
	return table_fits(name, at ? (size_t)(at - name) : strlen(name),
			  initiator) ? literal : -1;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	char *word[3];
	size_t i, len;

	/* Three strings, in memory of exactly their size. */
	for (i = 0; i < 3; i++) {
		len = strnlen((const char *)data, size);
		if (len > MAX_LEN)
			len = MAX_LEN;
		word[i] = malloc(len + 1);
		memcpy(word[i], data, len);
		word[i][len] = '\0';
		data += len;
		size -= len;
		if (size) {
			data++;
			size--;
		}
	}
	must(scst_name_match(word[0], word[1], word[2]) ==
	     want(word[0], word[1], word[2]));
	for (i = 0; i < 3; i++)
		free(word[i]);
	return 0;
}
