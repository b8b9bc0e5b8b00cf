/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The layout of /dev/scst_user's structures and its numbers, written down a second
 * time: programs were compiled with them. Checked for 64 and 32 bits.
 */
#ifndef SCST_TEST_ABI_H
#define SCST_TEST_ABI_H

#include <stddef.h>

#ifndef static_assert
#define static_assert(claim, text)	_Static_assert(claim, text)
#endif

#include "scst_user.h"

#define SCST_ABI_SIZE(type, bytes)					\
	static_assert(sizeof(type) == (bytes), #type)
#define SCST_ABI_AT(type, member, where)				\
	static_assert(offsetof(type, member) == (where), #type "." #member)
#define SCST_ABI_IS(name, number)					\
	static_assert((name) == (number), #name)

SCST_ABI_SIZE(struct scst_user_opt, 20);
SCST_ABI_AT(struct scst_user_opt, parse_type, 0);
SCST_ABI_AT(struct scst_user_opt, on_free_cmd_type, 1);
SCST_ABI_AT(struct scst_user_opt, memory_reuse_type, 2);
SCST_ABI_AT(struct scst_user_opt, partial_transfers_type, 3);
SCST_ABI_AT(struct scst_user_opt, partial_len, 4);
SCST_ABI_AT(struct scst_user_opt, tst, 8);
SCST_ABI_AT(struct scst_user_opt, tmf_only, 9);
SCST_ABI_AT(struct scst_user_opt, queue_alg, 10);
SCST_ABI_AT(struct scst_user_opt, qerr, 11);
SCST_ABI_AT(struct scst_user_opt, tas, 12);
SCST_ABI_AT(struct scst_user_opt, swp, 13);
SCST_ABI_AT(struct scst_user_opt, d_sense, 14);
SCST_ABI_AT(struct scst_user_opt, has_own_order_mgmt, 15);
SCST_ABI_AT(struct scst_user_opt, ext_copy_remap_supported, 16);

SCST_ABI_SIZE(struct scst_user_dev_desc, 160);
SCST_ABI_AT(struct scst_user_dev_desc, version_str, 0);
SCST_ABI_AT(struct scst_user_dev_desc, license_str, 8);
SCST_ABI_AT(struct scst_user_dev_desc, type, 16);
SCST_ABI_AT(struct scst_user_dev_desc, sgv_shared, 17);
SCST_ABI_AT(struct scst_user_dev_desc, sgv_disable_clustered_pool, 18);
SCST_ABI_AT(struct scst_user_dev_desc, sgv_single_alloc_pages, 20);
SCST_ABI_AT(struct scst_user_dev_desc, sgv_purge_interval, 24);
SCST_ABI_AT(struct scst_user_dev_desc, opt, 28);
SCST_ABI_AT(struct scst_user_dev_desc, block_size, 48);
SCST_ABI_AT(struct scst_user_dev_desc, enable_pr_cmds_notifications, 52);
SCST_ABI_AT(struct scst_user_dev_desc, name, 53);
SCST_ABI_AT(struct scst_user_dev_desc, sgv_name, 103);

SCST_ABI_SIZE(struct scst_user_sess, 536);
SCST_ABI_AT(struct scst_user_sess, sess_h, 0);
SCST_ABI_AT(struct scst_user_sess, lun, 8);
SCST_ABI_AT(struct scst_user_sess, threads_num, 16);
SCST_ABI_AT(struct scst_user_sess, rd_only, 18);
SCST_ABI_AT(struct scst_user_sess, scsi_transport_version, 20);
SCST_ABI_AT(struct scst_user_sess, phys_transport_version, 22);
SCST_ABI_AT(struct scst_user_sess, initiator_name, 24);
SCST_ABI_AT(struct scst_user_sess, target_name, 280);

SCST_ABI_SIZE(struct scst_user_scsi_cmd_parse, 80);
SCST_ABI_AT(struct scst_user_scsi_cmd_parse, sess_h, 0);
SCST_ABI_AT(struct scst_user_scsi_cmd_parse, cdb, 8);
SCST_ABI_AT(struct scst_user_scsi_cmd_parse, cdb_len, 24);
SCST_ABI_AT(struct scst_user_scsi_cmd_parse, lba, 32);
SCST_ABI_AT(struct scst_user_scsi_cmd_parse, data_len, 40);
SCST_ABI_AT(struct scst_user_scsi_cmd_parse, bufflen, 48);
SCST_ABI_AT(struct scst_user_scsi_cmd_parse, out_bufflen, 52);
SCST_ABI_AT(struct scst_user_scsi_cmd_parse, timeout, 56);
SCST_ABI_AT(struct scst_user_scsi_cmd_parse, op_flags, 60);
SCST_ABI_AT(struct scst_user_scsi_cmd_parse, queue_type, 64);
SCST_ABI_AT(struct scst_user_scsi_cmd_parse, data_direction, 65);
SCST_ABI_AT(struct scst_user_scsi_cmd_parse, expected_values_set, 66);
SCST_ABI_AT(struct scst_user_scsi_cmd_parse, expected_data_direction, 67);
SCST_ABI_AT(struct scst_user_scsi_cmd_parse, expected_transfer_len, 68);
SCST_ABI_AT(struct scst_user_scsi_cmd_parse, expected_out_transfer_len, 72);
SCST_ABI_AT(struct scst_user_scsi_cmd_parse, sn, 76);

SCST_ABI_SIZE(struct scst_user_scsi_cmd_alloc_mem, 40);
SCST_ABI_AT(struct scst_user_scsi_cmd_alloc_mem, sess_h, 0);
SCST_ABI_AT(struct scst_user_scsi_cmd_alloc_mem, cdb, 8);
SCST_ABI_AT(struct scst_user_scsi_cmd_alloc_mem, cdb_len, 24);
SCST_ABI_AT(struct scst_user_scsi_cmd_alloc_mem, alloc_len, 28);
SCST_ABI_AT(struct scst_user_scsi_cmd_alloc_mem, queue_type, 32);
SCST_ABI_AT(struct scst_user_scsi_cmd_alloc_mem, data_direction, 33);
SCST_ABI_AT(struct scst_user_scsi_cmd_alloc_mem, sn, 36);

SCST_ABI_SIZE(struct scst_user_scsi_cmd_exec, 104);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, sess_h, 0);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, cdb, 8);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, cdb_len, 24);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, lba, 32);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, data_len, 40);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, bufflen, 48);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, alloc_len, 52);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, pbuf, 56);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, queue_type, 64);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, data_direction, 65);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, partial, 66);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, timeout, 68);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, p_out_buf, 72);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, out_bufflen, 80);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, sn, 84);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, parent_cmd_h, 88);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, parent_cmd_data_len, 92);
SCST_ABI_AT(struct scst_user_scsi_cmd_exec, partial_offset, 96);

