// SPDX-License-Identifier: GPL-2.0
/* links: src/core/opcode.c src/core/opcode_table.c */
/*
 * The opcode table as the core sees it: CDBs as initiators send them, and what
 * must come out. With --dump: the rows as in opcodes.golden.
 */
#include <stdlib.h>

#include "check.h"
#include "opcode.h"
#include "scst_defs.h"

#define DISK	0x00
#define TAPE	0x01
#define PROC	0x03
#define ROM	0x05
#define MOD	0x07
#define CHGR	0x08
#define SES	0x0d
#define ZBC	0x14
#define NO_LUN	0x1f

#define LOCAL	(SCST_OP_ANY_LUN | SCST_OP_LOCAL | SCST_OP_SKIP_UA |	\
		 SCST_OP_RESV_EXEMPT)
#define PR_IN	(SCST_OP_RESV_EXEMPT | SCST_OP_RESERVE_BARS | SCST_OP_LOCAL)
#define PR_OUT	(PR_IN | SCST_OP_LOCAL_WORK)
#define INQUIRY	((LOCAL & ~SCST_OP_LOCAL) | SCST_OP_OLD_LUN)
#define BLOCKS	(SCST_OP_MEDIUM | SCST_OP_LEN_BLOCKS | SCST_OP_RANGE)
#define RD	(BLOCKS | SCST_OP_RESV_READS)
#define WR	(BLOCKS | SCST_OP_WRITES)

/* Finds with memory of exactly @len bytes, so that a sanitizer sees more. */
static const struct scst_op *find(u8 type, const u8 *cdb, unsigned int len)
{
	u8 *exact = malloc(len ?: 1);
	const struct scst_op *op;

	memcpy(exact, cdb, len);
	op = scst_op_find(type, exact, len);
	free(exact);
	return op;
}

/* The same, as slowly and simply as it can be done. */
static const struct scst_op *search(u8 type, u8 opcode, u16 sa)
{
	unsigned int i;

	for (i = 0; i < scst_op_table_size; i++) {
		const struct scst_op *op = &scst_op_table[i];

		if (op->op == opcode && (op->types >> type & 1) &&
		    (op->sa == SCST_OP_NO_SA || op->sa == sa))
			return op;
	}
	return NULL;
}

static void test_find_is_search(void)
{
	unsigned int type, opcode, sa;

	for (type = 0; type < 32; type++)
		for (opcode = 0; opcode < 256; opcode++) {
			bool any = false;

			for (sa = 0; sa < 32; sa++) {
				u8 cdb[10] = { opcode, 0xe0 | sa };
				const struct scst_op *want;

				if (opcode == 0x7f)
					cdb[9] = sa;
				want = search(type, opcode, sa);
				CHECK_CASE(find(type, cdb, 10) == want,
					   "type %u, %02x/%02x", type, opcode, sa);
				any |= !!want;
			}
			CHECK_CASE(scst_op_known(type, opcode) == any,
				   "type %u, %02x", type, opcode);
		}
}

static void test_find_short(void)
{
	static const u8 capacity16[] = { 0x9e, 0x10 };
	static const u8 read32[] = { 0x7f, 0, 0, 0, 0, 0, 0, 24, 0x00, 0x09 };
	static const u8 odd32[] = { 0x7f, 0, 0, 0, 0, 0, 0, 24, 0x01, 0x09 };
	static const u8 tur[] = { 0x00 };

	CHECK(!find(DISK, tur, 0));
	CHECK(find(DISK, tur, 1));
	CHECK(!find(DISK, capacity16, 1));
	CHECK(find(DISK, capacity16, 2));
	CHECK(!find(DISK, read32, 9));
	CHECK(find(DISK, read32, 10));
	CHECK(!find(DISK, odd32, 10));
	CHECK(!scst_op_find(32, tur, 1));
	CHECK(!scst_op_find(255, tur, 1));
	CHECK(!scst_op_known(32, 0x00));
}

/* One CDB with what it must be taken for. */
struct decoded {
	const char *cdb;	/* hex */
	u8 type;
	const char *name;
	u8 dir;
	u64 lba;
	u64 len;
	u32 flags;
};

static unsigned int from_hex(const char *hex, u8 *out)
{
	unsigned int n = 0, byte;
	int used;

	for (; sscanf(hex, " %2x%n", &byte, &used) == 1; hex += used)
		out[n++] = byte;
	return n;
}

