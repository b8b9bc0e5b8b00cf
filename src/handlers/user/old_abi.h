/* SPDX-License-Identifier: GPL-2.0 */
/* The layout of programs for SCST 2.x: options without the last member. */
#ifndef USER_OLD_ABI_H
#define USER_OLD_ABI_H

#include "scst_user.h"

struct user_opt_2x {
	u8 parse_type;
	u8 on_free_cmd_type;
	u8 memory_reuse_type;
	u8 partial_transfers_type;
	s32 partial_len;
	u8 tst;
	u8 tmf_only;
	u8 queue_alg;
	u8 qerr;
	u8 tas;
	u8 swp;
	u8 d_sense;
	u8 has_own_order_mgmt;
};

struct user_dev_desc_2x {
	aligned_u64 version_str;
	aligned_u64 license_str;
	u8 type;
	u8 sgv_shared;
	u8 sgv_disable_clustered_pool;
	s32 sgv_single_alloc_pages;
	s32 sgv_purge_interval;
	struct user_opt_2x opt;
	u32 block_size;
	u8 enable_pr_cmds_notifications;
	char name[SCST_MAX_NAME];
	char sgv_name[SCST_MAX_NAME];
};

#define USER_REGISTER_DEVICE_2X	_IOW('u', 1, struct user_dev_desc_2x)
#define USER_SET_OPTIONS_2X	_IOW('u', 3, struct user_opt_2x)
#define USER_GET_OPTIONS_2X	_IOR('u', 4, struct user_opt_2x)

#endif