SCST_ABI_SIZE(struct scst_user_scsi_on_free_cmd, 16);
SCST_ABI_AT(struct scst_user_scsi_on_free_cmd, pbuf, 0);
SCST_ABI_AT(struct scst_user_scsi_on_free_cmd, resp_data_len, 8);
SCST_ABI_AT(struct scst_user_scsi_on_free_cmd, buffer_cached, 12);
SCST_ABI_AT(struct scst_user_scsi_on_free_cmd, aborted, 13);
SCST_ABI_AT(struct scst_user_scsi_on_free_cmd, status, 14);
SCST_ABI_AT(struct scst_user_scsi_on_free_cmd, delivery_status, 15);

SCST_ABI_SIZE(struct scst_user_on_cached_mem_free, 8);
SCST_ABI_AT(struct scst_user_on_cached_mem_free, pbuf, 0);

SCST_ABI_SIZE(struct scst_user_tm, 24);
SCST_ABI_AT(struct scst_user_tm, sess_h, 0);
SCST_ABI_AT(struct scst_user_tm, fn, 8);
SCST_ABI_AT(struct scst_user_tm, cmd_h_to_abort, 12);
SCST_ABI_AT(struct scst_user_tm, cmd_sn, 16);
SCST_ABI_AT(struct scst_user_tm, cmd_sn_set, 20);

SCST_ABI_SIZE(struct scst_user_ext_copy_data_descr, 24);
SCST_ABI_AT(struct scst_user_ext_copy_data_descr, src_lba, 0);
SCST_ABI_AT(struct scst_user_ext_copy_data_descr, dst_lba, 8);
SCST_ABI_AT(struct scst_user_ext_copy_data_descr, data_len, 16);

