// SPDX-License-Identifier: GPL-2.0
/* Unit attention conditions: who is told, by which commands, how often. */
#include <string.h>

#include "cf.h"

#define UA_MODE_CHANGED	CF_SENSE(0x6, 0x2a, 0x01)

static uint8_t buffer[CF_MAX_DATA];

/* MODE SELECT of the control page, D_SENSE as it is: a change for all others. */
static bool change_mode(bool tas)
{
	struct cf_cmd get = {
		.cdb = { 0x1a, 8, 0x0a, 0, 16 }, .cdb_len = 6, .dir = CF_IN,
		.len = 16, .data = buffer,
	};
	struct cf_cmd set = {
		.cdb = { 0x15, 0x10, 0, 0, 16 }, .cdb_len = 6, .dir = CF_OUT,
		.len = 16, .data = buffer,
	};

	cf_run(&get);
	memset(buffer, 0, 4);
	buffer[4] &= 0x3f;			/* PS is reserved here */
	buffer[4 + 5] &= ~0x40;
	if (tas)
		buffer[4 + 5] |= 0x40;		/* TAS */
	cf_run(&set);
	return get.status == CF_GOOD && set.status == CF_GOOD;
}

static void ua_case(const char *name, enum cf_path path, const uint8_t *cdb,
		    unsigned int cdb_len, unsigned int in, int status, int sense)
{
	struct cf_end end = { status, sense, CF_ANY, CF_ANY };
	struct cf_cmd cmd = {
		.path = path, .cdb_len = cdb_len, .dir = in ? CF_IN : CF_NONE,
		.len = in, .data = buffer,
	};

	memcpy(cmd.cdb, cdb, cdb_len);
	cf_check("SAM-5 5.14", name, &cmd, &end);
}

static const uint8_t tur[6];
static const uint8_t inquiry[6] = { 0x12, [4] = 36 };
static const uint8_t report_luns[12] = { 0xa0, [9] = 16 };

/* The parameter data of REQUEST SENSE is the condition, which is then gone. */
static void by_request_sense(void)
{
	struct cf_cmd cmd = {
		.path = CF_OTHER, .cdb = { 3, [4] = 18 }, .cdb_len = 6,
		.dir = CF_IN, .len = 18, .data = buffer,
	};
	struct cf_end end = { CF_GOOD, 0, CF_ANY, CF_ANY };
	const char *name = "unit attention: as parameter data of REQUEST SENSE";
	bool right;

	if (!cf_wanted("SPC-5 6.41", name))
		return;
	change_mode(true);
	cf_run(&cmd);
	right = CF_SENSE(buffer[2] & 0x0f, buffer[12], buffer[13]) ==
		UA_MODE_CHANGED;
	cf_verdict("SPC-5 6.41", name, &cmd, &end,
		   right ? NULL : "other parameter data");
	ua_case("unit attention: gone after REQUEST SENSE", CF_OTHER, tur, 6, 0,
		CF_GOOD, 0);
}

void cf_unit_attention_cases(void)
{
	struct cf_end end = { CF_GOOD, 0, CF_ANY, CF_ANY };
	struct cf_cmd none = { .status = CF_CHECK };
	const char *name = "unit attention: mode parameters can be changed";
	bool changed;

	changed = change_mode(true);
	if (cf_wanted("SAM-5 5.14", name))
		cf_verdict("SAM-5 5.14", name, &none, &end,
			   changed ? NULL : "status");
	ua_case("unit attention: not of the nexus that changed", CF_RW, tur, 6, 0,
		CF_GOOD, 0);
	ua_case("unit attention: INQUIRY goes before", CF_OTHER, inquiry, 6, 36,
		CF_GOOD, 0);
	ua_case("unit attention: REPORT LUNS goes before", CF_OTHER, report_luns,
		12, 16, CF_GOOD, 0);
	ua_case("unit attention: told", CF_OTHER, tur, 6, 0, CF_CHECK,
		UA_MODE_CHANGED);
	ua_case("unit attention: told once", CF_OTHER, tur, 6, 0, CF_GOOD, 0);
	ua_case("unit attention: told to each nexus", CF_RO, tur, 6, 0, CF_CHECK,
		UA_MODE_CHANGED);
	change_mode(false);
	change_mode(true);
	change_mode(false);
	ua_case("unit attention: of several changes", CF_OTHER, tur, 6, 0, CF_CHECK,
		UA_MODE_CHANGED);
	ua_case("unit attention: one for several changes", CF_OTHER, tur, 6, 0,
		CF_GOOD, 0);
	by_request_sense();
	change_mode(false);
	cf_settle();
}
