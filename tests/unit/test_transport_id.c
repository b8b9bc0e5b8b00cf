// SPDX-License-Identifier: GPL-2.0
/* links: src/core/pr_transport_id.c */
/* TransportIDs, byte for byte as SPC-5 7.6.4 lays them out. */
#include <stdlib.h>

#include "check.h"
#include "pr_transport_id.h"

/* Parses memory of exactly @len bytes, so that a sanitizer sees more. */
static size_t parse(struct scst_transport_id *id, const void *bytes, size_t len)
{
	u8 *exact = malloc(len ? len : 1);
	size_t ret;

	memcpy(exact, bytes, len);
	memset(id, 0xee, sizeof(*id));
	ret = scst_transport_id_parse(id, exact, len);
	free(exact);
	return ret;
}

static void test_iscsi(void)
{
	static const u8 padded[24] = "\x05\0\0\x14iqn.a";
	static const u8 longer[36] = "\x05\0\0\x20iqn.a";
	static const u8 four[28] = "\x05\0\0\x18iqn.2026-11.example";
	struct scst_transport_id a, b;
	char text[SCST_TRANSPORT_ID_TEXT];

	CHECK(scst_transport_id_iscsi(&a, "iqn.a"));
	CHECK_EQ(a.len, 24);
	CHECK(!memcmp(a.bytes, padded, 24));
	CHECK_EQ(scst_transport_id_protocol(&a), SCST_PROTOCOL_ISCSI);

	/* The same port, however much is padded. */
	CHECK_EQ(parse(&b, padded, 24), 24);
	CHECK(scst_transport_id_is(&a, &b));
	CHECK_EQ(parse(&b, longer, 36), 36);
	CHECK(scst_transport_id_is(&a, &b));
	scst_transport_id_text(&b, text, sizeof(text));
	CHECK_STR(text, "iqn.a");

	/* 19 bytes and the NUL fill 20, one more needs 24. */
	CHECK(scst_transport_id_iscsi(&a, "iqn.2026-11.example"));
	CHECK_EQ(a.len, 24);
	CHECK(scst_transport_id_iscsi(&b, "iqn.2026-11.examples"));
	CHECK_EQ(b.len, 28);
	CHECK_EQ(b.bytes[3], 24);
	CHECK(!scst_transport_id_is(&a, &b));
	CHECK_EQ(parse(&b, four, 28), 28);
	CHECK(scst_transport_id_is(&a, &b));
}

static void test_iscsi_port(void)
{
	static const char name[] = "iqn.a,i,0x00023d000001";
	u8 bytes[28] = "\x45\0\0\x18";
	struct scst_transport_id a, b;

	memcpy(bytes + 4, name, sizeof(name));
	CHECK(scst_transport_id_iscsi(&a, name));
	CHECK_EQ(a.bytes[0], 0x45);
	CHECK_EQ(parse(&b, bytes, sizeof(bytes)), sizeof(bytes));
	CHECK(scst_transport_id_is(&a, &b));
	/* One that says it has no ISID, and one that has none. */
	bytes[0] = 0x05;
	CHECK_EQ(parse(&b, bytes, sizeof(bytes)), 0);
	bytes[0] = 0x45;
	bytes[4 + 5] = '\0';
	CHECK_EQ(parse(&b, bytes, sizeof(bytes)), 0);
}

static void test_iscsi_limits(void)
{
	char name[300];
	struct scst_transport_id id;
	u8 bytes[24] = "\x05\0\0\x14iqn.a";
	size_t len;

	memset(name, 'x', sizeof(name));
	name[275] = '\0';
	CHECK(scst_transport_id_iscsi(&id, name));
	CHECK_EQ(id.len, SCST_TRANSPORT_ID_MAX);
	name[275] = 'x';
	name[276] = '\0';
	CHECK(!scst_transport_id_iscsi(&id, name));
	CHECK(!scst_transport_id_iscsi(&id, ""));
	CHECK(!scst_transport_id_iscsi(&id, "a b"));
	CHECK(!scst_transport_id_iscsi(&id, "a\x7f"));
	CHECK(scst_transport_id_iscsi(&id, "a\xc3\xa4"));

	for (len = 0; len < 24; len++)
		CHECK_CASE(!parse(&id, bytes, len), "%zu bytes", len);
	bytes[3] = 0x10;	/* below the least */
	CHECK_EQ(parse(&id, bytes, 24), 0);
	bytes[3] = 0x15;	/* no multiple of 4 */
	CHECK_EQ(parse(&id, bytes, 24), 0);
	bytes[3] = 0x18;	/* more than there is */
	CHECK_EQ(parse(&id, bytes, 24), 0);
	bytes[3] = 0x14;
	memset(bytes + 4, 'x', 20);	/* no NUL */
	CHECK_EQ(parse(&id, bytes, 24), 0);
	bytes[4] = '\0';		/* no name */
	CHECK_EQ(parse(&id, bytes, 24), 0);
	bytes[0] = 0x85;		/* no such format */
	bytes[4] = 'x';
	bytes[23] = '\0';
	CHECK_EQ(parse(&id, bytes, 24), 0);
}

static const struct {
	u8 first;
	u8 off, len;
	const char *text;	/* with bytes 0, 1, 2, ... */
} others[] = {
	{ 0x00, 8, 8, "fcp:08090a0b0c0d0e0f" },
	{ 0x01, 2, 6, "spi:02030607" },
	{ 0x03, 8, 8, "sbp:08090a0b0c0d0e0f" },
	{ 0x04, 8, 16, "srp:08090a0b0c0d0e0f1011121314151617" },
	{ 0x06, 4, 8, "sas:0405060708090a0b" },
	{ 0x0a, 2, 2, "sop:0203" },
};

static void test_others(void)
{
	struct scst_transport_id a, b;
	char text[SCST_TRANSPORT_ID_TEXT];
	u8 bytes[32];
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(others); i++) {
		for (j = 0; j < sizeof(bytes); j++)
			bytes[j] = j;
		bytes[0] = others[i].first;
		CHECK_EQ(parse(&a, bytes, sizeof(bytes)), 24);
		scst_transport_id_text(&a, text, sizeof(text));
		CHECK_STR(text, others[i].text);
		CHECK_EQ(a.bytes[1], 0);

		/* What is reserved makes no other port of it, what is not does. */
		bytes[1] ^= 0xff;
		CHECK_EQ(parse(&b, bytes, 24), 24);
		CHECK(scst_transport_id_is(&a, &b));
		bytes[others[i].off + others[i].len - 1] ^= 1;
		CHECK_EQ(parse(&b, bytes, 24), 24);
		CHECK(!scst_transport_id_is(&a, &b));

		CHECK_EQ(parse(&a, bytes, 23), 0);
		bytes[0] |= 0x40;
		CHECK_EQ(parse(&a, bytes, 24), 0);
	}
}

static void test_unknown(void)
{
	u8 bytes[24] = { };
	struct scst_transport_id id;
	unsigned int i, known = 0;

	for (i = 0; i < 256; i++) {
		bytes[0] = i;
		known += parse(&id, bytes, 24) != 0;
	}
	CHECK_EQ(known, ARRAY_SIZE(others));
}

int main(void)
{
	static const struct unit_test tests[] = {
		{ "iscsi", test_iscsi },
		{ "iscsi_port", test_iscsi_port },
		{ "iscsi_limits", test_iscsi_limits },
		{ "others", test_others },
		{ "unknown", test_unknown },
	};

	return unit_run("transport_id", tests, ARRAY_SIZE(tests));
}
