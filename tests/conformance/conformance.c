// SPDX-License-Identifier: GPL-2.0
/*
 * Conformance of a disk: each case is a command, or a few, and the end that the
 * standards demand, with the clause that says so.
 *
 *	conformance RW RO OTHER [PATTERN]
 *	conformance --list
 *
 * RW, RO and OTHER are one logical unit as three initiators see it, for the second
 * one mapped READ_ONLY. All data on it is lost. PATTERN: only cases whose clause or
 * name has it. Prints "ok NAME" or "not ok NAME: what was expected, what came".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cf.h"

static const char *pattern;
static bool only_list;
static unsigned int cases, failures;

bool cf_wanted(const char *clause, const char *name)
{
	if (pattern && !strstr(name, pattern) && !strstr(clause, pattern))
		return false;
	if (only_list)
		printf("%-16s %s\n", clause, name);
	cases++;
	return !only_list;
}

static const char *differs(const struct cf_cmd *cmd, const struct cf_end *end)
{
	if (end->status != CF_ANY && cmd->status != end->status)
		return "status";
	if (end->sense != CF_ANY && cmd->sense != end->sense)
		return "sense data";
	if (end->field != CF_ANY && cmd->field != end->field)
		return "field pointer";
	if (end->resid != CF_ANY && cmd->resid != end->resid)
		return "residual";
	return NULL;
}

static void print_end(int status, int sense, int field, int resid)
{
	printf("status %d", status);
	if (sense > 0)
		printf(" sense %x/%02x%02x", sense >> 16, sense >> 8 & 0xff,
		       sense & 0xff);
	if (field != CF_ANY)
		printf(" field %d", field);
	if (resid != CF_ANY)
		printf(" residual %d", resid);
}

void cf_verdict(const char *clause, const char *name, const struct cf_cmd *cmd,
		const struct cf_end *end, const char *wrong)
{
	unsigned int i;

	if (!wrong) {
		printf("ok %s\n", name);
		return;
	}
	failures++;
	printf("not ok %s: %s (%s): expected ", name, wrong, clause);
	print_end(end->status, end->sense, end->field, end->resid);
	printf(", got ");
	print_end(cmd->status, cmd->sense, cmd->field, cmd->resid);
	printf("; CDB");
	for (i = 0; i < cmd->cdb_len; i++)
		printf(" %02x", cmd->cdb[i]);
	printf("\n");
}

void cf_check(const char *clause, const char *name, struct cf_cmd *cmd,
	      const struct cf_end *end)
{
	if (!cf_wanted(clause, name))
		return;
	cf_run(cmd);
	cf_verdict(clause, name, cmd, end, differs(cmd, end));
	fflush(stdout);
}

static int open_all(char **devices)
{
	int path;

	for (path = 0; path < CF_PATHS; path++)
		if (cf_open(path, devices[path]))
			return -1;
	cf_settle();
	if (!cf_capacity()) {
		fprintf(stderr, "conformance: %s: no capacity, or blocks aren't %d bytes\n",
			devices[0], CF_BLOCK);
		return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	only_list = argc == 2 && !strcmp(argv[1], "--list");
	if (!only_list && argc < 4) {
		fprintf(stderr, "usage: conformance RW RO OTHER [PATTERN] | --list\n");
		return 2;
	}
	if (!only_list) {
		pattern = argv[4];
		if (open_all(argv + 1))
			return 2;
	}
	cf_media_cases();
	cf_fixed_cases();
	cf_reservation_cases();
	cf_unit_attention_cases();
	fprintf(stderr, "conformance: %u cases, %u failed\n", cases, failures);
	return failures || !cases;
}