static u64 length(const struct scst_op *op, const u8 *cdb)
{
	return op->len.len ? scst_op_get_field(cdb, &op->len) : op->fixed_len;
}

static void check_decoded(const struct decoded *d)
{
	u8 cdb[SCST_MAX_CDB_LEN];
	unsigned int len = from_hex(d->cdb, cdb);
	const struct scst_op *op = find(d->type, cdb, len);

	CHECK_CASE(op, "%s for type %u", d->cdb, d->type);
	if (!op)
		return;
	CHECK_CASE(op->cdb_len == len, "%s: %u bytes", d->cdb, op->cdb_len);
	CHECK_CASE(scst_cdb_len(cdb, len) == len, "%s", d->cdb);
	CHECK_CASE(!strcmp(op->name, d->name), "%s: %s", d->cdb, op->name);
	CHECK_CASE(op->dir == d->dir, "%s: %u", d->cdb, op->dir);
	CHECK_CASE(scst_op_get_field(cdb, &op->lba) == d->lba, "%s: %llx",
		   d->cdb, scst_op_get_field(cdb, &op->lba));
	CHECK_CASE(length(op, cdb) == d->len, "%s: %llu", d->cdb,
		   length(op, cdb));
	CHECK_CASE(op->flags == d->flags, "%s: flags %x", d->cdb, op->flags);
}

#define NONE	SCST_DATA_NONE
#define IN	SCST_DATA_READ
#define OUT	SCST_DATA_WRITE

static void check_all(const struct decoded *d, unsigned int n)
{
	while (n--)
		check_decoded(d++);
}

static void test_primary(void)
{
	static const struct decoded all[] = {
		{ "00 00 00 00 00 00", DISK, "TEST UNIT READY", NONE, 0, 0,
		  SCST_OP_RESV_EXEMPT | SCST_OP_RESERVE_BARS },
		{ "03 00 00 00 fc 00", DISK, "REQUEST SENSE", IN, 0, 252,
		  LOCAL | SCST_OP_VIRTUAL },
		{ "03 00 00 00 12 00", NO_LUN, "REQUEST SENSE", IN, 0, 18,
		  LOCAL | SCST_OP_VIRTUAL },
		{ "12 01 80 02 01 00", DISK, "INQUIRY", IN, 0, 0x201,
		  INQUIRY },
		{ "12 00 00 00 24 00", NO_LUN, "INQUIRY", IN, 0, 36,
		  INQUIRY },
		{ "a0 00 00 00 00 00 00 01 00 08 00 00", DISK, "REPORT LUNS", IN,
		  0, 0x10008, LOCAL },
		{ "a0 00 02 00 00 00 ff ff ff ff 00 00", CHGR, "REPORT LUNS", IN,
		  0, 0xffffffff, LOCAL },
		{ "1a 08 3f 00 04 00", DISK, "MODE SENSE(6)", IN, 0, 4,
		  SCST_OP_RESV_READS },
		{ "5a 00 3f 00 00 00 00 12 34 00", DISK, "MODE SENSE(10)", IN, 0,
		  0x1234, SCST_OP_RESV_READS },
		{ "15 10 00 00 18 00", DISK, "MODE SELECT(6)", OUT, 0, 24, 0 },
		{ "55 10 00 00 00 00 00 01 1c 00", DISK, "MODE SELECT(10)", OUT,
		  0, 284, 0 },
		{ "4d 00 40 00 00 00 00 02 00 00", DISK, "LOG SENSE", IN, 0, 512,
		  SCST_OP_RESV_EXEMPT },
		{ "1d 04 00 00 00 00", DISK, "SEND DIAGNOSTIC", OUT, 0, 0, 0 },
		{ "1c 01 00 10 00 00", SES, "RECEIVE DIAGNOSTIC RESULTS", IN, 0,
		  4096, SCST_OP_RESV_READS },
		{ "3b 05 00 00 00 00 12 34 56 00", DISK, "WRITE BUFFER", OUT, 0,
		  0x123456, 0 },
		{ "3c 02 00 00 00 00 00 10 00 00", DISK, "READ BUFFER(10)", IN,
		  0, 4096, SCST_OP_RESV_READS },
		{ "16 00 00 00 00 00", DISK, "RESERVE(6)", NONE, 0, 0, SCST_OP_LOCAL },
		{ "17 00 00 00 00 00", DISK, "RELEASE(6)", NONE, 0, 0,
		  SCST_OP_RESV_EXEMPT | SCST_OP_LOCAL },
		{ "1e 00 00 00 01 00", DISK, "PREVENT ALLOW MEDIUM REMOVAL",
		  NONE, 0, 0, 0 },
		{ "5e 00 00 00 00 00 00 20 00 00", DISK,
		  "PERSISTENT RESERVE IN, READ KEYS", IN, 0, 8192,
		  PR_IN },
		{ "5f 04 05 00 00 00 00 00 18 00", DISK,
		  "PERSISTENT RESERVE OUT, PREEMPT", OUT, 0, 24,
		  PR_OUT },
		{ "a3 0c 80 00 00 00 00 00 20 00 00 00", DISK,
		  "REPORT SUPPORTED OPERATION CODES", IN, 0, 8192,
		  SCST_OP_RESV_READS | SCST_OP_LOCAL | SCST_OP_VIRTUAL },
		{ "a3 2a 00 00 00 00 00 00 10 00 00 00", DISK,
		  "REPORT TARGET PORT GROUPS", IN, 0, 4096,
		  SCST_OP_RESV_EXEMPT | SCST_OP_LOCAL | SCST_OP_VIRTUAL },
		{ "a4 0a 00 00 00 00 00 00 00 08 00 00", DISK,
		  "SET TARGET PORT GROUPS", OUT, 0, 8,
		  SCST_OP_LOCAL | SCST_OP_VIRTUAL },
		{ "a2 ef 00 00 00 00 00 00 02 00 00 00", DISK,
		  "SECURITY PROTOCOL IN", IN, 0, 512, SCST_OP_RESV_READS },
	};

	check_all(all, ARRAY_SIZE(all));
}

