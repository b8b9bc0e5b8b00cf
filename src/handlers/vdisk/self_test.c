// SPDX-License-Identifier: GPL-2.0
/*
 * SEND DIAGNOSTIC and RECEIVE DIAGNOSTIC RESULTS (SPC-5 6.31, 6.20, 5.15). A self-test
 * reads blocks all over the backing. Log page 10h has the results.
 */
#include <linux/bits.h>
#include <linux/gfp.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/ktime.h>
#include <linux/workqueue.h>

#include "vdisk.h"
#include "fileio.h"

/* SEND DIAGNOSTIC, byte 1 */
#define DIAG_PF			BIT(4)
#define DIAG_SELFTEST		BIT(2)

/* SELF-TEST CODE, SPC-5 table 254 */
enum {
	TEST_DEFAULT		= 0,
	TEST_BG_SHORT		= 1,
	TEST_BG_EXTENDED	= 2,
	TEST_ABORT		= 4,
	TEST_SHORT		= 5,
	TEST_EXTENDED		= 6,
};

/* SELF-TEST RESULTS, SPC-5 table 429 */
enum {
	RESULT_GOOD		= 0x0,
	RESULT_ABORTED		= 0x1,	/* by SEND DIAGNOSTIC */
	RESULT_RESET		= 0x2,	/* by other means */
	RESULT_FAILED		= 0x7,
	RESULT_RUNNING		= 0xf,
};

/* Places that are read. */
#define TEST_PLACES		16
#define TEST_PLACES_EXTENDED	1024

static bool test_is_extended(u8 code)
{
	return code == TEST_EXTENDED || code == TEST_BG_EXTENDED;
}

/* A new entry, in front of the others; the oldest one falls out. */
static struct vdisk_self_test *__result_new(struct vdisk_unit *unit, u8 code)
{
	struct vdisk_self_test *t = unit->self_tests;
	u64 hours = div_u64(ktime_get_boottime_seconds() - unit->opened, 3600);

	lockdep_assert_held(&unit->mutex);
	memmove(t + 1, t, (VDISK_SELF_TESTS - 1) * sizeof(*t));
	*t = (struct vdisk_self_test) {
		.done = true,
		.code = code,
		.result = RESULT_RUNNING,
		.hours = min_t(u64, hours, U16_MAX),
		.lba = U64_MAX,
	};
	return t;
}

static int test_read(struct vdisk_dev *vdev, struct page *page, u64 lba)
{
	struct vdisk_fs_task task;
	int err;

	vdisk_fs_enter(&task);
	err = vdev->mode->io(vdev, page, lba << vdev->block_shift,
			     1U << vdev->block_shift, false, false);
	vdisk_fs_leave(&task);
	return err;
}

/* From the first block to the last. Returns a RESULT_*; @lba: where it failed. */
static u8 test_run(struct vdisk_dev *vdev, u8 code, u64 *lba)
{
	u32 i, places = test_is_extended(code) ? TEST_PLACES_EXTENDED :
						 TEST_PLACES;
	u64 last = vdisk_nblocks(vdev) - 1;
	u8 stop, result = RESULT_GOOD;
	struct page *page;

	if (!vdev->mode->io)
		return RESULT_GOOD;
	page = alloc_page(GFP_NOIO);
	if (!page)
		return RESULT_RESET;
	for (i = 0; i < places && result == RESULT_GOOD; i++) {
		*lba = mul_u64_u32_div(last, i, places - 1);
		stop = READ_ONCE(vdev->unit.test_stop);
		if (stop)
			result = stop;
		else if (test_read(vdev, page, *lba))
			result = RESULT_FAILED;
	}
	__free_page(page);
	return result;
}

static void __result_set(struct vdisk_self_test *t, u8 result, u64 lba)
{
	t->result = result;
	if (result == RESULT_FAILED)
		t->lba = lba;
}

static void test_work(struct work_struct *work)
{
	struct vdisk_unit *unit = container_of(work, struct vdisk_unit, test_work);
	struct vdisk_dev *vdev = container_of(unit, struct vdisk_dev, unit);
	u64 lba = 0;
	u8 result;

	result = test_run(vdev, unit->test_code, &lba);
	mutex_lock(&unit->mutex);
	/* A test in the foreground is refused meanwhile: it is still the newest. */
	__result_set(&unit->self_tests[0], result, lba);
	unit->test_code = 0;
	mutex_unlock(&unit->mutex);
}

