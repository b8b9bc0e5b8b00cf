// SPDX-License-Identifier: GPL-2.0
/* links: */
/*
 * /dev/scst_user as programs know it: compiling this is the test of layout and numbers
 * (tests/unit/run does it for 32 bits as well). Sense codes have to be run.
 */
#include "check.h"
#include "../user/abi.h"

static void check_sense(const char *name, int key, int asc, int ascq,
			unsigned int want)
{
	CHECK_CASE((unsigned int)(key << 16 | asc << 8 | ascq) == want, "%s",
		   name);
}

#define CHECK_SENSE(name, want)						\
	check_sense(#name, SCST_LOAD_SENSE(scst_sense_##name), want)

static void test_sense_codes(void)
{
	CHECK_SENSE(no_medium, 0x23a00);
	CHECK_SENSE(write_error, 0x30300);
	CHECK_SENSE(read_error, 0x31100);
	CHECK_SENSE(hardw_error, 0x44400);
	CHECK_SENSE(internal_failure, 0xb4400);
	CHECK_SENSE(block_out_range_error, 0x52100);
	CHECK_SENSE(parameter_value_invalid, 0x52602);
	CHECK_SENSE(parameter_list_length_invalid, 0x51a00);
	CHECK_SENSE(asym_access_state_changed, 0x62a06);
	CHECK_SENSE(tp_soft_threshold_reached, 0x63807);
	CHECK_SENSE(reported_luns_data_changed, 0x63f0e);
	CHECK_SENSE(data_protect, 0x72700);
	CHECK_SENSE(miscompare_error, 0xe1d00);
}

static const struct unit_test tests[] = {
	{ "sense_codes", test_sense_codes },
};

int main(void)
{
	return unit_run("user_abi", tests, ARRAY_SIZE(tests));
}
