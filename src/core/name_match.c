// SPDX-License-Identifier: GPL-2.0
/* Which name of a security group fits a session. */
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>

#include "name_match.h"

/*
 * Does @pattern, @len characters long, fit all of @text? Each "*" only needs to
 * be tried once the one after it is reached: a later "*" that fits makes longer
 * matches of the earlier one pointless. So one place to come back to is enough.
 */
static bool pattern_fits(const char *pattern, size_t len, const char *text)
{
	const char *retry_text = NULL;
	size_t retry = 0, i = 0;

	while (*text) {
		if (i < len && pattern[i] == '*') {
			retry = ++i;
			retry_text = text;
		} else if (i < len &&
			   (pattern[i] == '?' || pattern[i] == *text)) {
			i++;
			text++;
		} else if (retry_text) {
			i = retry;
			text = ++retry_text;
		} else {
			return false;
		}
	}
	while (i < len && pattern[i] == '*')
		i++;
	return i == len;
}

static int literal_chars(const char *name)
{
	int n = 0;

	for (; *name; name++)
		if (*name != '*' && *name != '?')
			n++;
	return n;
}

/* Is @name "INITIATOR@TARGET", letter for letter? */
static bool names_nexus(const char *name, const char *initiator,
			const char *target)
{
	size_t len = strlen(initiator);

	return !strncmp(name, initiator, len) && name[len] == '@' &&
	       !strcmp(name + len + 1, target);
}

int scst_name_match(const char *name, const char *initiator, const char *target)
{
	const char *at;

	if (!strcmp(name, initiator))
		return SCST_NAME_EXACT;
	if (names_nexus(name, initiator, target))
		return strlen(name);

	at = strrchr(name, '@');
	if (!at)
		at = name + strlen(name);
	else if (!pattern_fits(at + 1, strlen(at + 1), target))
		return -1;
	if (!pattern_fits(name, at - name, initiator))
		return -1;
	return literal_chars(name);
}

bool scst_name_choose(struct scst_name_choice *best, int score, u64 added)
{
	if (score < 0 || score < best->score)
		return false;
	if (score == best->score && added >= best->added)
		return false;
	best->score = score;
	best->added = added;
	return true;
}