static void test_disk(void)
{
	static const struct decoded all[] = {
		{ "08 1f ff ff 00 00", DISK, "READ(6)", IN, 0x1fffff, 0,
		  RD | SCST_OP_ZERO_IS_256 },
		{ "08 e1 02 03 ff 00", DISK, "READ(6)", IN, 0x10203, 255,
		  RD | SCST_OP_ZERO_IS_256 },
		{ "0a ff ff ff 01 00", DISK, "WRITE(6)", OUT, 0x1fffff, 1,
		  WR | SCST_OP_ZERO_IS_256 },
		{ "28 00 01 02 03 04 00 00 08 00", DISK, "READ(10)", IN,
		  0x01020304, 8, RD },
		{ "2a 08 ff ff ff ff 00 ff ff 00", DISK, "WRITE(10)", OUT,
		  0xffffffff, 0xffff, WR },
		{ "a8 00 00 00 00 01 ff ff ff ff 00 00", DISK, "READ(12)", IN, 1,
		  0xffffffff, RD },
		{ "aa 00 80 00 00 00 00 01 00 00 00 00", DISK, "WRITE(12)", OUT,
		  0x80000000, 0x10000, WR },
		{ "88 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 00 00", DISK,
		  "READ(16)", IN, 0x0102030405060708, 0x090a0b0c, RD },
		{ "8a 08 ff ff ff ff ff ff ff ff ff ff ff ff 00 00", DISK,
		  "WRITE(16)", OUT, ~0ULL, 0xffffffff, WR },
		{ "25 00 00 00 00 00 00 00 00 00", DISK, "READ CAPACITY(10)", IN,
		  0, 8, SCST_OP_RESV_EXEMPT },
		{ "9e 10 00 00 00 00 00 00 00 00 00 00 00 20 00 00", DISK,
		  "READ CAPACITY(16)", IN, 0, 32, SCST_OP_RESV_EXEMPT },
		{ "9e 12 00 00 00 00 00 00 10 00 00 00 00 18 00 00", DISK,
		  "GET LBA STATUS(16)", IN, 4096, 24, SCST_OP_RESV_READS },
		{ "35 02 00 00 00 10 00 00 20 00", DISK, "SYNCHRONIZE CACHE(10)",
		  NONE, 16, 32, SCST_OP_LEN_BLOCKS | SCST_OP_RANGE },
		{ "91 00 00 00 00 00 00 00 00 10 00 00 00 20 00 00", DISK,
		  "SYNCHRONIZE CACHE(16)", NONE, 16, 32,
		  SCST_OP_LEN_BLOCKS | SCST_OP_RANGE },
		{ "2f 00 00 00 00 10 00 00 20 00", DISK, "VERIFY(10)", NONE, 16,
		  32, RD | SCST_OP_BYTCHK },
		{ "8f 02 00 00 00 00 00 00 00 10 00 00 00 20 00 00", DISK,
		  "VERIFY(16)", NONE, 16, 32, RD | SCST_OP_BYTCHK },
		{ "2e 00 00 00 00 10 00 00 20 00", DISK, "WRITE AND VERIFY(10)",
		  OUT, 16, 32, WR },
		{ "41 00 00 00 00 10 00 00 20 00", DISK, "WRITE SAME(10)", OUT,
		  16, 32, WR | SCST_OP_DATA_ONE },
		{ "93 08 00 00 00 00 00 00 00 10 00 00 00 20 00 00", DISK,
		  "WRITE SAME(16)", OUT, 16, 32, WR | SCST_OP_DATA_ONE | SCST_OP_NDOB },
		{ "42 00 00 00 00 00 00 00 18 00", DISK, "UNMAP", OUT, 0, 24,
		  SCST_OP_MEDIUM | SCST_OP_WRITES },
		{ "89 00 00 00 00 00 00 00 00 10 00 00 00 02 00 00", DISK,
		  "COMPARE AND WRITE", OUT, 16, 2, WR | SCST_OP_DATA_TWICE },
		{ "1b 00 00 00 01 00", DISK, "START STOP UNIT", NONE, 0, 0, 0 },
		{ "04 10 00 00 00 00", DISK, "FORMAT UNIT", OUT, 0, 0,
		  SCST_OP_WRITES | SCST_OP_LEN_EXPECTED },
		{ "48 81 00 00 00 00 00 02 04 00", DISK, "SANITIZE, OVERWRITE",
		  OUT, 0, 516, SCST_OP_WRITES },
		{ "48 02 00 00 00 00 00 00 00 00", DISK, "SANITIZE, BLOCK ERASE",
		  NONE, 0, 0, SCST_OP_WRITES },
		{ "7f00000000000018000900000102030405060708000000010000000000000020",
		  DISK, "READ(32)", IN, 0x0102030405060708, 32, RD },
		{ "7f00000000000018000b08000000000000000010000000100000000000000001",
		  DISK, "WRITE(32)", OUT, 16, 1, WR },
		{ "37 00 19 00 00 00 00 ff fc 00", DISK, "READ DEFECT DATA(10)",
		  IN, 0, 0xfffc, SCST_OP_RESV_READS },
		{ "95 00 00 00 00 00 00 00 00 00 00 00 10 00 00 00", ZBC,
		  "REPORT ZONES", IN, 0, 4096, SCST_OP_RESV_READS },
		{ "07 00 00 00 00 00", DISK, "REASSIGN BLOCKS", OUT, 0, 0,
		  SCST_OP_WRITES | SCST_OP_LEN_EXPECTED },
	};

	check_all(all, ARRAY_SIZE(all));
}

