// SPDX-License-Identifier: GPL-2.0
/*
 * Commands with a range of logical blocks: the same rules for each of them, so the
 * cases are made from a row per command.
 */
#include <stdio.h>
#include <string.h>

#include "cf.h"

/* What a command does with its blocks. */
enum kind { READS, WRITES, SAME, NO_DATA, COMPARES };

#define F_PROTECT	0x01	/* has an RDPROTECT, WRPROTECT or VRPROTECT field */
#define F_FUA		0x02	/* has FUA */
#define F_DPO		0x04	/* has DPO */
#define F_CHANGES	0x08	/* changes the medium: refused when write protected */
#define F_MET		0x10	/* ends with CONDITION MET when all fits the cache */
#define F_256		0x20	/* a length of 0 means 256 blocks */
#define F_END		0x40	/* a length of 0 means: to the end */
#define F_TWICE		0x80	/* moves two blocks for each of the length */

static const struct media_op {
	const char *name;
	const char *clause;
	uint8_t op;
	uint16_t sa;		/* of 32-byte CDBs */
	uint8_t cdb_len;
	uint8_t lba, lba_len;
	uint8_t count, count_len;
	enum kind kind;
	uint8_t flags;
} media_ops[] = {
	{ "READ(6)", "SBC-3 5.10", 0x08, 0, 6, 1, 3, 4, 1, READS, F_256 },
	{ "READ(10)", "SBC-4 5.16", 0x28, 0, 10, 2, 4, 7, 2, READS,
	  F_PROTECT | F_FUA | F_DPO },
	{ "READ(12)", "SBC-4 5.17", 0xa8, 0, 12, 2, 4, 6, 4, READS,
	  F_PROTECT | F_FUA | F_DPO },
	{ "READ(16)", "SBC-4 5.18", 0x88, 0, 16, 2, 8, 10, 4, READS,
	  F_PROTECT | F_FUA | F_DPO },
	{ "READ(32)", "SBC-4 5.19", 0x7f, 0x09, 32, 12, 8, 28, 4, READS,
	  F_PROTECT | F_FUA | F_DPO },
	{ "WRITE(6)", "SBC-3 5.31", 0x0a, 0, 6, 1, 3, 4, 1, WRITES,
	  F_256 | F_CHANGES },
	{ "WRITE(10)", "SBC-4 5.41", 0x2a, 0, 10, 2, 4, 7, 2, WRITES,
	  F_PROTECT | F_FUA | F_DPO | F_CHANGES },
	{ "WRITE(12)", "SBC-4 5.42", 0xaa, 0, 12, 2, 4, 6, 4, WRITES,
	  F_PROTECT | F_FUA | F_DPO | F_CHANGES },
	{ "WRITE(16)", "SBC-4 5.43", 0x8a, 0, 16, 2, 8, 10, 4, WRITES,
	  F_PROTECT | F_FUA | F_DPO | F_CHANGES },
	{ "WRITE(32)", "SBC-4 5.44", 0x7f, 0x0b, 32, 12, 8, 28, 4, WRITES,
	  F_PROTECT | F_FUA | F_DPO | F_CHANGES },
	{ "WRITE AND VERIFY(10)", "SBC-4 5.45", 0x2e, 0, 10, 2, 4, 7, 2, WRITES,
	  F_PROTECT | F_DPO | F_CHANGES },
	{ "WRITE AND VERIFY(12)", "SBC-4 5.46", 0xae, 0, 12, 2, 4, 6, 4, WRITES,
	  F_PROTECT | F_DPO | F_CHANGES },
	{ "WRITE AND VERIFY(16)", "SBC-4 5.47", 0x8e, 0, 16, 2, 8, 10, 4, WRITES,
	  F_PROTECT | F_DPO | F_CHANGES },
	{ "ORWRITE(16)", "SBC-4 5.14", 0x8b, 0, 16, 2, 8, 10, 4, WRITES,
	  F_PROTECT | F_FUA | F_DPO | F_CHANGES },
	{ "WRITE SAME(10)", "SBC-4 5.51", 0x41, 0, 10, 2, 4, 7, 2, SAME,
	  F_PROTECT | F_CHANGES | F_END },
	{ "WRITE SAME(16)", "SBC-4 5.52", 0x93, 0, 16, 2, 8, 10, 4, SAME,
	  F_PROTECT | F_CHANGES | F_END },
	{ "COMPARE AND WRITE", "SBC-4 5.3", 0x89, 0, 16, 2, 8, 13, 1, COMPARES,
	  F_PROTECT | F_FUA | F_DPO | F_CHANGES | F_TWICE },
	{ "VERIFY(10)", "SBC-4 5.36", 0x2f, 0, 10, 2, 4, 7, 2, NO_DATA,
	  F_PROTECT | F_DPO },
	{ "VERIFY(12)", "SBC-4 5.37", 0xaf, 0, 12, 2, 4, 6, 4, NO_DATA,
	  F_PROTECT | F_DPO },
	{ "VERIFY(16)", "SBC-4 5.38", 0x8f, 0, 16, 2, 8, 10, 4, NO_DATA,
	  F_PROTECT | F_DPO },
	{ "PRE-FETCH(10)", "SBC-4 5.13", 0x34, 0, 10, 2, 4, 7, 2, NO_DATA,
	  F_MET | F_END },
	{ "PRE-FETCH(16)", "SBC-4 5.13", 0x90, 0, 16, 2, 8, 10, 4, NO_DATA,
	  F_MET | F_END },
	{ "SYNCHRONIZE CACHE(10)", "SBC-4 5.34", 0x35, 0, 10, 2, 4, 7, 2, NO_DATA,
	  F_END },
	{ "SYNCHRONIZE CACHE(16)", "SBC-4 5.35", 0x91, 0, 16, 2, 8, 10, 4, NO_DATA,
	  F_END },
};

