// SPDX-License-Identifier: GPL-2.0
/* links: src/core/pr_file.c src/core/pr_transport_id.c */
/* Persistent reservations in a file: what was written is read, damage is seen. */
#include <stdlib.h>

#include <linux/string.h>

#include "check.h"
#include "kapi_base.h"
#include "pr_file.h"

static u8 file[4096];

static void port_make(struct scst_pr_port *port, const char *initiator,
		      const char *driver, const char *target, u16 id)
{
	memset(port, 0, sizeof(*port));
	scst_transport_id_iscsi(&port->id, initiator);
	strscpy(port->driver, driver, sizeof(port->driver));
	strscpy(port->target, target, sizeof(port->target));
	port->rel_tgt_id = id;
}

/* A file of three registrations, the second of which holds @type. */
static size_t file_make(u8 type, u8 holders)
{
	struct scst_pr_file f = { .buf = file, .size = sizeof(file) };
	struct scst_pr_port port;

	scst_pr_file_begin(&f, "disk1", type);
	port_make(&port, "iqn.a", "drv", "tgt", 1);
	scst_pr_file_add(&f, &port, 0x1122334455667788, holders & 1);
	port_make(&port, "iqn.b", "drv", "tgt", 1);
	scst_pr_file_add(&f, &port, 2, holders & 2);
	port_make(&port, "iqn.a", "drv2", "a.longer.target.name", 65535);
	scst_pr_file_add(&f, &port, ~0ULL, holders & 4);
	return scst_pr_file_end(&f);
}

/* Reads all of memory of exactly @len bytes. Returns what is wrong with it. */
static const char *file_read(size_t len, const char *device, u32 *n)
{
	struct scst_pr_file f = { .buf = malloc(len ? len : 1), .size = len };
	struct scst_pr_port port;
	const char *why;
	bool holder;
	u64 key;

	memcpy(f.buf, file, len);
	*n = 0;
	why = scst_pr_file_open(&f, device);
	while (!why && f.n) {
		why = scst_pr_file_next(&f, &port, &key, &holder);
		*n += !why;
	}
	if (!why)
		why = scst_pr_file_close(&f);
	free(f.buf);
	return why;
}

static void test_round_trip(void)
{
	struct scst_pr_file f = { .buf = file };
	struct scst_pr_port port, want;
	bool holder;
	u64 key;

	f.size = file_make(SCST_PR_WRITE_EXCL_REGS, 2);
	CHECK(!scst_pr_file_open(&f, "disk1"));
	CHECK_EQ(f.type, SCST_PR_WRITE_EXCL_REGS);
	CHECK_EQ(f.n, 3);

	CHECK(!scst_pr_file_next(&f, &port, &key, &holder));
	port_make(&want, "iqn.a", "drv", "tgt", 1);
	CHECK(scst_transport_id_is(&port.id, &want.id));
	CHECK_STR(port.driver, "drv");
	CHECK_STR(port.target, "tgt");
	CHECK_EQ(port.rel_tgt_id, 1);
	CHECK_EQ(key, 0x1122334455667788);
	CHECK(!holder);

	CHECK(!scst_pr_file_next(&f, &port, &key, &holder));
	CHECK_EQ(key, 2);
	CHECK(holder);

	CHECK(!scst_pr_file_next(&f, &port, &key, &holder));
	CHECK_STR(port.driver, "drv2");
	CHECK_STR(port.target, "a.longer.target.name");
	CHECK_EQ(port.rel_tgt_id, 65535);
	CHECK_EQ(key, ~0ULL);
	CHECK(!scst_pr_file_close(&f));
}

static void test_room(void)
{
	struct scst_pr_file f = { .buf = file };
	struct scst_pr_port port;

	port_make(&port, "iqn.a", "drv", "tgt", 1);
	f.size = SCST_PR_FILE_HDR + scst_pr_file_need(&port) * 2 - 1;
	scst_pr_file_begin(&f, "disk1", 0);
	CHECK(scst_pr_file_add(&f, &port, 1, false));
	CHECK(!scst_pr_file_add(&f, &port, 1, false));
	CHECK_EQ(scst_pr_file_end(&f),
		 SCST_PR_FILE_HDR + scst_pr_file_need(&port));
}

/* No bit of it may change, no byte may be missing or follow. */
static void test_damage(void)
{
	size_t len = file_make(SCST_PR_EXCL_ACCESS, 1), i;
	unsigned int bit;
	u32 n;

	CHECK(!file_read(len, "disk1", &n));
	CHECK_EQ(n, 3);
	for (i = 0; i < len; i++) {
		CHECK_CASE(file_read(i, "disk1", &n), "%zu bytes", i);
		for (bit = 0; bit < 8; bit++) {
			file[i] ^= 1 << bit;
			CHECK_CASE(file_read(len, "disk1", &n), "byte %zu, bit %u",
				   i, bit);
			file[i] ^= 1 << bit;
		}
	}
	CHECK_STR(file_read(len + 1, "disk1", &n), "its length is wrong");
	CHECK_STR(file_read(len, "disk2", &n), "it is of another device");
	CHECK_STR(file_read(0, "disk1", &n), "it is too short");
}

/* Sums that are right over contents that can't be. */
static void test_contradictions(void)
{
	u32 n;

	CHECK(!file_read(file_make(SCST_PR_NO_TYPE, 0), "disk1", &n));
	CHECK(file_read(file_make(SCST_PR_NO_TYPE, 1), "disk1", &n));
	CHECK(file_read(file_make(SCST_PR_WRITE_EXCL, 0), "disk1", &n));
	CHECK(file_read(file_make(SCST_PR_WRITE_EXCL, 3), "disk1", &n));
	CHECK(!file_read(file_make(SCST_PR_WRITE_EXCL_ALL, 0), "disk1", &n));
	CHECK(file_read(file_make(SCST_PR_WRITE_EXCL_ALL, 1), "disk1", &n));
	CHECK(file_read(file_make(2, 1), "disk1", &n));
	CHECK(file_read(file_make(9, 1), "disk1", &n));
	CHECK(file_read(file_make(0x81, 1), "disk1", &n));
}

static void test_types(void)
{
	unsigned int type, n = 0;

	for (type = 0; type < 256; type++)
		n += scst_pr_type_in(type, SCST_PR_TYPES);
	CHECK_EQ(n, 6);
	CHECK(scst_pr_type_in(SCST_PR_EXCL_ACCESS_ALL, SCST_PR_TYPES_ALL));
	CHECK(!scst_pr_type_in(SCST_PR_EXCL_ACCESS_REGS, SCST_PR_TYPES_ALL));
	CHECK(scst_pr_type_in(SCST_PR_WRITE_EXCL_ALL, SCST_PR_TYPES_WRITE));
	CHECK(!scst_pr_type_in(SCST_PR_EXCL_ACCESS, SCST_PR_TYPES_WRITE));
	CHECK(!scst_pr_type_in(SCST_PR_NO_TYPE, SCST_PR_TYPES_SHARED));
}

int main(void)
{
	static const struct unit_test tests[] = {
		{ "round_trip", test_round_trip },
		{ "room", test_room },
		{ "damage", test_damage },
		{ "contradictions", test_contradictions },
		{ "types", test_types },
	};

	return unit_run("pr_file", tests, ARRAY_SIZE(tests));
}
