// SPDX-License-Identifier: GPL-2.0
/*
 * Which commands of whom conflict with which reservation: SPC-5 tables 68 and 69,
 * SBC-4 table 13, and SPC-2 5.5.1 for RESERVE.
 */
#include <stdio.h>
#include <string.h>

#include "cf.h"

#define KEY_HOLDER	0x1111
#define KEY_OTHER	0x2222

/* What a command is to a reservation. */
enum use { EXEMPT, READS, WRITES };

/* Texts differ on whether RESERVE lets others read the capacity: not a case. */
enum spc2 { CONFLICT, ALLOWED, UNSURE };

static const struct resv_op {
	const char *name;
	uint8_t cdb[CF_MAX_CDB];
	uint8_t cdb_len;
	enum cf_dir dir;
	unsigned int len;
	enum use use;		/* with persistent reservations */
	enum spc2 spc2;		/* with RESERVE */
} resv_ops[] = {
	{ "TEST UNIT READY", { 0 }, 6, CF_NONE, 0, EXEMPT, CONFLICT },
	{ "INQUIRY", { 0x12, [4] = 36 }, 6, CF_IN, 36, EXEMPT, ALLOWED },
	{ "REQUEST SENSE", { 0x03, [4] = 18 }, 6, CF_IN, 18, EXEMPT, ALLOWED },
	{ "REPORT LUNS", { 0xa0, [9] = 16 }, 12, CF_IN, 16, EXEMPT, ALLOWED },
	{ "READ CAPACITY(10)", { 0x25 }, 10, CF_IN, 8, EXEMPT, UNSURE },
	{ "READ CAPACITY(16)", { 0x9e, 0x10, [13] = 32 }, 16, CF_IN, 32, EXEMPT,
	  UNSURE },
	{ "READ(6)", { 0x08, [4] = 1 }, 6, CF_IN, CF_BLOCK, READS, CONFLICT },
	{ "READ(10)", { 0x28, [8] = 1 }, 10, CF_IN, CF_BLOCK, READS, CONFLICT },
	{ "READ(12)", { 0xa8, [9] = 1 }, 12, CF_IN, CF_BLOCK, READS, CONFLICT },
	{ "READ(16)", { 0x88, [13] = 1 }, 16, CF_IN, CF_BLOCK, READS, CONFLICT },
	{ "VERIFY(10)", { 0x2f, [8] = 1 }, 10, CF_NONE, 0, READS, CONFLICT },
	{ "WRITE(6)", { 0x0a, [4] = 1 }, 6, CF_OUT, CF_BLOCK, WRITES, CONFLICT },
	{ "WRITE(10)", { 0x2a, [8] = 1 }, 10, CF_OUT, CF_BLOCK, WRITES, CONFLICT },
	{ "WRITE(12)", { 0xaa, [9] = 1 }, 12, CF_OUT, CF_BLOCK, WRITES, CONFLICT },
	{ "WRITE(16)", { 0x8a, [13] = 1 }, 16, CF_OUT, CF_BLOCK, WRITES, CONFLICT },
	{ "WRITE SAME(10)", { 0x41, [8] = 1 }, 10, CF_OUT, CF_BLOCK, WRITES, CONFLICT },
	{ "WRITE AND VERIFY(10)", { 0x2e, [8] = 1 }, 10, CF_OUT, CF_BLOCK, WRITES,
	  CONFLICT },
	{ "SYNCHRONIZE CACHE(10)", { 0x35, [8] = 1 }, 10, CF_NONE, 0, WRITES,
	  CONFLICT },
	{ "MODE SELECT(6)", { 0x15, 0x10, [4] = 4 }, 6, CF_OUT, 4, WRITES, CONFLICT },
};

