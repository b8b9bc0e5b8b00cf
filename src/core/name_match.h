/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which name of a security group fits a session. Pure: builds in user space too
 * (tests/unit).
 */
#ifndef SCST_NAME_MATCH_H
#define SCST_NAME_MATCH_H

#include <linux/types.h>

/* scst_name_match(): the initiator's name, letter for letter. */
#define SCST_NAME_EXACT		0x7fffffff

/**
 * struct scst_name_choice - the most specific name so far
 * @score: its scst_name_match()
 * @added: when it was added, by a counter that all groups share
 */
struct scst_name_choice {
	int score;
	u64 added;
};

#define SCST_NAME_CHOICE_INIT	{ .score = -1 }

/**
 * scst_name_match() - how well a group's name fits a session
 * @name: NAME or NAME@TARGET as in groups/G/names; "*" and "?" are wildcards
 * @initiator: the session's initiator name
 * @target: the target's name
 *
 * @name is compared with @initiator first, letter for letter (so that an
 * initiator name with "@", "*" or "?" in it can be named), then with
 * "INITIATOR@TARGET" letter for letter, then as a pattern for @initiator (if it
 * has no "@") or for both halves, split at its last "@".
 *
 * Runs in time len(name) * len(initiator) at worst, and does not recurse.
 *
 * Return: SCST_NAME_EXACT, or the number of literal characters of @name (0 for
 *	a lone "*"; "@" is one), or -1: does not fit. Larger is more specific.
 */
int scst_name_match(const char *name, const char *initiator, const char *target);

/**
 * scst_name_choose() - is a name a better choice than those before?
 * @best: the choice so far, updated; SCST_NAME_CHOICE_INIT at the start
 * @score: scst_name_match() of the name
 * @added: when the name was added
 *
 * The result does not depend on the order in which names are offered: an exact
 * name wins, then the longest literal text, then the name that was added first.
 *
 * Return: true: the name is the choice now.
 */
bool scst_name_choose(struct scst_name_choice *best, int score, u64 added);

#endif /* SCST_NAME_MATCH_H */