static uint8_t buffer[CF_MAX_DATA];
static uint64_t capacity;

/* Bytes that @count blocks of the command move. */
static unsigned int data_len(const struct media_op *op, unsigned int count)
{
	switch (op->kind) {
	case NO_DATA:
		return 0;
	case SAME:
		return CF_BLOCK;
	default:
		return count * CF_BLOCK * (op->flags & F_TWICE ? 2 : 1);
	}
}

/* The byte with PROTECT, DPO and FUA. */
static unsigned int flags_byte(const struct media_op *op)
{
	return op->cdb_len == 32 ? 10 : 1;
}

static unsigned int control_byte(const struct media_op *op)
{
	return op->cdb_len == 32 ? 1 : op->cdb_len - 1;
}

static struct cf_cmd make(const struct media_op *op, enum cf_path path,
			  uint64_t lba, uint64_t count)
{
	struct cf_cmd cmd = {
		.path = path,
		.cdb = { op->op },
		.cdb_len = op->cdb_len,
		.data = buffer,
		.len = data_len(op, count > 64 ? 1 : count),
	};

	if (op->cdb_len == 32) {
		cmd.cdb[7] = 24;
		cf_put(cmd.cdb + 8, 2, op->sa);
		if (op->lba_len == 8)	/* EXPECTED INITIAL LOGICAL BLOCK REFERENCE TAG */
			cf_put(cmd.cdb + 20, 4, lba);
	}
	cf_put(cmd.cdb + op->lba, op->lba_len, op->cdb_len == 6 ? lba & 0x1fffff : lba);
	cf_put(cmd.cdb + op->count, op->count_len, count);
	cmd.dir = !cmd.len ? CF_NONE : op->kind == READS ? CF_IN : CF_OUT;
	if (op->kind != READS)
		memset(buffer, 0, sizeof(buffer));
	return cmd;
}

static void media_case(const struct media_op *op, const char *what,
		       struct cf_cmd *cmd, struct cf_end end)
{
	char name[96];

	snprintf(name, sizeof(name), "%s: %s", op->name, what);
	cf_check(op->clause, name, cmd, &end);
}

static struct cf_end good(const struct media_op *op)
{
	return (struct cf_end){
		.status = op->flags & F_MET ? CF_ANY : CF_GOOD,
		.sense = 0, .field = CF_ANY, .resid = 0,
	};
}

static const struct cf_end out_of_range = {
	CF_CHECK, CF_OUT_OF_RANGE, CF_ANY, CF_ANY
};

/* Blocks of zeros, so that comparisons match. */
static void clear_blocks(void)
{
	struct cf_cmd cmd = {
		.cdb = { 0x2a, [8] = 8 }, .cdb_len = 10, .dir = CF_OUT,
		.len = 8 * CF_BLOCK, .data = buffer,
	};

	memset(buffer, 0, sizeof(buffer));
	cf_run(&cmd);
	cf_put(cmd.cdb + 2, 4, capacity - 8);
	cf_run(&cmd);
}

static void ranges(const struct media_op *op)
{
	struct cf_cmd cmd = make(op, CF_RW, 0, 1);
	uint64_t last = capacity - 1;

	media_case(op, "first block", &cmd, good(op));
	cmd = make(op, CF_RW, 2, 4);
	media_case(op, "four blocks", &cmd, good(op));
	cmd = make(op, CF_RW, last, 1);
	media_case(op, "last block", &cmd, good(op));
	if (!(op->flags & (F_256 | F_END))) {
		cmd = make(op, CF_RW, 0, 0);
		media_case(op, "no blocks", &cmd, good(op));
		cmd = make(op, CF_RW, capacity + 1, 0);
		media_case(op, "no blocks, beyond the end", &cmd, out_of_range);
	}
	cmd = make(op, CF_RW, capacity, 1);
	media_case(op, "first block beyond the end", &cmd, out_of_range);
	cmd = make(op, CF_RW, last, 2);
	media_case(op, "across the end", &cmd, out_of_range);
	cmd = make(op, CF_RW, ~0ULL, 1);
	media_case(op, "largest address", &cmd, out_of_range);
	if (op->count_len == 4) {
		cmd = make(op, CF_RW, 0, ~0U);
		media_case(op, "largest length", &cmd,
			   (struct cf_end){ CF_CHECK, CF_ANY, CF_ANY, CF_ANY });
	}
}

