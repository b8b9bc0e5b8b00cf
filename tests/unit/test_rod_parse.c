// SPDX-License-Identifier: GPL-2.0
/* links: src/handlers/vdisk/rod_parse.c */
/* Parameter lists of POPULATE TOKEN and WRITE USING TOKEN, and tokens, byte for byte. */
#include <stdlib.h>

#include "check.h"
#include "kapi_base.h"
#include "../../src/handlers/vdisk/rod_parse.h"

static u8 list[VDISK_ROD_LIST + 64];

typedef bool parse_fn(struct vdisk_rod_list *l, const u8 *list, u32 len,
		      struct vdisk_xcopy_error *e);

static void range(unsigned int at, unsigned int i, u64 lba, u32 n)
{
	put_unaligned_be64(lba, &list[at + i * 16]);
	put_unaligned_be32(n, &list[at + i * 16 + 8]);
	put_unaligned_be16((i + 1) * 16, &list[at - 2]);
	put_unaligned_be16(at + (i + 1) * 16 - 2, &list[0]);
}

static void make_good(unsigned int at)
{
	memset(list, 0, sizeof(list));
	range(at, 0, 0x123456789aULL, 7);
	range(at, 1, 5, 3);
}

/* Parses memory of exactly @len bytes: 0, or ASC and ASCQ. */
static int parse(parse_fn *fn, struct vdisk_rod_list *l, u32 len,
		 struct vdisk_xcopy_error *e)
{
	u8 *exact = malloc(len ? len : 1);
	bool ok;

	memcpy(exact, list, len);
	ok = fn(l, exact, len, e);
	free(exact);
	return ok ? 0 : e->asc << 8 | e->ascq;
}

static void test_populate(void)
{
	struct vdisk_xcopy_error e;
	struct vdisk_rod_list l;
	u64 lba;

	make_good(16);
	CHECK(vdisk_rod_parse_populate(&l, list, 48, &e));
	CHECK_EQ(l.n, 2);
	CHECK_EQ(l.blocks, 10);
	CHECK_EQ(l.timeout, 60);
	CHECK_EQ(l.type, 0x00800001);
	CHECK(!l.immed);
	CHECK_EQ(vdisk_rod_get_range(&l, 0, &lba), 7);
	CHECK_EQ(lba, 0x123456789aULL);
	CHECK_EQ(vdisk_rod_get_range(&l, 1, &lba), 3);
	CHECK_EQ(lba, 5);
	list[2] = 0x03;
	list[7] = 9;
	put_unaligned_be32(0x00010000, &list[8]);
	CHECK(vdisk_rod_parse_populate(&l, list, 48, &e));
	CHECK(l.immed);
	CHECK_EQ(l.timeout, 9);
	CHECK_EQ(l.type, 0x00010000);
}

static void test_populate_refused(void)
{
	struct vdisk_xcopy_error e;
	struct vdisk_rod_list l;

	make_good(16);
	put_unaligned_be32(601, &list[4]);
	CHECK_EQ(parse(vdisk_rod_parse_populate, &l, 48, &e), 0x2600);
	CHECK_EQ(e.byte, 4);
	make_good(16);
	list[2] = 0x02;
	CHECK_EQ(parse(vdisk_rod_parse_populate, &l, 48, &e), 0x2600);
	CHECK_EQ(e.byte, 8);
	put_unaligned_be32(0xffff0001, &list[8]);
	CHECK_EQ(parse(vdisk_rod_parse_populate, &l, 48, &e), 0x2600);
}

static void test_write(void)
{
	struct vdisk_xcopy_error e;
	struct vdisk_rod_list l;

	make_good(536);
	list[2] = 0x02;
	list[15] = 4;
	list[16] = 0xaa;
	list[527] = 0xbb;
	CHECK(vdisk_rod_parse_write(&l, list, 536 + 32, &e));
	CHECK(l.del_token);
	CHECK(!l.immed);
	CHECK_EQ(l.offset, 4);
	CHECK_EQ(l.token[0], 0xaa);
	CHECK_EQ(l.token[511], 0xbb);
	CHECK_EQ(l.n, 2);
}

static void test_cut_off(void)
{
	struct vdisk_xcopy_error e;
	struct vdisk_rod_list l;
	u32 len;

	make_good(16);
	for (len = 0; len < 48; len++)
		CHECK_EQ(parse(vdisk_rod_parse_populate, &l, len, &e), 0x1a00);
	CHECK_EQ(parse(vdisk_rod_parse_populate, &l, 48, &e), 0);
	make_good(536);
	for (len = 0; len < 536 + 32; len++)
		CHECK_EQ(parse(vdisk_rod_parse_write, &l, len, &e), 0x1a00);
	CHECK_EQ(parse(vdisk_rod_parse_write, &l, 536 + 32, &e), 0);
}

