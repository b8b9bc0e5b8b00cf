// SPDX-License-Identifier: GPL-2.0
/* links: src/core/sense.c */
/* Sense data, byte for byte as SPC-5 4.4 lays it out. */
#include <stdlib.h>

#include "check.h"
#include "scst_defs.h"
#include "sense.h"

/* Builds into memory of exactly @size bytes, so that a sanitizer sees more. */
static unsigned int build(u8 *out, unsigned int size, const struct scst_sense *s)
{
	u8 *exact = malloc(size);
	unsigned int len;

	memset(exact, 0xee, size);
	len = scst_sense_build(exact, size, s);
	memcpy(out, exact, size);
	free(exact);
	return len;
}

static void check_bytes(int line, const struct scst_sense *s, unsigned int size,
			const u8 *want, unsigned int want_len)
{
	u8 got[SCST_MAX_SENSE_LEN];
	unsigned int len = build(got, size, s), i;

	CHECK_CASE(len == want_len, "line %d: %u bytes", line, len);
	for (i = 0; i < want_len && i < len; i++)
		CHECK_CASE(got[i] == want[i], "line %d: byte %u is %02x",
			   line, i, got[i]);
	for (i = want_len; i < size; i++)
		CHECK_CASE(got[i] == 0xee, "line %d: byte %u was touched",
			   line, i);
}

#define CHECK_BYTES(sense, size, ...)					\
do {									\
	static const u8 unit_want[] = { __VA_ARGS__ };			\
	check_bytes(__LINE__, sense, size, unit_want, sizeof(unit_want)); \
} while (0)

static void test_fixed(void)
{
	struct scst_sense s = { .key = 0x5, .asc = 0x20, .ascq = 0x00 };

	CHECK_BYTES(&s, 96, 0x70, 0, 0x05, 0, 0, 0, 0, 10, 0, 0, 0, 0,
		    0x20, 0x00, 0, 0, 0, 0);
	CHECK_BYTES(&s, 18, 0x70, 0, 0x05, 0, 0, 0, 0, 10, 0, 0, 0, 0,
		    0x20, 0x00, 0, 0, 0, 0);
}

static void test_fixed_information(void)
{
	struct scst_sense s = {
		.key = 0x3, .asc = 0x11, .ascq = 0x04,
		.info_valid = true, .info = 0x01020304,
	};

	CHECK_BYTES(&s, 96, 0xf0, 0, 0x03, 1, 2, 3, 4, 10, 0, 0, 0, 0,
		    0x11, 0x04, 0, 0, 0, 0);
	s.info = 0;
	CHECK_BYTES(&s, 96, 0xf0, 0, 0x03, 0, 0, 0, 0, 10, 0, 0, 0, 0,
		    0x11, 0x04, 0, 0, 0, 0);
	s.info = 0xffffffff;
	CHECK_BYTES(&s, 96, 0xf0, 0, 0x03, 0xff, 0xff, 0xff, 0xff, 10, 0, 0, 0,
		    0, 0x11, 0x04, 0, 0, 0, 0);
	/* What is not valid is not shown. */
	s.info_valid = false;
	CHECK_BYTES(&s, 96, 0x70, 0, 0x03, 0, 0, 0, 0, 10, 0, 0, 0, 0,
		    0x11, 0x04, 0, 0, 0, 0);
}

static void test_fixed_field(void)
{
	struct scst_sense s = {
		.key = 0x5, .asc = 0x24,
		.field_valid = true, .field_byte = 2, .field_bit = -1,
	};

	/* SKSV, C/D; no BPV */
	CHECK_BYTES(&s, 96, 0x70, 0, 0x05, 0, 0, 0, 0, 10, 0, 0, 0, 0,
		    0x24, 0x00, 0, 0xc0, 0x00, 0x02);
	s.field_bit = 0;
	CHECK_BYTES(&s, 96, 0x70, 0, 0x05, 0, 0, 0, 0, 10, 0, 0, 0, 0,
		    0x24, 0x00, 0, 0xc8, 0x00, 0x02);
	s.field_bit = 7;
	s.field_byte = 0x1234;
	CHECK_BYTES(&s, 96, 0x70, 0, 0x05, 0, 0, 0, 0, 10, 0, 0, 0, 0,
		    0x24, 0x00, 0, 0xcf, 0x12, 0x34);
}

static void test_deferred(void)
{
	struct scst_sense s = { .key = 0x3, .asc = 0x0c, .deferred = true };

	CHECK_BYTES(&s, 96, 0x71, 0, 0x03, 0, 0, 0, 0, 10, 0, 0, 0, 0,
		    0x0c, 0x00, 0, 0, 0, 0);
	s.descriptor = true;
	CHECK_BYTES(&s, 96, 0x73, 0x03, 0x0c, 0x00, 0, 0, 0, 0);
}

