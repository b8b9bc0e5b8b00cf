/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which name of a security group fits a session. Pure: builds in user space too
 * (tests/unit).
 */
#ifndef SCST_NAME_MATCH_H
#define SCST_NAME_MATCH_H

/* scst_name_match(): the initiator's name, letter for letter. */
#define SCST_NAME_EXACT		0x7fffffff

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
 * Return: SCST_NAME_EXACT, or the number of literal characters that fit (0 for a
 *	lone "*"), or -1: does not fit. Larger is more specific.
 */
int scst_name_match(const char *name, const char *initiator, const char *target);

#endif /* SCST_NAME_MATCH_H */