/* Types of persistent reservations, SPC-5 table 45. */
static const struct resv_type {
	const char *name;
	uint8_t type;
	bool reads_conflict;		/* for others, not registered */
	bool registered_may;		/* all that are registered may all */
} resv_types[] = {
	{ "Write Exclusive", 1, false, false },
	{ "Exclusive Access", 3, true, false },
	{ "Write Exclusive, Registrants Only", 5, false, true },
	{ "Exclusive Access, Registrants Only", 6, true, true },
	{ "Write Exclusive, All Registrants", 7, false, true },
	{ "Exclusive Access, All Registrants", 8, true, true },
};

static uint8_t buffer[CF_MAX_DATA];

static int pr_out(enum cf_path path, uint8_t action, uint8_t type, uint64_t key,
		  uint64_t new_key)
{
	uint8_t param[24] = { 0 };
	struct cf_cmd cmd = {
		.path = path, .cdb = { 0x5f, action, type, [8] = sizeof(param) },
		.cdb_len = 10, .dir = CF_OUT, .len = sizeof(param),
		.data = param,
	};

	cf_put(param, 8, key);
	cf_put(param + 8, 8, new_key);
	cf_run(&cmd);
	if (cmd.status == CF_CHECK)	/* a unit attention comes first */
		cf_run(&cmd);
	return cmd.status;
}

static int spc2(enum cf_path path, uint8_t op)
{
	struct cf_cmd cmd = { .path = path, .cdb = { op }, .cdb_len = 6 };

	cf_run(&cmd);
	if (cmd.status == CF_CHECK)
		cf_run(&cmd);
	return cmd.status;
}

static void resv_case(const char *clause, const char *resv, const char *who,
		      const struct resv_op *op, bool conflict)
{
	struct cf_end end = { conflict ? CF_CONFLICT : CF_GOOD, 0, CF_ANY, CF_ANY };
	struct cf_cmd cmd = {
		.path = CF_OTHER, .cdb_len = op->cdb_len, .dir = op->dir,
		.len = op->len, .data = buffer,
	};
	char name[128];

	memcpy(cmd.cdb, op->cdb, sizeof(cmd.cdb));
	memset(buffer, 0, sizeof(buffer));
	snprintf(name, sizeof(name), "%s: %s of %s", resv, op->name, who);
	cf_check(clause, name, &cmd, &end);
}

#define SIZE(table)	(sizeof(table) / sizeof(*(table)))

static void of_type(const struct resv_type *t, bool registered)
{
	const struct resv_op *op;
	bool conflict;

	pr_out(CF_RW, 6, 0, 0, KEY_HOLDER);
	if (registered)
		pr_out(CF_OTHER, 6, 0, 0, KEY_OTHER);
	pr_out(CF_RW, 1, t->type, KEY_HOLDER, 0);
	cf_settle();
	for (op = resv_ops; op < resv_ops + SIZE(resv_ops); op++) {
		conflict = op->use == WRITES ||
			   (op->use == READS && t->reads_conflict);
		if (registered && t->registered_may)
			conflict = false;
		resv_case("SPC-5 5.14.1", t->name,
			  registered ? "a registered one" : "an unregistered one",
			  op, conflict);
	}
	pr_out(CF_RW, 3, 0, KEY_HOLDER, 0);
	cf_settle();
}

void cf_reservation_cases(void)
{
	const struct resv_type *t;
	const struct resv_op *op;

	for (t = resv_types; t < resv_types + SIZE(resv_types); t++) {
		of_type(t, false);
		of_type(t, true);
	}
	spc2(CF_RW, 0x16);
	cf_settle();
	for (op = resv_ops; op < resv_ops + SIZE(resv_ops); op++)
		if (op->spc2 != UNSURE)
			resv_case("SPC-2 5.5.1", "RESERVE(6)", "another one", op,
				  op->spc2 == CONFLICT);
	spc2(CF_RW, 0x17);
	for (op = resv_ops; op < resv_ops + SIZE(resv_ops); op++)
		resv_case("SPC-2 7.22", "after RELEASE(6)", "another one", op, false);
}