/* The same operation code, other devices. */
static void test_other_types(void)
{
	static const struct decoded all[] = {
		{ "08 02 01 02 03 00", TAPE, "READ(6)", IN, 0, 0x010203,
		  SCST_OP_MEDIUM },
		{ "0a 01 00 00 08 00", TAPE, "WRITE(6)", OUT, 0, 8,
		  SCST_OP_MEDIUM | SCST_OP_WRITES },
		{ "0a 00 00 02 00 00", PROC, "SEND(6)", OUT, 0, 512, 0 },
		{ "01 00 00 00 00 00", TAPE, "REWIND", NONE, 0, 0, 0 },
		{ "01 00 00 00 00 00", DISK, "REZERO UNIT", NONE, 0, 0, 0 },
		{ "05 00 00 00 00 00", TAPE, "READ BLOCK LIMITS", IN, 0, 6,
		  SCST_OP_RESV_EXEMPT },
		{ "34 00 00 00 00 00 00 00 00 00", TAPE,
		  "READ POSITION, short form, block identifier", IN, 0, 20, SCST_OP_RESV_EXEMPT },
		{ "34 06 00 00 00 00 00 00 00 00", TAPE,
		  "READ POSITION, long form", IN, 0, 32, SCST_OP_RESV_EXEMPT },
		{ "34 00 00 00 00 07 00 00 08 00", DISK, "PRE-FETCH(10)", NONE,
		  7, 8, RD },
		{ "2b 04 00 00 01 02 03 00 00 00", TAPE, "LOCATE(10)", NONE,
		  0x010203, 0, SCST_OP_MEDIUM },
		{ "42 02 40 01 00 00 00 00 10 00", ROM, "READ SUB-CHANNEL", IN,
		  0, 16, SCST_OP_RESV_READS },
		{ "43 00 00 00 00 00 aa 00 0c 00", ROM, "READ TOC/PMA/ATIP", IN,
		  0, 12, SCST_OP_RESV_READS },
		{ "a3 00 00 00 00 00 00 00 00 10 00 00", ROM, "SEND KEY", OUT, 0,
		  16, 0 },
		{ "4a 01 00 00 10 00 00 00 08 00", ROM,
		  "GET EVENT STATUS NOTIFICATION", IN, 0, 8,
		  SCST_OP_SKIP_UA | SCST_OP_RESV_EXEMPT },
		{ "28 00 00 00 00 10 00 00 01 00", ROM, "READ(10)", IN, 16, 1,
		  RD },
		{ "2c 00 00 00 00 10 00 00 08 00", MOD, "ERASE(10)", NONE, 16, 8,
		  WR },
		{ "a5 00 00 00 00 01 00 02 00 00 00 00", CHGR, "MOVE MEDIUM",
		  NONE, 0, 0, 0 },
		{ "b8 12 00 00 ff ff 00 01 00 00 00 00", CHGR,
		  "READ ELEMENT STATUS", IN, 0, 0x010000, SCST_OP_RESV_READS },
		{ "b5 00 00 00 00 00 00 00 01 00 00 00", DISK,
		  "SECURITY PROTOCOL OUT", OUT, 0, 0x100, 0 },
	};

	check_all(all, ARRAY_SIZE(all));
}

