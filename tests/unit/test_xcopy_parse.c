// SPDX-License-Identifier: GPL-2.0
/* links: src/handlers/vdisk/xcopy_parse.c */
/* Parameter lists of EXTENDED COPY(LID1), byte for byte as SPC-5 6.6 lays them out. */
#include <stdlib.h>

#include "check.h"
#include "kapi_base.h"
#include "../../src/handlers/vdisk/xcopy_parse.h"

#define GOOD_LEN	(16 + 2 * 32 + 28)

static u8 list[16 + 20 * 32 + 300 * 28];

static void target(unsigned int i, u64 naa)
{
	u8 *d = &list[16 + 32 * i];

	d[0] = 0xe4;
	d[4] = 1;
	d[5] = 3;
	d[7] = 8;
	put_unaligned_be64(naa, &d[8]);
	d[30] = 2;
}

static void segment(u8 *d)
{
	d[0] = 0x02;
	d[3] = 0x18;
	d[7] = 1;
	d[11] = 5;
	put_unaligned_be64(0x123456789aULL, &d[12]);
	put_unaligned_be64(7, &d[20]);
}

/* Two devices, one segment. */
static void make_good(void)
{
	memset(list, 0, sizeof(list));
	list[0] = 9;
	list[3] = 64;
	list[11] = 28;
	target(0, 0x3000000000000001ULL);
	target(1, 0x3000000000000002ULL);
	segment(&list[16 + 64]);
}

/* Parses memory of exactly @len bytes: 0, or ASC and ASCQ. */
static int parse(u32 len, struct vdisk_xcopy_error *e)
{
	struct vdisk_xcopy x;
	u8 *exact = malloc(len ? len : 1);
	bool ok;

	memcpy(exact, list, len);
	ok = vdisk_xcopy_parse(&x, exact, len, e);
	free(exact);
	return ok ? 0 : e->asc << 8 | e->ascq;
}

static void test_good(void)
{
	struct vdisk_xcopy_error e;
	struct vdisk_xcopy_target t;
	struct vdisk_xcopy_segment s;
	struct vdisk_xcopy x;

	make_good();
	list[16 + 64 + 1] = 0x02;
	CHECK(vdisk_xcopy_parse(&x, list, GOOD_LEN, &e));
	CHECK_EQ(x.list_id, 9);
	CHECK_EQ(x.usage, 0);
	CHECK_EQ(x.n_targets, 2);
	CHECK_EQ(x.n_segments, 1);
	vdisk_xcopy_get_target(&x, 1, &t);
	CHECK(t.is_naa);
	CHECK_EQ(t.naa, 0x3000000000000002ULL);
	CHECK_EQ(t.block, 512);
	CHECK_EQ(t.at, 48);
	vdisk_xcopy_get_segment(&x, 0, &s);
	CHECK(s.dc);
	CHECK_EQ(s.src, 0);
	CHECK_EQ(s.dst, 1);
	CHECK_EQ(s.blocks, 5);
	CHECK_EQ(s.src_lba, 0x123456789aULL);
	CHECK_EQ(s.dst_lba, 7);
}

static void test_cut_off(void)
{
	struct vdisk_xcopy_error e;
	u32 len;

	make_good();
	for (len = 0; len < GOOD_LEN; len++)
		CHECK_EQ(parse(len, &e), 0x1a00);
	CHECK_EQ(parse(GOOD_LEN, &e), 0);
	/* Without any descriptor there is nothing to do. */
	memset(list, 0, 16);
	CHECK_EQ(parse(16, &e), 0);
	/* A segment of less than its length. */
	make_good();
	list[11] = 27;
	CHECK_EQ(parse(GOOD_LEN, &e), 0x1a00);
}

static void test_list_id(void)
{
	struct vdisk_xcopy_error e;

	make_good();
	list[1] = 2 << 3;
	CHECK_EQ(parse(GOOD_LEN, &e), 0);
	list[1] = 3 << 3;
	CHECK_EQ(parse(GOOD_LEN, &e), 0x2600);
	CHECK_EQ(e.byte, 0);
	list[0] = 0;
	CHECK_EQ(parse(GOOD_LEN, &e), 0);
	list[1] = 1 << 3;
	CHECK_EQ(parse(GOOD_LEN, &e), 0x2600);
	CHECK_EQ(e.byte, 1);
	CHECK_EQ(e.bit, 4);
}

static void test_limits(void)
{
	struct vdisk_xcopy_error e;

	make_good();
	put_unaligned_be16(17 * 32, &list[2]);
	CHECK_EQ(parse(sizeof(list), &e), 0x2606);
	make_good();
	put_unaligned_be32(257 * 28, &list[8]);
	CHECK_EQ(parse(sizeof(list), &e), 0x2608);
	/* More than the longest list there may be; no overflow. */
	put_unaligned_be32(0xffffffff, &list[8]);
	CHECK_EQ(parse(sizeof(list), &e), 0x1a00);
	make_good();
	list[15] = 1;
	CHECK_EQ(parse(sizeof(list), &e), 0x260b);
}

static void test_types(void)
{
	struct vdisk_xcopy_error e;

	make_good();
	list[16 + 32] = 0xe2;
	CHECK_EQ(parse(GOOD_LEN, &e), 0x2607);
	make_good();
	list[16 + 1] = 0xe0;
	CHECK_EQ(parse(GOOD_LEN, &e), 0);
	make_good();
	list[16 + 7] = 21;
	CHECK_EQ(parse(GOOD_LEN, &e), 0x2600);
	CHECK_EQ(e.byte, 16 + 7);
	make_good();
	list[16 + 64] = 0x04;
	CHECK_EQ(parse(GOOD_LEN, &e), 0x2609);
	/* A shorter one of another type. */
	list[11] = 24;
	CHECK_EQ(parse(GOOD_LEN, &e), 0x2609);
	make_good();
	list[16 + 64 + 3] = 0x14;
	CHECK_EQ(parse(GOOD_LEN, &e), 0x2600);
	CHECK_EQ(e.byte, 16 + 64 + 2);
}

static const struct unit_test tests[] = {
	{ "good", test_good },
	{ "cut_off", test_cut_off },
	{ "list_id", test_list_id },
	{ "limits", test_limits },
	{ "types", test_types },
};

int main(void)
{
	return unit_run("xcopy_parse", tests, ARRAY_SIZE(tests));
}