SCST_ABI_SIZE(struct scst_user_ext_copy_remap, 48);
SCST_ABI_AT(struct scst_user_ext_copy_remap, sess_h, 0);
SCST_ABI_AT(struct scst_user_ext_copy_remap, src_sess_h, 8);
SCST_ABI_AT(struct scst_user_ext_copy_remap, dst_sess_h, 16);
SCST_ABI_AT(struct scst_user_ext_copy_remap, data_descr, 24);

SCST_ABI_SIZE(struct scst_user_get_cmd, 544);
SCST_ABI_AT(struct scst_user_get_cmd, cmd_h, 0);
SCST_ABI_AT(struct scst_user_get_cmd, subcode, 4);
SCST_ABI_AT(struct scst_user_get_cmd, preply, 8);

SCST_ABI_AT(struct scst_user_get_cmd, exec_cmd, 8);

SCST_ABI_SIZE(struct scst_user_scsi_cmd_reply_parse, 48);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_parse, status, 0);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_parse, queue_type, 8);

SCST_ABI_AT(struct scst_user_scsi_cmd_reply_parse, data_direction, 9);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_parse, cdb_len, 10);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_parse, lba, 16);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_parse, data_len, 24);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_parse, bufflen, 32);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_parse, op_flags, 36);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_parse, out_bufflen, 40);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_parse, sense_len, 8);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_parse, psense_buffer, 16);

SCST_ABI_SIZE(struct scst_user_scsi_cmd_reply_alloc_mem, 8);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_alloc_mem, pbuf, 0);

SCST_ABI_SIZE(struct scst_user_data_descriptor, 16);
SCST_ABI_AT(struct scst_user_data_descriptor, usdd_lba, 0);
SCST_ABI_AT(struct scst_user_data_descriptor, usdd_blocks, 8);

SCST_ABI_SIZE(struct scst_user_scsi_cmd_reply_exec, 40);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_exec, resp_data_len, 0);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_exec, pbuf, 8);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_exec, reply_type, 16);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_exec, status, 17);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_exec, sense_len, 24);

SCST_ABI_AT(struct scst_user_scsi_cmd_reply_exec, psense_buffer, 32);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_exec, ws_descriptors_len, 24);
SCST_ABI_AT(struct scst_user_scsi_cmd_reply_exec, ws_descriptors, 32);

SCST_ABI_SIZE(struct scst_user_ext_copy_reply_remap, 24);
SCST_ABI_AT(struct scst_user_ext_copy_reply_remap, remap_descriptors, 0);
SCST_ABI_AT(struct scst_user_ext_copy_reply_remap, remap_descriptors_len, 8);
SCST_ABI_AT(struct scst_user_ext_copy_reply_remap, status, 10);
SCST_ABI_AT(struct scst_user_ext_copy_reply_remap, sense_len, 11);
SCST_ABI_AT(struct scst_user_ext_copy_reply_remap, psense_buffer, 16);

SCST_ABI_SIZE(struct scst_user_reply_cmd, 56);
SCST_ABI_AT(struct scst_user_reply_cmd, cmd_h, 0);
SCST_ABI_AT(struct scst_user_reply_cmd, subcode, 4);
SCST_ABI_AT(struct scst_user_reply_cmd, result, 8);

SCST_ABI_AT(struct scst_user_reply_cmd, exec_reply, 8);

SCST_ABI_SIZE(struct scst_user_get_ext_cdb, 16);
SCST_ABI_AT(struct scst_user_get_ext_cdb, cmd_h, 0);
SCST_ABI_AT(struct scst_user_get_ext_cdb, ext_cdb_buffer, 8);

SCST_ABI_SIZE(struct scst_user_prealloc_buffer_in, 16);
SCST_ABI_AT(struct scst_user_prealloc_buffer_in, pbuf, 0);
SCST_ABI_AT(struct scst_user_prealloc_buffer_in, bufflen, 8);
SCST_ABI_AT(struct scst_user_prealloc_buffer_in, for_clust_pool, 12);

SCST_ABI_SIZE(struct scst_user_prealloc_buffer_out, 4);
SCST_ABI_AT(struct scst_user_prealloc_buffer_out, cmd_h, 0);

SCST_ABI_SIZE(union scst_user_prealloc_buffer, 16);
SCST_ABI_AT(union scst_user_prealloc_buffer, in, 0);