static void test_lengths(void)
{
	struct vdisk_xcopy_error e;
	struct vdisk_rod_list l;
	unsigned int i;

	make_good(16);
	list[1] = 0x1d;
	CHECK_EQ(parse(vdisk_rod_parse_populate, &l, 48, &e), 0x2600);
	CHECK_EQ(e.byte, 0);
	make_good(16);
	list[15] = 0;
	CHECK_EQ(parse(vdisk_rod_parse_populate, &l, 48, &e), 0x2600);
	CHECK_EQ(e.byte, 14);
	list[15] = 31;
	CHECK_EQ(parse(vdisk_rod_parse_populate, &l, 48, &e), 0x2600);
	list[15] = 48;
	CHECK_EQ(parse(vdisk_rod_parse_populate, &l, 48, &e), 0x2600);
	for (i = 0; i < 64; i++)
		range(16, i, i * 2, 1);
	CHECK_EQ(parse(vdisk_rod_parse_populate, &l, 16 + 64 * 16, &e), 0);
	range(16, 64, 1000, 1);
	CHECK_EQ(parse(vdisk_rod_parse_populate, &l, 16 + 64 * 16, &e), 0x2608);
}

static void test_ranges(void)
{
	struct vdisk_xcopy_error e;
	struct vdisk_rod_list l;

	make_good(16);
	range(16, 1, 0x123456789aULL + 6, 1);
	CHECK_EQ(parse(vdisk_rod_parse_populate, &l, 48, &e), 0x2600);
	CHECK_EQ(e.byte, 32);
	range(16, 1, 0x123456789aULL + 7, 1);
	CHECK_EQ(parse(vdisk_rod_parse_populate, &l, 48, &e), 0);
	range(16, 1, 0x123456789aULL - 3, 4);
	CHECK_EQ(parse(vdisk_rod_parse_populate, &l, 48, &e), 0x2600);
	/* Nothing can't overlap, and an end can't be before its beginning. */
	range(16, 1, 0x123456789aULL, 0);
	CHECK_EQ(parse(vdisk_rod_parse_populate, &l, 48, &e), 0);
	CHECK_EQ(l.blocks, 7);
	range(16, 1, ~0ULL, 0xffffffff);
	CHECK_EQ(parse(vdisk_rod_parse_populate, &l, 48, &e), 0x2600);
	CHECK_EQ(e.byte, 32);
}

static void test_token(void)
{
	static const u8 secret[VDISK_ROD_SECRET] = { 1, [31] = 2 };
	struct vdisk_rod_info info = {
		.type = 0x00800001, .id = 77, .naa = 0x3000000000000001ULL,
		.bytes = 0x123400, .block = 512, .secret = secret,
	};
	u8 token[VDISK_ROD_TOKEN];
	u64 id;

	memset(token, 0xee, sizeof(token));
	vdisk_rod_build(token, &info);
	CHECK_EQ(get_unaligned_be32(&token[0]), 0x00800001);
	CHECK_EQ(get_unaligned_be16(&token[6]), 0x1f8);
	CHECK_EQ(token[16], 0xe4);
	CHECK_EQ(get_unaligned_be64(&token[24]), 0x3000000000000001ULL);
	CHECK_EQ(get_unaligned_be64(&token[48]), 0);
	CHECK_EQ(get_unaligned_be64(&token[56]), 0x123400);
	CHECK_EQ(get_unaligned_be32(&token[96]), 512);
	CHECK_EQ(token[256], 1);
	CHECK_EQ(token[287], 2);
	CHECK_EQ(token[288], 0);
	CHECK_EQ(token[511], 0);
	CHECK_EQ(vdisk_rod_check(token, &id), 0);
	CHECK_EQ(id, 77);
	token[7]++;
	CHECK_EQ(vdisk_rod_check(token, &id), 0x230a);
	token[7]--;
	token[15] = 0;
	CHECK_EQ(vdisk_rod_check(token, &id), 0x2304);
	put_unaligned_be32(0x00800002, &token[0]);
	CHECK_EQ(vdisk_rod_check(token, &id), 0x2301);
	put_unaligned_be32(0xffff0001, &token[0]);
	token[15] = 9;
	CHECK_EQ(vdisk_rod_check(token, &id), 0);
	CHECK_EQ(id, 0);
}

static const struct unit_test tests[] = {
	{ "populate", test_populate },
	{ "populate_refused", test_populate_refused },
	{ "write", test_write },
	{ "cut_off", test_cut_off },
	{ "lengths", test_lengths },
	{ "ranges", test_ranges },
	{ "token", test_token },
};

int main(void)
{
	return unit_run("rod_parse", tests, ARRAY_SIZE(tests));
}