static void test_unknown(void)
{
	static const u8 read10[] = { 0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0 };
	static const u8 sa31[] = { 0x9e, 0x1f };
	static const u8 rsoc[] = { 0xa3, 0x0c };

	CHECK(!find(TAPE, read10, 10) && !scst_op_known(TAPE, 0x28));
	CHECK(!find(CHGR, read10, 10));
	CHECK(!find(NO_LUN, read10, 10));
	/* the opcode is there, the service action is not */
	CHECK(!find(DISK, sa31, 2) && scst_op_known(DISK, 0x9e));
	/* MMC has something else there */
	CHECK_STR(find(ROM, rsoc, 2)->name, "SEND KEY");
	CHECK(!scst_op_known(DISK, 0xff) && !scst_op_known(DISK, 0xc0));
}

/* Group codes: SPC-5 4.2.5.1 */
static void test_cdb_len(void)
{
	unsigned int opcode, extra, avail;

	for (opcode = 0; opcode < 256; opcode++) {
		u8 cdb = opcode;
		unsigned int want = opcode < 0x20 ? 6 : opcode < 0x60 ? 10 :
				    opcode < 0x80 ? 0 : opcode < 0xa0 ? 16 :
				    opcode < 0xc0 ? 12 : 0;

		CHECK_EQ(scst_cdb_len(&cdb, 1), want);
		CHECK_EQ(scst_cdb_len(&cdb, 0), 0);
	}
	for (extra = 0; extra < 256; extra++) {
		u8 *cdb = calloc(1, 8);

		cdb[0] = 0x7f;
		cdb[7] = extra;
		CHECK_EQ(scst_cdb_len(cdb, 8), extra + 8);
		for (avail = 0; avail < 8; avail++)
			CHECK_EQ(scst_cdb_len(cdb, avail), 0);
		free(cdb);
	}
}

