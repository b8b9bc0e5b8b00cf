// SPDX-License-Identifier: GPL-2.0
/* links: src/core/name_match.c */
/* Names in security groups: what fits, and who wins. */
#include <stdlib.h>
#include <time.h>

#include "check.h"
#include "name_match.h"

#define EXACT	SCST_NAME_EXACT

static void test_table(void)
{
	static const struct {
		const char *name, *initiator, *target;
		int score;
	} cases[] = {
		/* letter for letter */
		{ "host1", "host1", "tgt", EXACT },
		{ "host1", "host2", "tgt", -1 },
		{ "host1", "host10", "tgt", -1 },
		{ "host10", "host1", "tgt", -1 },
		{ "Host1", "host1", "tgt", -1 },
		{ "", "", "tgt", EXACT },
		{ "", "host1", "tgt", -1 },
		{ "host1", "", "tgt", -1 },
		{ "iqn.2001-04.com.x:a", "iqn.2001-04.com.x:a", "t", EXACT },
		/* an initiator's name may hold what is special in patterns */
		{ "*", "*", "tgt", EXACT },
		{ "a@b", "a@b", "tgt", EXACT },
		{ "a?", "a?", "tgt", EXACT },
		/* INITIATOR@TARGET */
		{ "host1@tgt", "host1", "tgt", 9 },
		{ "host1@tgt", "host1", "tgt2", -1 },
		{ "host1@tgt2", "host1", "tgt", -1 },
		{ "host1@tgt", "host2", "tgt", -1 },
		{ "host1@", "host1", "tgt", -1 },
		{ "host1@", "host1", "", 6 },
		{ "@tgt", "", "tgt", 4 },
		{ "@tgt", "host1", "tgt", -1 },
		{ "a*@tgt", "a*", "tgt", 6 },
		{ "a@b@tgt", "a@b", "tgt", 7 },
		{ "a@b@c", "a", "b@c", 5 },
		/* wildcards */
		{ "*", "host1", "tgt", 0 },
		{ "*", "", "tgt", 0 },
		{ "**", "host1", "tgt", 0 },
		{ "?", "h", "tgt", 0 },
		{ "?", "", "tgt", -1 },
		{ "?", "ho", "tgt", -1 },
		{ "host?", "host1", "tgt", 4 },
		{ "host?", "host", "tgt", -1 },
		{ "host?", "host12", "tgt", -1 },
		{ "host*", "host", "tgt", 4 },
		{ "host*", "host12", "tgt", 4 },
		{ "host*", "hos", "tgt", -1 },
		{ "*1", "host1", "tgt", 1 },
		{ "*1", "host11", "tgt", 1 },
		{ "*1", "host12", "tgt", -1 },
		{ "h*1", "h1", "tgt", 2 },
		{ "h*t?", "host1", "tgt", 2 },
		{ "*o*t*", "host1", "tgt", 2 },
		{ "*t*o*", "host1", "tgt", -1 },
		{ "a*b*c", "aXbXbXc", "tgt", 3 },
		{ "a*bc", "abcbcb", "tgt", -1 },
		{ "a*bc", "abcbc", "tgt", 3 },
		{ "*?*", "", "tgt", -1 },
		{ "*?*", "x", "tgt", 0 },
		{ "?*?", "x", "tgt", -1 },
		{ "?*?", "xy", "tgt", 0 },
		/* both halves */
		{ "*@tgt", "host1", "tgt", 4 },
		{ "*@tgt", "host1", "tgt2", -1 },
		{ "host1@*", "host1", "tgt", 6 },
		{ "host*@t*", "host1", "tgt", 6 },
		{ "host*@t?t", "host1", "tgt", 7 },
		{ "host*@t?", "host1", "tgt", -1 },
		{ "*@*", "host1", "tgt", 1 },
		{ "a@*@t", "a@b", "t", 4 },
		/* a pattern with "@" never stands for an initiator alone */
		{ "a?@b", "ax@b", "tgt", -1 },
		{ "a?@b@*", "ax@b", "tgt", 4 },
		/* nothing else is special */
		{ "h[o]st", "host", "tgt", -1 },
		{ "h\\*", "h\\x", "tgt", 2 },
		{ "h\\*", "h*", "tgt", -1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		int score = scst_name_match(cases[i].name, cases[i].initiator,
					    cases[i].target);

		CHECK_CASE(score == cases[i].score, "%s for %s at %s is %d",
			   cases[i].name, cases[i].initiator, cases[i].target,
			   score);
	}
}

/* What a matcher that tries everything would need the age of the universe for. */
static void test_bounded_time(void)
{
	static char name[512], initiator[512];
	clock_t start = clock();
	unsigned int i;

	memset(initiator, 'a', 255);
	for (i = 0; i < 255; i += 3)
		memcpy(name + i, "a*?", 3);
	name[255] = 'b';
	CHECK_EQ(scst_name_match(name, initiator, "tgt"), -1);

	memset(name, '*', 254);
	name[255] = '\0';
	name[254] = 'b';
	CHECK_EQ(scst_name_match(name, initiator, "tgt"), -1);
	name[254] = 'a';
	CHECK_EQ(scst_name_match(name, initiator, "tgt"), 1);

	strcpy(name, "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b@*a*a*a*a*a*b");
	for (i = 0; i < 1000; i++)
		CHECK_EQ(scst_name_match(name, initiator, initiator), -1);
	CHECK(clock() - start < CLOCKS_PER_SEC);
}

/* ---- binding ---- */

struct name {
	const char *name;
	u64 added;
};

/* Which of @names binds host1 at tgt; offered from @first on, round. */
static const char *bound(const struct name *names, unsigned int n,
			 unsigned int first)
{
	struct scst_name_choice best = SCST_NAME_CHOICE_INIT;
	const char *winner = NULL;
	unsigned int i;

	for (i = 0; i < n; i++) {
		const struct name *a = &names[(first + i) % n];
		int score = scst_name_match(a->name, "host1", "tgt");

		if (scst_name_choose(&best, score, a->added))
			winner = a->name;
	}
	return winner;
}

/* Whichever name comes first, and in whichever direction: the same one wins. */
static void check_winner(const struct name *names, unsigned int n,
			 const char *want)
{
	struct name mirrored[16];
	unsigned int i;

	for (i = 0; i < n; i++)
		mirrored[i] = names[n - 1 - i];
	for (i = 0; i < n; i++) {
		const char *a = bound(names, n, i);
		const char *b = bound(mirrored, n, i);

		CHECK_CASE(a == want || (a && want && !strcmp(a, want)),
			   "%s won from %u on, not %s", a, i, want);
		CHECK_CASE(b == want || (b && want && !strcmp(b, want)),
			   "%s won from %u on, mirrored, not %s", b, i, want);
	}
}

#define CHECK_WINNER(want, ...)						\
do {									\
	static const struct name unit_names[] = { __VA_ARGS__ };	\
	check_winner(unit_names, ARRAY_SIZE(unit_names), want);		\
} while (0)

static void test_binding_order(void)
{
	/* the exact name, however specific the others are */
	CHECK_WINNER("host1", { "host1@tgt", 1 }, { "host*@tgt", 2 },
		     { "*", 3 }, { "host1", 4 });
	/* then the longest literal text */
	CHECK_WINNER("host1@tgt", { "host?@tgt", 1 }, { "host1@tg?", 2 },
		     { "host1@tgt", 3 }, { "host1*", 4 });
	CHECK_WINNER("host?@t*", { "*", 1 }, { "host?@t*", 2 },
		     { "host*", 3 }, { "?????", 4 });
	/* then the oldest */
	CHECK_WINNER("host?", { "hos?1", 7 }, { "host?", 3 }, { "ho?t1", 5 },
		     { "*", 1 });
	CHECK_WINNER("*", { "*", 2 }, { "?????", 3 });
	CHECK_WINNER("?????", { "*", 3 }, { "?????", 2 });
	/* what doesn't fit never wins */
	CHECK_WINNER("*", { "host2", 1 }, { "host1@other", 2 }, { "*", 3 },
		     { "host1?", 4 });
	CHECK_WINNER(NULL, { "host2", 1 }, { "host2*", 2 });
}

static const struct unit_test tests[] = {
	{ "table", test_table },
	{ "bounded_time", test_bounded_time },
	{ "binding_order", test_binding_order },
};

int main(void)
{
	return unit_run("name_match", tests, ARRAY_SIZE(tests));
}
