// SPDX-License-Identifier: GPL-2.0
/* Commands without a range of blocks: single cases, as a table. */
#include <string.h>

#include "cf.h"

#define GOOD		{ CF_GOOD, 0, CF_ANY, CF_ANY }
#define BAD(byte)	{ CF_CHECK, CF_INVALID_FIELD, (byte), CF_ANY }
#define ENDS(sense)	{ CF_CHECK, (sense), CF_ANY, CF_ANY }
#define RESID(n)	{ CF_GOOD, 0, CF_ANY, (n) }
#define MAX_PARAM	32

#define CDB6(...)	{ __VA_ARGS__ }, 6
#define CDB10(...)	{ __VA_ARGS__ }, 10
#define CDB12(...)	{ __VA_ARGS__ }, 12
#define CDB16(...)	{ __VA_ARGS__ }, 16
#define IN(n)		CF_IN, (n)
#define OUT(n, ...)	CF_OUT, (n), { __VA_ARGS__ }
#define NO_DATA		CF_NONE, 0

static const struct fixed_case {
	const char *clause;
	const char *name;
	uint8_t cdb[CF_MAX_CDB];
	uint8_t cdb_len;
	enum cf_dir dir;
	unsigned int len;
	uint8_t param[MAX_PARAM];
	struct cf_end end;
} fixed_cases[] = {
	{ "SPC-5 6.43", "TEST UNIT READY", CDB6(0), NO_DATA, .end = GOOD },
	{ "SPC-5 6.43", "TEST UNIT READY: reserved byte", CDB6(0, 0, 1), NO_DATA,
	  .end = BAD(2) },
	{ "SPC-5 6.43", "TEST UNIT READY: reserved bit of CONTROL",
	  CDB6(0, 0, 0, 0, 0, 0x20), NO_DATA, .end = BAD(5) },

	{ "SPC-5 6.6.1", "INQUIRY: standard data", CDB6(0x12, 0, 0, 0, 96), IN(96),
	  .end = RESID(0) },
	{ "SPC-5 4.2.5.6", "INQUIRY: cut by the allocation length",
	  CDB6(0x12, 0, 0, 0, 5), IN(96), .end = RESID(91) },
	{ "SPC-5 4.2.5.6", "INQUIRY: no allocation length", CDB6(0x12), NO_DATA,
	  .end = GOOD },
	{ "SPC-5 6.6.1", "INQUIRY: page code without EVPD",
	  CDB6(0x12, 0, 0x80, 0, 96), IN(96), .end = BAD(2) },
	{ "SPC-5 6.6.1", "INQUIRY: CMDDT", CDB6(0x12, 2, 0, 0, 96), IN(96),
	  .end = BAD(1) },
	{ "SPC-5 6.6.1", "INQUIRY: unknown page", CDB6(0x12, 1, 0x5a, 0, 96), IN(96),
	  .end = BAD(2) },
	{ "SPC-5 7.7.2", "INQUIRY: page 00", CDB6(0x12, 1, 0x00, 0, 96), IN(96),
	  .end = GOOD },
	{ "SPC-5 7.7.13", "INQUIRY: page 80", CDB6(0x12, 1, 0x80, 0, 96), IN(96),
	  .end = GOOD },
	{ "SPC-5 7.7.6", "INQUIRY: page 83", CDB6(0x12, 1, 0x83, 0, 255), IN(255),
	  .end = GOOD },
	{ "SPC-5 7.7.7", "INQUIRY: page 86", CDB6(0x12, 1, 0x86, 0, 64), IN(64),
	  .end = RESID(0) },
	{ "SPC-5 7.7.8", "INQUIRY: page 87", CDB6(0x12, 1, 0x87, 0, 64), IN(64),
	  .end = GOOD },
	{ "SPC-5 7.7.14", "INQUIRY: page 88", CDB6(0x12, 1, 0x88, 0, 255), IN(255),
	  .end = GOOD },
	{ "SBC-4 6.6.4", "INQUIRY: page B0", CDB6(0x12, 1, 0xb0, 0, 64), IN(64),
	  .end = RESID(0) },
	{ "SBC-4 6.6.2", "INQUIRY: page B1", CDB6(0x12, 1, 0xb1, 0, 64), IN(64),
	  .end = RESID(0) },
	{ "SBC-4 6.6.6", "INQUIRY: page B2", CDB6(0x12, 1, 0xb2, 0, 8), IN(8),
	  .end = RESID(0) },

	{ "SPC-5 6.33", "REPORT LUNS", CDB12(0xa0, [9] = 64), IN(64), .end = GOOD },
	{ "SPC-5 6.33", "REPORT LUNS: well-known only",
	  CDB12(0xa0, 0, 1, [9] = 64), IN(64), .end = GOOD },
	{ "SPC-5 6.33", "REPORT LUNS: all", CDB12(0xa0, 0, 2, [9] = 64), IN(64),
	  .end = GOOD },
	{ "SPC-5 6.33", "REPORT LUNS: unknown SELECT REPORT",
	  CDB12(0xa0, 0, 0x55, [9] = 64), IN(64), .end = BAD(2) },
	{ "SPC-5 6.33", "REPORT LUNS: the largest allocation length",
	  CDB12(0xa0, [6] = 0xff, 0xff, 0xff, 0xff), IN(64), .end = GOOD },
	{ "SPC-5 6.33", "REPORT LUNS: too short an allocation length",
	  CDB12(0xa0, [9] = 15), IN(15), .end = BAD(6) },

	{ "SBC-4 5.20", "READ CAPACITY(10)", CDB10(0x25), IN(8), .end = RESID(0) },
	{ "SBC-4 5.20", "READ CAPACITY(10): reserved byte", CDB10(0x25, [6] = 1),
	  IN(8), .end = BAD(6) },
	{ "SBC-4 5.21", "READ CAPACITY(16)", CDB16(0x9e, 0x10, [13] = 32), IN(32),
	  .end = RESID(0) },
	{ "SBC-4 5.21", "READ CAPACITY(16): cut", CDB16(0x9e, 0x10, [13] = 12),
	  IN(32), .end = RESID(20) },
	{ "SPC-5 4.2.2", "SERVICE ACTION IN(16): unknown service action",
	  CDB16(0x9e, 0x1f, [13] = 32), IN(32), .end = BAD(1) },

	{ "SPC-5 6.41", "REQUEST SENSE", CDB6(3, 0, 0, 0, 18), IN(18),
	  .end = RESID(0) },
	{ "SPC-5 6.41", "REQUEST SENSE: descriptor format", CDB6(3, 1, 0, 0, 18),
	  IN(18), .end = RESID(10) },
	{ "SPC-5 6.41", "REQUEST SENSE: no allocation length", CDB6(3), NO_DATA,
	  .end = GOOD },
	{ "SPC-5 6.41", "REQUEST SENSE: reserved bit", CDB6(3, 2, 0, 0, 18), IN(18),
	  .end = BAD(1) },

	{ "SPC-5 6.14", "MODE SENSE(6): all pages", CDB6(0x1a, 0, 0x3f, 0, 255),
	  IN(255), .end = GOOD },
	{ "SPC-5 6.14", "MODE SENSE(6): without block descriptor",
	  CDB6(0x1a, 8, 0x0a, 0, 255), IN(255), .end = RESID(255 - 4 - 12) },
	{ "SPC-5 6.14", "MODE SENSE(6): with block descriptor",
	  CDB6(0x1a, 0, 0x0a, 0, 255), IN(255), .end = RESID(255 - 4 - 8 - 12) },
	{ "SPC-5 6.14", "MODE SENSE(6): changeable values",
	  CDB6(0x1a, 8, 0x4a, 0, 255), IN(255), .end = GOOD },
	{ "SPC-5 6.14", "MODE SENSE(6): default values",
	  CDB6(0x1a, 8, 0x8a, 0, 255), IN(255), .end = GOOD },
	{ "SPC-5 6.14", "MODE SENSE(6): saved values", CDB6(0x1a, 8, 0xca, 0, 255),
	  IN(255), .end = ENDS(CF_NO_SAVING) },
	{ "SPC-5 6.14", "MODE SENSE(6): unknown page", CDB6(0x1a, 8, 0x2b, 0, 255),
	  IN(255), .end = BAD(2) },
	{ "SPC-5 6.14", "MODE SENSE(6): unknown subpage",
	  CDB6(0x1a, 8, 0x0a, 0x42, 255), IN(255), .end = BAD(3) },
	{ "SPC-5 6.15", "MODE SENSE(10): all pages",
	  CDB10(0x5a, 0, 0x3f, [7] = 1), IN(256), .end = GOOD },
	{ "SPC-5 6.15", "MODE SENSE(10): all pages and subpages",
	  CDB10(0x5a, 0, 0x3f, 0xff, [7] = 2), IN(512), .end = GOOD },
	{ "SPC-5 6.15", "MODE SENSE(10): long LBA block descriptor",
	  CDB10(0x5a, 0x10, 0x0a, [8] = 255), IN(255),
	  .end = RESID(255 - 8 - 16 - 12) },
	{ "SPC-5 6.15", "MODE SENSE(10): unknown page",
	  CDB10(0x5a, 8, 0x2b, [8] = 255), IN(255), .end = BAD(2) },

	{ "SPC-5 6.12", "MODE SELECT(6): nothing", CDB6(0x15, 0x10), NO_DATA,
	  .end = GOOD },
	{ "SPC-5 6.12", "MODE SELECT(6): header only", CDB6(0x15, 0x10, 0, 0, 4),
	  OUT(4), .end = GOOD },
	{ "SPC-5 6.12", "MODE SELECT(6): half a header", CDB6(0x15, 0x10, 0, 0, 3),
	  OUT(3), .end = ENDS(CF_PARAM_LENGTH) },
	{ "SPC-5 6.12", "MODE SELECT(6): half a page",
	  CDB6(0x15, 0x10, 0, 0, 8), OUT(8, 0, 0, 0, 0, 0x0a, 0x0a),
	  .end = ENDS(CF_PARAM_LENGTH) },
	{ "SPC-5 6.12", "MODE SELECT(6): unknown page",
	  CDB6(0x15, 0x10, 0, 0, 8), OUT(8, 0, 0, 0, 0, 0x2b, 0x02),
	  .end = { CF_CHECK, CF_INVALID_PARAM, 4, CF_ANY } },
	{ "SPC-5 6.12", "MODE SELECT(6): wrong page length",
	  CDB6(0x15, 0x10, 0, 0, 15), OUT(15, 0, 0, 0, 0, 0x0a, 0x09),
	  .end = { CF_CHECK, CF_INVALID_PARAM, 5, CF_ANY } },
	{ "SPC-5 6.13", "MODE SELECT(10): header only",
	  CDB10(0x55, 0x10, [8] = 8), OUT(8), .end = GOOD },
	{ "SPC-5 6.13", "MODE SELECT(10): half a header",
	  CDB10(0x55, 0x10, [8] = 7), OUT(7), .end = ENDS(CF_PARAM_LENGTH) },

	{ "SPC-5 6.8", "LOG SENSE: supported pages",
	  CDB10(0x4d, 0, 0x40, [8] = 255), IN(255), .end = GOOD },
	{ "SPC-5 6.8", "LOG SENSE: supported pages and subpages",
	  CDB10(0x4d, 0, 0x40, 0xff, [8] = 255), IN(255), .end = GOOD },
	{ "SPC-5 6.8", "LOG SENSE: unknown page",
	  CDB10(0x4d, 0, 0x7e, [8] = 255), IN(255), .end = BAD(2) },

	{ "SPC-5 6.35", "REPORT SUPPORTED OPERATION CODES: all",
	  CDB12(0xa3, 0x0c, [8] = 0x40), IN(16384), .end = GOOD },
	{ "SPC-5 6.35", "REPORT SUPPORTED OPERATION CODES: one",
	  CDB12(0xa3, 0x0c, 1, 0x28, [9] = 64), IN(64), .end = RESID(64 - 14) },
	{ "SPC-5 6.35", "REPORT SUPPORTED OPERATION CODES: one with timeouts",
	  CDB12(0xa3, 0x0c, 0x81, 0x28, [9] = 64), IN(64), .end = RESID(64 - 26) },
	{ "SPC-5 6.35", "REPORT SUPPORTED OPERATION CODES: with service action",
	  CDB12(0xa3, 0x0c, 2, 0x9e, 0, 0x10, [9] = 64), IN(64),
	  .end = RESID(64 - 20) },
	{ "SPC-5 6.35", "REPORT SUPPORTED OPERATION CODES: option 1 with service actions",
	  CDB12(0xa3, 0x0c, 1, 0x9e, [9] = 64), IN(64), .end = BAD(2) },
	{ "SPC-5 6.35", "REPORT SUPPORTED OPERATION CODES: option 2 without service actions",
	  CDB12(0xa3, 0x0c, 2, 0x28, [9] = 64), IN(64), .end = BAD(2) },
	{ "SPC-5 6.35", "REPORT SUPPORTED OPERATION CODES: unknown option",
	  CDB12(0xa3, 0x0c, 5, 0x28, [9] = 64), IN(64), .end = BAD(2) },
	{ "SPC-5 6.36", "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
	  CDB12(0xa3, 0x0d, [9] = 4), IN(4), .end = RESID(0) },
	{ "SPC-5 6.36", "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS: extended",
	  CDB12(0xa3, 0x0d, 0x80, [9] = 16), IN(16), .end = RESID(0) },

	{ "SPC-5 6.16", "PERSISTENT RESERVE IN: keys", CDB10(0x5e, 0, [8] = 64),
	  IN(64), .end = GOOD },
	{ "SPC-5 6.16", "PERSISTENT RESERVE IN: reservation",
	  CDB10(0x5e, 1, [8] = 64), IN(64), .end = GOOD },
	{ "SPC-5 6.16", "PERSISTENT RESERVE IN: capabilities",
	  CDB10(0x5e, 2, [8] = 8), IN(8), .end = RESID(0) },
	{ "SPC-5 6.16", "PERSISTENT RESERVE IN: full status",
	  CDB10(0x5e, 3, [8] = 255), IN(255), .end = GOOD },
	{ "SPC-5 6.16", "PERSISTENT RESERVE IN: unknown service action",
	  CDB10(0x5e, 0x1e, [8] = 64), IN(64), .end = BAD(1) },
	{ "SPC-5 6.17", "PERSISTENT RESERVE OUT: unknown service action",
	  CDB10(0x5f, 0x1e, [8] = 24), OUT(24), .end = BAD(1) },
	{ "SPC-5 6.17", "PERSISTENT RESERVE OUT: short parameter list",
	  CDB10(0x5f, 0, [8] = 23), OUT(23), .end = ENDS(CF_PARAM_LENGTH) },
	{ "SPC-5 6.17", "PERSISTENT RESERVE OUT: reserve without a registration",
	  CDB10(0x5f, 1, 1, [8] = 24), OUT(24),
	  .end = { CF_CONFLICT, CF_ANY, CF_ANY, CF_ANY } },

	{ "SPC-5 6.42", "SEND DIAGNOSTIC: self-test", CDB6(0x1d, 4), NO_DATA,
	  .end = GOOD },
	{ "SPC-5 6.42", "SEND DIAGNOSTIC: nothing", CDB6(0x1d), NO_DATA,
	  .end = GOOD },
	{ "SBC-4 5.33", "START STOP UNIT: start", CDB6(0x1b, 0, 0, 0, 1), NO_DATA,
	  .end = GOOD },
	{ "SBC-4 5.24", "READ DEFECT DATA(10): header only, without lists",
	  CDB10(0x37, 0, 0x00, [8] = 64), IN(64), .end = RESID(64 - 4) },
	{ "SPC-5 4.2.1", "an opcode that nobody has", CDB10(0x5b), NO_DATA,
	  .end = ENDS(CF_INVALID_OPCODE) },
	{ "SPC-5 4.2.1", "a vendor's opcode", CDB6(0xff), NO_DATA,
	  .end = ENDS(CF_INVALID_OPCODE) },
	{ "SSC-5", "an opcode of tapes", CDB6(0x11, 0, 0, 0, 1), NO_DATA,
	  .end = ENDS(CF_INVALID_OPCODE) },

	{ "SBC-4 5.3", "COMPARE AND WRITE: 256 blocks",
	  CDB16(0x89, [13] = 0, [12] = 1), NO_DATA, .end = BAD(12) },
};

static uint8_t buffer[CF_MAX_DATA];

void cf_fixed_cases(void)
{
	const struct fixed_case *c;

	for (c = fixed_cases;
	     c < fixed_cases + sizeof(fixed_cases) / sizeof(*fixed_cases); c++) {
		struct cf_cmd cmd = {
			.cdb_len = c->cdb_len, .dir = c->dir, .len = c->len,
			.data = buffer,
		};

		memcpy(cmd.cdb, c->cdb, sizeof(cmd.cdb));
		memset(buffer, 0, sizeof(buffer));
		memcpy(buffer, c->param, sizeof(c->param));
		cf_check(c->clause, c->name, &cmd, &c->end);
	}
}