static void test_field(void)
{
	static const u8 cdb[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xff, 0xff, 0xff };
	static const struct {
		struct scst_op_field f;
		u64 want;
	} cases[] = {
		{ { 0, 0, 0 }, 0 }, { { 0, 1, 0 }, 1 }, { { 11, 1, 0 }, 0xff },
		{ { 1, 2, 0 }, 0x0203 }, { { 8, 3, 0 }, 0x09ffff },
		{ { 0, 4, 0 }, 0x01020304 }, { { 0, 8, 0 }, 0x0102030405060708 },
		{ { 8, 4, 0x1fffff }, 0x1fffff }, { { 9, 3, 0x1f0000 }, 0x1f0000 },
		{ { 9, 3, 0x80000001 }, 1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		CHECK_EQ(scst_op_get_field(cdb, &cases[i].f), cases[i].want);
}

static u64 data_blocks(const char *hex, u64 blocks)
{
	u8 cdb[SCST_MAX_CDB_LEN] = { 0 };
	const struct scst_op *op;

	from_hex(hex, cdb);
	op = scst_op_find(DISK, cdb, sizeof(cdb));
	return op ? scst_op_data_blocks(op, cdb, blocks) : 4711;
}

static void test_data_blocks(void)
{
	CHECK_EQ(data_blocks("28", 8), 8);
	CHECK_EQ(data_blocks("28", 0), 0);
	CHECK_EQ(data_blocks("41", 8), 1);
	CHECK_EQ(data_blocks("93", 0xffffffff), 1);
	CHECK_EQ(data_blocks("93", 0), 1);
	CHECK_EQ(data_blocks("93 01", 8), 0);	/* NDOB */
	CHECK_EQ(data_blocks("93 08", 8), 1);
	CHECK_EQ(data_blocks("41 01", 8), 1);	/* there is none */
	CHECK_EQ(data_blocks("7f 01 00 00 00 00 00 18 00 0d 00", 8), 1);
	CHECK_EQ(data_blocks("7f 00 00 00 00 00 00 18 00 0d 01", 8), 0);
	CHECK_EQ(data_blocks("89", 255), 510);
	CHECK_EQ(data_blocks("89", 0), 0);
	CHECK_EQ(data_blocks("2f 00", 8), 0);
	CHECK_EQ(data_blocks("2f 02", 8), 8);
	CHECK_EQ(data_blocks("2f 12", 8), 8);
	CHECK_EQ(data_blocks("2f 04", 8), 0);	/* reserved */
	CHECK_EQ(data_blocks("2f 06", 8), 1);
	CHECK_EQ(data_blocks("2f 06", 0), 0);
	CHECK_EQ(data_blocks("8f 02", 0xffffffff), 0xffffffff);
	/* byte 1 means nothing there */
	CHECK_EQ(data_blocks("7f 02 00 00 00 00 00 18 00 0a 00", 8), 0);
	CHECK_EQ(data_blocks("7f 00 00 00 00 00 00 18 00 0a 02", 8), 8);
	CHECK_EQ(data_blocks("7f 00 00 00 00 00 00 18 00 0a 06", 8), 1);
}

static void check_usage(u8 type, const char *cdb, const char *want)
{
	u8 bytes[SCST_MAX_CDB_LEN] = { 0 }, usage[SCST_MAX_CDB_LEN];
	char text[2 * SCST_MAX_CDB_LEN + 1];
	const struct scst_op *op;
	unsigned int i;

	from_hex(cdb, bytes);
	op = scst_op_find(type, bytes, sizeof(bytes));
	CHECK_CASE(op, "%s", cdb);
	if (!op)
		return;
	scst_op_usage(op, usage);
	for (i = 0; i < op->cdb_len; i++)
		sprintf(text + 2 * i, "%02x", usage[i]);
	CHECK_STR(text, want);
}

static void test_usage(void)
{
	/* The standard's own example, SPC-5 6.34.3, but for LINK and FLAG */
	check_usage(DISK, "a3 0c", "a30c87ffffffffffffff0004");
	check_usage(DISK, "00", "000000000004");
	check_usage(DISK, "12", "1201ffffff04");
	check_usage(DISK, "08", "081fffffff04");
	check_usage(DISK, "28", "281effffffff3fffff04");
	check_usage(DISK, "9e 10", "9e100000000000000000ffffffff0004");
	check_usage(DISK, "a3 0a", "a3ea00000000ffffffff0004");
	check_usage(DISK, "5f 03", "5f03ff0000ffffffff04");
	check_usage(DISK, "7f 00 00 00 00 00 00 18 00 0d",
		    "7f04000000003fff000d1900ffffffffffffffffffffffffffffffffffffffff");
}

/* Each bit of each CDB alone: refused just when the usage data lack it. */
static void check_bits(const struct scst_op *op)
{
	u8 cdb[SCST_MAX_CDB_LEN] = { op->op }, usage[SCST_MAX_CDB_LEN];
	unsigned int i, bit;

	scst_op_usage(op, usage);
	if (op->op == 0x7f) {
		cdb[7] = 0x18;
		cdb[9] = op->sa;
	} else if (op->sa != SCST_OP_NO_SA) {
		cdb[1] = op->sa;
		usage[1] |= 0x1f;
	}
	if (op->flags & SCST_OP_OLD_LUN)
		usage[1] |= 0xe0;
	CHECK_CASE(scst_op_is_clean(op, cdb), "%s", op->name);
	CHECK_CASE(scst_op_reserved_bit(op, cdb) == -1, "%s", op->name);
	for (i = 1; i < SCST_MAX_CDB_LEN; i++)
		for (bit = 0; bit < 8; bit++) {
			bool valid = i >= op->cdb_len || usage[i] >> bit & 1 ||
				     (op->op == 0x7f && (i == 8 || i == 9));

			cdb[i] ^= 1 << bit;
			CHECK_CASE(scst_op_is_clean(op, cdb) == valid,
				   "%s: byte %u, bit %u", op->name, i, bit);
			CHECK_CASE((scst_op_reserved_bit(op, cdb) == -1) == valid,
				   "%s: byte %u, bit %u", op->name, i, bit);
			cdb[i] ^= 1 << bit;
		}
}

static void test_bits(void)
{
	unsigned int i;

	for (i = 0; i < scst_op_table_size; i++)
		check_bits(&scst_op_table[i]);
}

static int reserved(u8 type, const char *hex)
{
	u8 cdb[SCST_MAX_CDB_LEN] = { 0 };
	const struct scst_op *op;

	from_hex(hex, cdb);
	op = scst_op_find(type, cdb, sizeof(cdb));
	return op ? scst_op_reserved_bit(op, cdb) : 4711;
}

static void test_reserved_bit(void)
{
	CHECK_EQ(reserved(DISK, "00 00 00 00 00 04"), -1);	/* NACA */
	CHECK_EQ(reserved(DISK, "00 00 00 00 00 01"), 5 * 8 + 0);
	CHECK_EQ(reserved(DISK, "00 00 00 01 80 00"), 3 * 8 + 0);
	CHECK_EQ(reserved(DISK, "00 22 00 01 80 00"), 1 * 8 + 5);
	CHECK_EQ(reserved(DISK, "12 02 00 00 24 00"), 1 * 8 + 1);
	CHECK_EQ(reserved(DISK, "28 1e 00 00 00 00 3f 00 01 00"), -1);
	CHECK_EQ(reserved(DISK, "28 00 00 00 00 00 c0 00 01 00"), 6 * 8 + 7);
	CHECK_EQ(reserved(DISK, "08 e0 00 00 01 00"), 1 * 8 + 7);
	/* a field in error is pointed to by its most significant bit */
	CHECK_EQ(reserved(DISK, "28 20 00 00 00 00 00 00 01 00"), 1 * 8 + 7);
	CHECK_EQ(reserved(DISK, "7f 00 00 00 00 00 00 18 00 0b 20"), 10 * 8 + 7);
	CHECK_EQ(reserved(DISK, "7f 20 00 00 00 00 00 18 00 0b 00"), 1 * 8 + 5);
	CHECK_EQ(reserved(DISK, "12 20 00 00 24 00"), -1);
	CHECK_EQ(reserved(DISK, "5a 20 00 00 00 00 00 00 24 00"), 1 * 8 + 5);
	/* the old place of the format, which Linux's sr still uses */
	CHECK_EQ(reserved(ROM, "43 00 00 00 00 00 00 00 0c 40"), -1);
}

/* What must hold for whole classes of rows, whatever the golden file says. */
static void test_rules(void)
{
	unsigned int i;

	for (i = 0; i < scst_op_table_size; i++) {
		const struct scst_op *op = &scst_op_table[i];
		const u32 f = op->flags;
		bool names_write = !strncmp(op->name, "WRITE", 5) &&
				   strcmp(op->name, "WRITE BUFFER");

		CHECK_CASE(!names_write || f & SCST_OP_WRITES, "%s", op->name);
		CHECK_CASE(strncmp(op->name, "READ", 4) || !(f & SCST_OP_WRITES),
			   "%s", op->name);
		CHECK_CASE(op->dir != IN || !(f & SCST_OP_WRITES), "%s", op->name);
		CHECK_CASE(!(f & SCST_OP_LOCAL_WORK) || f & SCST_OP_LOCAL, "%s",
			   op->name);
		CHECK_CASE(!(f & SCST_OP_RESV_READS) ||
			   !(f & (SCST_OP_WRITES | SCST_OP_RESV_EXEMPT)), "%s",
			   op->name);
		CHECK_CASE(!(f & SCST_OP_RESERVE_BARS) || f & SCST_OP_RESV_EXEMPT,
			   "%s", op->name);
		CHECK_CASE(!(f & SCST_OP_ANY_LUN) || op->types == SCST_OP_ALL_TYPES,
			   "%s", op->name);
		CHECK_CASE(!(f & (SCST_OP_DATA_ONE | SCST_OP_DATA_TWICE |
				  SCST_OP_BYTCHK)) || f & SCST_OP_LEN_BLOCKS,
			   "%s", op->name);
		CHECK_CASE(!(f & SCST_OP_ZERO_IS_256) || op->cdb_len == 6, "%s",
			   op->name);
	}
}

static const struct {
	u32 flag;
	const char *name;
} flag_names[] = {
	{ SCST_OP_WRITES, "writes" },
	{ SCST_OP_SKIP_UA, "skip_ua" },
	{ SCST_OP_RESV_EXEMPT, "resv_exempt" },
	{ SCST_OP_LEN_BLOCKS, "len_blocks" },
	{ SCST_OP_ZERO_IS_256, "zero_is_256" },
	{ SCST_OP_ANY_LUN, "any_lun" },
	{ SCST_OP_LOCAL, "local" },
	{ SCST_OP_MEDIUM, "medium" },
	{ SCST_OP_RANGE, "range" },
	{ SCST_OP_DATA_ONE, "data_one" },
	{ SCST_OP_DATA_TWICE, "data_twice" },
	{ SCST_OP_BYTCHK, "bytchk" },
	{ SCST_OP_LEN_EXPECTED, "len_expected" },
	{ SCST_OP_NDOB, "ndob" },
	{ SCST_OP_OLD_LUN, "old_lun" },
	{ SCST_OP_RESV_READS, "resv_reads" },
	{ SCST_OP_RESERVE_BARS, "reserve_bars" },
	{ SCST_OP_LOCAL_WORK, "local_work" },
	{ SCST_OP_VIRTUAL, "virtual" },
};

static void dump_field(const char *name, const struct scst_op_field *f)
{
	if (f->len)
		printf(" %s=%u+%u", name, f->off, f->len);
	if (f->mask)
		printf("&%x", f->mask);
}

static void dump_flags(u32 flags)
{
	const char *sep = " ";
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flag_names); i++)
		if (flags & flag_names[i].flag) {
			printf("%s%s", sep, flag_names[i].name);
			flags &= ~flag_names[i].flag;
			sep = ",";
		}
	if (flags)
		printf("%s%x", sep, flags);
}

