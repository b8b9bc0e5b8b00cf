// SPDX-License-Identifier: GPL-2.0
/*
 * The log pages of virtual disks (SPC-5 7.3). What such a disk can't know, such as
 * temperatures, wear or errors of a transport, has no page.
 */
#include <linux/minmax.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "vdisk.h"
#include "log.h"

#define SELF_TEST_LEN		0x10

/**
 * vdisk_log_header() - the header of a parameter, SPC-5 7.3.2.2
 * @p: where to
 * @code: PARAMETER CODE
 * @format: FORMAT AND LINKING, VDISK_LOG_*
 * @len: bytes that follow
 *
 * Return: its length.
 */
unsigned int vdisk_log_header(u8 *p, u16 code, u8 format, u8 len)
{
	put_unaligned_be16(code, &p[0]);
	p[2] = format;
	p[3] = len;
	return VDISK_LOG_PARAM_HEADER;
}

static unsigned int put_header(u8 *p, u16 code, u8 len)
{
	return vdisk_log_header(p, code, VDISK_LOG_BINARY, len);
}

/* SPC-5 7.3.3: what initiators have stored. */
static unsigned int app_client_params(u8 *p, struct vdisk_dev *vdev,
				      u16 from)
{
	const struct vdisk_unit *unit = &vdev->unit;
	unsigned int code;
	u8 *start = p;

	for (code = from; code < VDISK_APP_CLIENT_N; code++) {
		p += put_header(p, code, VDISK_APP_CLIENT_LEN);
		if (unit->app_client)
			memcpy(p, unit->app_client[code], VDISK_APP_CLIENT_LEN);
		else
			memset(p, 0, VDISK_APP_CLIENT_LEN);
		p += VDISK_APP_CLIENT_LEN;
	}
	return p - start;
}

static void put_self_test(u8 *p, const struct vdisk_self_test *t)
{
	memset(p, 0, SELF_TEST_LEN);
	if (!t->done)
		return;
	p[0] = t->code << 5 | t->result;
	put_unaligned_be16(t->hours, &p[2]);
	put_unaligned_be64(t->lba, &p[4]);	/* all ones: none */
	if (t->lba != U64_MAX) {
		p[12] = MEDIUM_ERROR;
		p[13] = 0x11;			/* UNRECOVERED READ ERROR */
	}
}

/* SPC-5 7.3.20: the newest first, as parameter 1. */
static unsigned int self_test_params(u8 *p, struct vdisk_dev *vdev,
				     u16 from)
{
	const struct vdisk_unit *unit = &vdev->unit;
	unsigned int code;
	u8 *start = p;

	for (code = max_t(u16, from, 1); code <= VDISK_SELF_TESTS; code++) {
		p += put_header(p, code, SELF_TEST_LEN);
		put_self_test(p, &unit->self_tests[code - 1]);
		p += SELF_TEST_LEN;
	}
	return p - start;
}

/* SPC-5 7.3.11: no exception, and no sensor. */
static unsigned int exceptions_params(u8 *p, struct vdisk_dev *vdev,
				      u16 from)
{
	unsigned int len = put_header(p, 0, 4);

	memset(p + len, 0, 4);
	p[len + 2] = 0xff;		/* MOST RECENT TEMPERATURE READING */
	return len + 4;
}

const struct vdisk_log_page vdisk_log_pages[] = {
	{ 0x00, .is_list = true },
	{ 0x02, .max_param = 6, .len = VDISK_LOG_ERRORS_LEN,
	  .params = vdisk_log_write_errors,
	  .reset = vdisk_log_reset_write_errors },
	{ 0x03, .max_param = 6, .len = VDISK_LOG_ERRORS_LEN,
	  .params = vdisk_log_read_errors,
	  .reset = vdisk_log_reset_read_errors },
	{ 0x0c, .max_param = 2, .len = VDISK_LOG_PROVISIONING_LEN,
	  .is_there = vdisk_has_thresholds, .params = vdisk_log_provisioning },
	{ VDISK_LOG_APP_CLIENT, .max_param = VDISK_APP_CLIENT_N - 1,
	  .len = VDISK_APP_CLIENT_N *
		 (VDISK_LOG_PARAM_HEADER + VDISK_APP_CLIENT_LEN),
	  .params = app_client_params, .reset = vdisk_log_reset_app_client },
	{ 0x10, .max_param = VDISK_SELF_TESTS,
	  .len = VDISK_SELF_TESTS * (VDISK_LOG_PARAM_HEADER + SELF_TEST_LEN),
	  .params = self_test_params },
	{ 0x19, .max_param = 3, .len = VDISK_LOG_STATS_LEN,
	  .params = vdisk_log_stats },
	{ 0x2f, .max_param = 0, .len = 8, .params = exceptions_params },
};

const unsigned int vdisk_n_log_pages = ARRAY_SIZE(vdisk_log_pages);