void vdisk_self_test_init(struct vdisk_unit *unit)
{
	INIT_WORK(&unit->test_work, test_work);
}

/* A reset ends a test in the background. */
void vdisk_self_test_stop(struct vdisk_unit *unit)
{
	WRITE_ONCE(unit->test_stop, RESULT_RESET);
}

static void background_start(struct vdisk_unit *unit, u8 code)
{
	lockdep_assert_held(&unit->mutex);
	__result_new(unit, code);
	unit->test_code = code;
	WRITE_ONCE(unit->test_stop, 0);
	schedule_work(&unit->test_work);
}

static void foreground_run(struct scst_cmd *cmd, struct vdisk_dev *vdev, u8 code)
{
	struct vdisk_unit *unit = &vdev->unit;
	u64 lba = 0;
	u8 result;

	lockdep_assert_held(&unit->mutex);
	WRITE_ONCE(unit->test_stop, 0);
	result = test_run(vdev, code, &lba);
	__result_set(__result_new(unit, code), result, lba);
	if (result == RESULT_FAILED)
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_self_test_failed));
	else if (result != RESULT_GOOD)
		scst_set_busy(cmd);
}

static void self_test(struct scst_cmd *cmd, struct vdisk_dev *vdev, u8 code)
{
	struct vdisk_unit *unit = &vdev->unit;

	mutex_lock(&unit->mutex);
	if (code == TEST_ABORT && unit->test_code)
		WRITE_ONCE(unit->test_stop, RESULT_ABORTED);
	else if (code == TEST_ABORT)
		scst_set_invalid_field(cmd, 1, 7);
	else if (unit->test_code)
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_self_test_running));
	else if (code == TEST_BG_SHORT || code == TEST_BG_EXTENDED)
		background_start(unit, code);
	else
		foreground_run(cmd, vdev, code);
	mutex_unlock(&unit->mutex);
	if (code == TEST_ABORT)
		flush_work(&unit->test_work);
}

/* The one page is 00h, which asks for the list of pages. */
static void diag_list(struct scst_cmd *cmd)
{
	u8 page[4];

	if (!(cmd->cdb[1] & DIAG_PF))
		scst_set_invalid_field(cmd, 1, 4);
	else if (scst_get_param_list(cmd, page, 0, sizeof(page)) < sizeof(page))
		scst_set_cmd_error(cmd,
				   SCST_LOAD_SENSE(scst_sense_parameter_list_length_invalid));
	else if (page[0])
		scst_set_invalid_field_in_param(cmd, 0, -1);
	else if (page[1])
		scst_set_invalid_field_in_param(cmd, 1, -1);
	else if (get_unaligned_be16(&page[2]) || cmd->bufflen > sizeof(page))
		scst_set_invalid_field_in_param(cmd, 2, -1);
}

/**
 * vdisk_send_diagnostic() - SEND DIAGNOSTIC
 * @cmd: the command, in a thread
 * @vdev: the device
 *
 * UNITOFFL and DEVOFFL allow more than is done: others aren't disturbed.
 */
enum scst_exec_res vdisk_send_diagnostic(struct scst_cmd *cmd,
					 struct vdisk_dev *vdev)
{
	u8 code = cmd->cdb[1] >> 5;
	bool test = cmd->cdb[1] & DIAG_SELFTEST;

	if (test ? code : code == 3 || code == 7)
		scst_set_invalid_field(cmd, 1, 7);
	else if ((test || code) && cmd->bufflen)
		scst_set_invalid_field(cmd, 3, -1);
	else if (test || code)
		self_test(cmd, vdev, code);
	else if (cmd->bufflen)
		diag_list(cmd);
	return vdisk_finish(cmd);
}

/* SPC-5 6.20, 7.2.4: the list of supported pages, which is the page itself. */
void vdisk_receive_diagnostic(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	static const u8 page[] = { 0x00, 0x00, 0x00, 0x01, 0x00 };

	if (cmd->cdb[1] & 0x01 && cmd->cdb[2])
		scst_set_invalid_field(cmd, 2, -1);
	else
		scst_copy_response(cmd, page, sizeof(page));
}