static void dump_usage(const struct scst_op *op)
{
	u8 usage[SCST_MAX_CDB_LEN];
	unsigned int i;

	scst_op_usage(op, usage);
	printf(" usage=");
	for (i = 0; i < op->cdb_len; i++)
		printf("%02x", usage[i]);
}

static void dump(void)
{
	static const char * const dirs[] = { "unknown", "out", "in", "both", "none" };
	unsigned int i;

	for (i = 0; i < scst_op_table_size; i++) {
		const struct scst_op *op = &scst_op_table[i];

		printf("%02x", op->op);
		if (op->sa != SCST_OP_NO_SA)
			printf("/%02x", op->sa);
		printf(" %s: %u %s %08x", op->name, op->cdb_len,
		       op->dir < ARRAY_SIZE(dirs) ? dirs[op->dir] : "?",
		       op->types);
		dump_field("lba", &op->lba);
		dump_field("len", &op->len);
		if (op->fixed_len)
			printf(" fixed=%u", op->fixed_len);
		dump_flags(op->flags);
		dump_usage(op);
		printf("\n");
	}
}

static const struct unit_test tests[] = {
	{ "find_is_search", test_find_is_search },
	{ "find_short", test_find_short },
	{ "primary", test_primary },
	{ "disk", test_disk },
	{ "other_types", test_other_types },
	{ "unknown", test_unknown },
	{ "cdb_len", test_cdb_len },
	{ "field", test_field },
	{ "data_blocks", test_data_blocks },
	{ "usage", test_usage },
	{ "bits", test_bits },
	{ "reserved_bit", test_reserved_bit },
	{ "rules", test_rules },
};

int main(int argc, char **argv)
{
	if (scst_op_init()) {
		printf("not ok unit/opcode/init: the table contradicts itself\n");
		return 1;
	}
	if (argc > 1 && !strcmp(argv[1], "--dump")) {
		dump();
		return 0;
	}
	return unit_run("opcode", tests, ARRAY_SIZE(tests));
}
