// SPDX-License-Identifier: GPL-2.0
/* links: */
/*
 * What scst_op_init() finds wrong with a table. opcode.c is included here, with a
 * table of the test's own in place of the real one.
 */
#include <errno.h>

#include <linux/kernel.h>

#include "check.h"
#include "scst_defs.h"

#define scst_op_table		real_table
#define scst_op_table_size	real_table_size
#include "opcode.h"
#undef scst_op_table
#undef scst_op_table_size

static struct scst_op rows[3];
static unsigned int n_rows;

#define scst_op_table		rows
#define scst_op_table_size	n_rows
union scst_op_mask scst_op_reserved[ARRAY_SIZE(rows)];
#include "../../src/core/opcode.c"

static const struct scst_op good = {
	.op = 0x28, .sa = SCST_OP_NO_SA, .cdb_len = 10, .dir = SCST_DATA_READ,
	.types = 1, .flags = SCST_OP_LEN_BLOCKS | SCST_OP_RANGE,
	.lba = { .off = 2, .len = 4 }, .len = { .off = 7, .len = 2 },
	.name = "READ(10)",
};

static const u8 inside[] = { 1, 0x18, 6, 0x3f, 0 };
static const u8 outside[] = { 1, 0x18, 10, 0x3f, 0 };
static const u8 no_bits[] = { 1, 0x18, 6, 0, 0 };

static int init(unsigned int n)
{
	memset(op_index, 0, sizeof(op_index));
	n_rows = n;
	return scst_op_init();
}

/* The row as it is after @change must be refused alone and behind another. */
#define CHECK_BAD(change)						\
do {									\
	struct scst_op row = good;					\
									\
	row.change;							\
	rows[0] = row;							\
	CHECK_CASE(init(1) == -EINVAL, "%s", #change);			\
	rows[0] = good;							\
	rows[0].op = 0x25;						\
	rows[1] = row;							\
	CHECK_CASE(init(2) == -EINVAL, "%s", #change);			\
} while (0)

static void test_good(void)
{
	const u8 cdb[10] = { 0x28 };

	rows[0] = good;
	CHECK_EQ(init(1), 0);
	CHECK(scst_op_find(0, cdb, 10) == &rows[0]);
	CHECK(!scst_op_find(1, cdb, 10));
	rows[0].bits = inside;
	CHECK_EQ(init(1), 0);
	CHECK_EQ(scst_op_reserved[0].byte[0], 0);
	CHECK_EQ(scst_op_reserved[0].byte[1], 0xe7);
	CHECK_EQ(scst_op_reserved[0].byte[2], 0);
	CHECK_EQ(scst_op_reserved[0].byte[6], 0xc0);
	CHECK_EQ(scst_op_reserved[0].byte[9], 0xfb);
	CHECK_EQ(scst_op_reserved[0].byte[10], 0);
	/* other types, same code */
	rows[1] = good;
	rows[1].types = 2;
	CHECK_EQ(init(2), 0);
	CHECK(scst_op_find(1, cdb, 10) == &rows[1]);
	/* init() twice changes nothing */
	CHECK_EQ(scst_op_init(), 0);
	CHECK(scst_op_find(0, cdb, 10) == &rows[0]);
}

static void test_bad_rows(void)
{
	CHECK_BAD(name = NULL);
	CHECK_BAD(types = 0);
	CHECK_BAD(cdb_len = 6);
	CHECK_BAD(cdb_len = 0);
	CHECK_BAD(op = 0xc0);
	CHECK_BAD(len.off = 9);
	CHECK_BAD(lba.off = 7);
	CHECK_BAD(lba.len = 9);
	CHECK_BAD(lba.off = 255);
	CHECK_BAD(len.len = 0);
	CHECK_BAD(lba.len = 0);
	CHECK_BAD(flags = SCST_OP_RANGE);
	CHECK_BAD(sa = 0x20);
	CHECK_BAD(bits = outside);
	CHECK_BAD(bits = no_bits);
	CHECK_BAD(flags |= SCST_OP_RESV_EXEMPT | SCST_OP_RESV_READS);
}

static void test_bad_neighbours(void)
{
	/* the same twice */
	rows[0] = good;
	rows[1] = good;
	CHECK_EQ(init(2), -EINVAL);
	rows[1].types = 3;
	CHECK_EQ(init(2), -EINVAL);
	/* with and without service action */
	rows[1] = good;
	rows[1].sa = 1;
	CHECK_EQ(init(2), -EINVAL);
	rows[1].types = 2;
	CHECK_EQ(init(2), 0);
	/* the same service action twice, with another between */
	rows[0].sa = 1;
	rows[1] = good;
	rows[1].sa = 2;
	rows[2] = rows[0];
	CHECK_EQ(init(2), 0);
	CHECK_EQ(init(3), -EINVAL);
	/* out of order */
	rows[0] = good;
	rows[1] = good;
	rows[1].op = 0x25;
	CHECK_EQ(init(2), -EINVAL);
}

static const struct unit_test tests[] = {
	{ "good", test_good },
	{ "bad_rows", test_bad_rows },
	{ "bad_neighbours", test_bad_neighbours },
};

int main(void)
{
	return unit_run("opcode_init", tests, ARRAY_SIZE(tests));
}