static void fields(const struct media_op *op)
{
	unsigned int byte = flags_byte(op), control = control_byte(op);
	struct cf_cmd cmd;
	int i;

	for (i = 1; i < 8 && op->flags & F_PROTECT; i++) {
		char what[32];

		cmd = make(op, CF_RW, 0, 1);
		cmd.cdb[byte] |= i << 5;
		snprintf(what, sizeof(what), "protection %d", i);
		media_case(op, what, &cmd, (struct cf_end){
			   CF_CHECK, CF_INVALID_FIELD, byte, CF_ANY });
	}
	if (op->flags & F_FUA) {
		cmd = make(op, CF_RW, 0, 1);
		cmd.cdb[byte] |= 0x08;
		media_case(op, "FUA", &cmd, good(op));
	}
	if (op->flags & F_DPO) {
		cmd = make(op, CF_RW, 0, 1);
		cmd.cdb[byte] |= 0x10;
		media_case(op, "DPO", &cmd, good(op));
	}
	cmd = make(op, CF_RW, 0, 1);
	cmd.cdb[control] |= 0x08;
	media_case(op, "reserved bit of CONTROL", &cmd, (struct cf_end){
		   CF_CHECK, CF_INVALID_FIELD, control, CF_ANY });
}

static void transfers(const struct media_op *op)
{
	struct cf_cmd cmd;

	if (op->kind == NO_DATA)
		return;
	cmd = make(op, CF_RW, 0, 1);
	cmd.len += CF_BLOCK;
	/* Of the one block of WRITE SAME there can't be two. */
	if (op->kind == SAME)
		media_case(op, "more data than a block", &cmd, (struct cf_end){
			   CF_CHECK, CF_INVALID_IU, CF_ANY, CF_ANY });
	else
		media_case(op, "transport prepared for more", &cmd,
			   (struct cf_end){ CF_GOOD, 0, CF_ANY, CF_BLOCK });
	cmd = make(op, CF_RW, 0, 2);
	cmd.len -= op->kind == SAME ? CF_BLOCK / 2 : CF_BLOCK;
	if (op->kind == READS)
		media_case(op, "transport prepared for less", &cmd,
			   (struct cf_end){ CF_GOOD, 0, CF_ANY, 0 });
	else
		media_case(op, "less data than blocks", &cmd, (struct cf_end){
			   CF_CHECK, CF_INVALID_IU, CF_ANY, CF_ANY });
	cmd = make(op, CF_RW, 0, 1);
	cmd.dir = cmd.dir == CF_IN ? CF_OUT : CF_IN;
	media_case(op, "transport of the other direction", &cmd, (struct cf_end){
		   CF_CHECK, CF_INVALID_IU, CF_ANY, CF_ANY });
}

static void protection(const struct media_op *op)
{
	struct cf_cmd cmd = make(op, CF_RO, 0, 1);

	if (op->flags & F_CHANGES)
		media_case(op, "write protected", &cmd, (struct cf_end){
			   CF_CHECK, CF_PROTECTED, CF_ANY, CF_ANY });
	else
		media_case(op, "write protected, but it doesn't write", &cmd,
			   good(op));
}

/* What was written through one nexus is read through another. */
static void data_of(const struct media_op *op)
{
	struct cf_cmd cmd = make(op, CF_RW, 3, 1);
	struct cf_cmd back = {
		.path = CF_OTHER, .cdb = { 0x28, [5] = 3, [8] = 1 },
		.cdb_len = 10, .dir = CF_IN, .len = CF_BLOCK,
	};
	static uint8_t in[CF_BLOCK], want[CF_BLOCK];
	struct cf_end end = good(op);
	char name[96];

	if (op->kind != WRITES && op->kind != SAME && op->kind != COMPARES)
		return;
	snprintf(name, sizeof(name), "%s: contents", op->name);
	if (!cf_wanted(op->clause, name))
		return;
	clear_blocks();
	memset(want, 0x40 | (op->op & 0x1f), sizeof(want));
	memset(buffer, 0, sizeof(buffer));
	/* COMPARE AND WRITE: the second half is written. */
	memcpy(buffer + (op->flags & F_TWICE ? CF_BLOCK : 0), want, CF_BLOCK);
	cf_run(&cmd);
	back.data = in;
	if (cmd.status == CF_GOOD)
		cf_run(&back);
	cf_verdict(op->clause, name, &cmd, &end,
		   cmd.status != CF_GOOD ? "status" :
		   memcmp(in, want, CF_BLOCK) ? "other contents" : NULL);
	clear_blocks();
}

void cf_media_cases(void)
{
	const struct media_op *op;

	capacity = cf_capacity();
	clear_blocks();
	for (op = media_ops;
	     op < media_ops + sizeof(media_ops) / sizeof(*media_ops); op++) {
		ranges(op);
		fields(op);
		transfers(op);
		protection(op);
		data_of(op);
	}
}