static void test_descriptor(void)
{
	struct scst_sense s = {
		.key = 0x6, .asc = 0x29, .ascq = 0x03, .descriptor = true,
	};

	CHECK_BYTES(&s, 96, 0x72, 0x06, 0x29, 0x03, 0, 0, 0, 0);
	s.info_valid = true;
	s.info = 0x1122334455667788;
	CHECK_BYTES(&s, 96, 0x72, 0x06, 0x29, 0x03, 0, 0, 0, 12,
		    0x00, 0x0a, 0x80, 0, 0x11, 0x22, 0x33, 0x44,
		    0x55, 0x66, 0x77, 0x88);
	s.field_valid = true;
	s.field_byte = 10;
	s.field_bit = 3;
	CHECK_BYTES(&s, 96, 0x72, 0x06, 0x29, 0x03, 0, 0, 0, 20,
		    0x00, 0x0a, 0x80, 0, 0x11, 0x22, 0x33, 0x44,
		    0x55, 0x66, 0x77, 0x88,
		    0x02, 0x06, 0, 0, 0xcb, 0x00, 0x0a, 0);
	s.info_valid = false;
	CHECK_BYTES(&s, 96, 0x72, 0x06, 0x29, 0x03, 0, 0, 0, 8,
		    0x02, 0x06, 0, 0, 0xcb, 0x00, 0x0a, 0);
}

static void test_wide_information(void)
{
	struct scst_sense s = {
		.key = 0x5, .asc = 0x21, .info_valid = true, .info = 1ULL << 32,
	};

	/* 4.4.3: fixed format has no room for it, so it is not valid there. */
	CHECK_BYTES(&s, 96, 0x70, 0, 0x05, 0, 0, 0, 0, 10, 0, 0, 0, 0,
		    0x21, 0x00, 0, 0, 0, 0);
	s.descriptor = true;
	CHECK_BYTES(&s, 96, 0x72, 0x05, 0x21, 0x00, 0, 0, 0, 12,
		    0x00, 0x0a, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0);
	s.info_valid = false;
	s.descriptor = false;
	CHECK_BYTES(&s, 96, 0x70, 0, 0x05, 0, 0, 0, 0, 10, 0, 0, 0, 0,
		    0x21, 0x00, 0, 0, 0, 0);
}

static void test_progress(void)
{
	struct scst_sense s = {
		.key = 0x2, .asc = 0x04, .ascq = 0x1b,
		.progress_valid = true, .progress = 0x8001,
	};

	CHECK_BYTES(&s, 96, 0x70, 0, 0x02, 0, 0, 0, 0, 10, 0, 0, 0, 0,
		    0x04, 0x1b, 0, 0x80, 0x80, 0x01);
	s.descriptor = true;
	CHECK_BYTES(&s, 96, 0x72, 0x02, 0x04, 0x1b, 0, 0, 0, 8,
		    0x02, 0x06, 0, 0, 0x80, 0x80, 0x01, 0);
}

static void test_room(void)
{
	struct scst_sense s = {
		.key = 0x5, .asc = 0x21, .info_valid = true, .info = ~0ULL,
		.field_valid = true, .field_bit = -1,
		.descriptor = true,
	};
	u8 out[SCST_MAX_SENSE_LEN];
	unsigned int size;

	for (size = 18; size <= sizeof(out); size++)
		CHECK_EQ(build(out, size, &s), size < 28 ? size : 28);
}

/* scst_defs.h spreads a constant over three arguments. */
static struct scst_sense of(u8 key, u8 asc, u8 ascq)
{
	return (struct scst_sense){ .key = key, .asc = asc, .ascq = ascq };
}

static void test_constants(void)
{
	struct scst_sense s = of(SCST_LOAD_SENSE(scst_sense_lun_not_supported));

	CHECK_BYTES(&s, 18, 0x70, 0, 0x05, 0, 0, 0, 0, 10, 0, 0, 0, 0,
		    0x25, 0x00, 0, 0, 0, 0);
	s = of(SCST_LOAD_SENSE(scst_sense_reported_luns_data_changed_UA));
	CHECK_BYTES(&s, 18, 0x70, 0, 0x06, 0, 0, 0, 0, 10, 0, 0, 0, 0,
		    0x3f, 0x0e, 0, 0, 0, 0);
	s = of(SCST_LOAD_SENSE(scst_sense_medium_write_error));
	CHECK_BYTES(&s, 18, 0x70, 0, 0x03, 0, 0, 0, 0, 10, 0, 0, 0, 0,
		    0x0c, 0x00, 0, 0, 0, 0);
	s = of(SCST_LOAD_SENSE(scst_sense_data_protect));
	CHECK_BYTES(&s, 18, 0x70, 0, 0x07, 0, 0, 0, 0, 10, 0, 0, 0, 0,
		    0x27, 0x00, 0, 0, 0, 0);
}

static const struct unit_test tests[] = {
	{ "fixed", test_fixed },
	{ "fixed_information", test_fixed_information },
	{ "fixed_field", test_fixed_field },
	{ "deferred", test_deferred },
	{ "descriptor", test_descriptor },
	{ "wide_information", test_wide_information },
	{ "progress", test_progress },
	{ "room", test_room },
	{ "constants", test_constants },
};

int main(void)
{
	return unit_run("sense", tests, ARRAY_SIZE(tests));
}