SCST_ABI_SIZE(struct scst_user_get_multi, 16);
SCST_ABI_AT(struct scst_user_get_multi, preplies, 0);
SCST_ABI_AT(struct scst_user_get_multi, replies_cnt, 8);
SCST_ABI_AT(struct scst_user_get_multi, replies_done, 10);
SCST_ABI_AT(struct scst_user_get_multi, cmds_cnt, 12);
SCST_ABI_AT(struct scst_user_get_multi, pad, 14);
SCST_ABI_AT(struct scst_user_get_multi, cmds, 16);

SCST_ABI_SIZE(struct scst_user_api, 16);
SCST_ABI_AT(struct scst_user_api, api_major, 0);
SCST_ABI_AT(struct scst_user_api, api_minor, 4);
SCST_ABI_AT(struct scst_user_api, features, 8);

SCST_ABI_IS(SCST_USER_REGISTER_DEVICE, 0x40a07501);
SCST_ABI_IS(SCST_USER_UNREGISTER_DEVICE, 0x00007502);
SCST_ABI_IS(SCST_USER_SET_OPTIONS, 0x40147503);
SCST_ABI_IS(SCST_USER_GET_OPTIONS, 0x80147504);
SCST_ABI_IS(SCST_USER_REPLY_AND_GET_CMD, 0xc2207505);
SCST_ABI_IS(SCST_USER_REPLY_CMD, 0x40387506);
SCST_ABI_IS(SCST_USER_FLUSH_CACHE, 0x00007507);
SCST_ABI_IS(SCST_USER_DEVICE_CAPACITY_CHANGED, 0x00007508);
SCST_ABI_IS(SCST_USER_GET_EXTENDED_CDB, 0xc0107509);
SCST_ABI_IS(SCST_USER_PREALLOC_BUFFER, 0xc010750a);
SCST_ABI_IS(SCST_USER_REPLY_AND_GET_MULTI, 0xc010750b);
SCST_ABI_IS(SCST_USER_GET_API, 0x8010750c);

SCST_ABI_IS(SCST_USER_ATTACH_SESS, 0x82187320);
SCST_ABI_IS(SCST_USER_DETACH_SESS, 0x82187321);
SCST_ABI_IS(SCST_USER_PARSE, 0xc0507301);
SCST_ABI_IS(SCST_USER_ALLOC_MEM, 0xc0287302);
SCST_ABI_IS(SCST_USER_EXEC, 0xc0687303);
SCST_ABI_IS(SCST_USER_ON_FREE_CMD, 0x80107304);
SCST_ABI_IS(SCST_USER_ON_CACHED_MEM_FREE, 0x80087305);
SCST_ABI_IS(SCST_USER_EXT_COPY_REMAP, 0xc0307306);
SCST_ABI_IS(SCST_USER_TASK_MGMT_RECEIVED, 0xc0187308);
SCST_ABI_IS(SCST_USER_TASK_MGMT_DONE, 0xc0187309);

SCST_ABI_IS(SCST_USER_PARSE_EXCEPTION, 2);
SCST_ABI_IS(SCST_USER_ON_FREE_CMD_IGNORE, 1);
SCST_ABI_IS(SCST_USER_MEM_REUSE_ALL, 3);
SCST_ABI_IS(SCST_EXEC_REPLY_DO_WRITE_SAME, 2);
SCST_ABI_IS(SCST_MAX_CDB_SIZE, 16);
SCST_ABI_IS(SCST_MAX_NAME, 50);
SCST_ABI_IS(SCST_MAX_EXTERNAL_NAME, 256);
SCST_ABI_IS(SCST_SENSE_BUFFERSIZE, 252);
SCST_ABI_IS(SCST_CMD_QUEUE_UNTAGGED, 0);
SCST_ABI_IS(SCST_CMD_QUEUE_ACA, 4);
SCST_ABI_IS(SCST_DATA_UNKNOWN, 0);
SCST_ABI_IS(SCST_DATA_WRITE, 1);
SCST_ABI_IS(SCST_DATA_READ, 2);
SCST_ABI_IS(SCST_DATA_NONE, 4);
SCST_ABI_IS(SCST_PR_ABORT_ALL, 11);
SCST_ABI_IS(SCST_MGMT_STATUS_RECEIVED_STAGE_COMPLETED, 200);
SCST_ABI_IS(SCST_SERIALIZED, 0x10000);

#endif /* SCST_TEST_ABI_H */
