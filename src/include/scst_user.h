/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/*
 * /dev/scst_user: devices that programs implement. See scst_user(4).
 *
 * All structures are laid out alike for programs of 32 and of 64 bits. Addresses are
 * 64 bits wide.
 */
#ifndef SCST_USER_H
#define SCST_USER_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdint.h>
#endif
#include <linux/ioctl.h>

#include "scst_const.h"

#ifndef aligned_u64
#define aligned_u64	uint64_t __attribute__((aligned(8)))
#endif
#ifndef aligned_i64
#define aligned_i64	int64_t __attribute__((aligned(8)))
#endif

#define DEV_USER_NAME			"scst_user"
#define DEV_USER_PATH			"/dev/"
#define DEV_USER_VERSION		SCST_VERSION_NAME "-user-1"

/* scst_user_opt.parse_type: who finds out what a command moves */
#define SCST_USER_PARSE_STANDARD	0	/* the core */
#define SCST_USER_PARSE_CALL		1	/* the program, for each */
#define SCST_USER_PARSE_EXCEPTION	2	/* ... for what the core doesn't know */
#define SCST_USER_MAX_PARSE_OPT		SCST_USER_PARSE_EXCEPTION

/* scst_user_opt.on_free_cmd_type: does the program hear of the end of commands? */
#define SCST_USER_ON_FREE_CMD_CALL	0
#define SCST_USER_ON_FREE_CMD_IGNORE	1
#define SCST_USER_MAX_ON_FREE_CMD_OPT	SCST_USER_ON_FREE_CMD_IGNORE

/* scst_user_opt.memory_reuse_type: buffers of which commands are kept */
#define SCST_USER_MEM_NO_REUSE		0
#define SCST_USER_MEM_REUSE_READ	1
#define SCST_USER_MEM_REUSE_WRITE	2
#define SCST_USER_MEM_REUSE_ALL		3
#define SCST_USER_MAX_MEM_REUSE_OPT	SCST_USER_MEM_REUSE_ALL

/* scst_user_opt.partial_transfers_type: only the first is in use */
#define SCST_USER_PARTIAL_TRANSFERS_NOT_SUPPORTED	0
#define SCST_USER_PARTIAL_TRANSFERS_SUPPORTED_ORDERED	1
#define SCST_USER_PARTIAL_TRANSFERS_SUPPORTED		2
#define SCST_USER_MAX_PARTIAL_TRANSFERS_OPT \
	SCST_USER_PARTIAL_TRANSFERS_SUPPORTED

/* What can be changed while a device is registered. */
struct scst_user_opt {
	uint8_t parse_type;
	uint8_t on_free_cmd_type;
	uint8_t memory_reuse_type;
	uint8_t partial_transfers_type;
	int32_t partial_len;

	/* the control mode page: SCST_TST_* and the like */
	uint8_t tst;
	uint8_t tmf_only;
	uint8_t queue_alg;
	uint8_t qerr;
	uint8_t tas;
	uint8_t swp;
	uint8_t d_sense;

	uint8_t has_own_order_mgmt;
	uint8_t ext_copy_remap_supported;
};

/* SCST_USER_REGISTER_DEVICE. Strings are NUL-terminated. */
struct scst_user_dev_desc {
	aligned_u64 version_str;	/* address of DEV_USER_VERSION */
	aligned_u64 license_str;	/* address of the program's licence */
	uint8_t type;			/* peripheral device type */
	uint8_t sgv_shared;
	uint8_t sgv_disable_clustered_pool;
	int32_t sgv_single_alloc_pages;
	int32_t sgv_purge_interval;	/* seconds; 0: default; below: never */
	struct scst_user_opt opt;
	uint32_t block_size;
	uint8_t enable_pr_cmds_notifications;
	char name[SCST_MAX_NAME];
	char sgv_name[SCST_MAX_NAME];
};

/* SCST_USER_ATTACH_SESS, SCST_USER_DETACH_SESS: sess_h alone is set for the latter */
struct scst_user_sess {
	aligned_u64 sess_h;
	aligned_u64 lun;
	uint16_t threads_num;
	uint8_t rd_only;
	uint16_t scsi_transport_version;
	uint16_t phys_transport_version;
	char initiator_name[SCST_MAX_EXTERNAL_NAME];
	char target_name[SCST_MAX_EXTERNAL_NAME];
};

/* SCST_USER_PARSE */
struct scst_user_scsi_cmd_parse {
	aligned_u64 sess_h;

	uint8_t cdb[SCST_MAX_CDB_SIZE];
	uint16_t cdb_len;

	aligned_i64 lba;
	aligned_i64 data_len;
	int32_t bufflen;
	int32_t out_bufflen;
	int32_t timeout;		/* seconds */
	uint32_t op_flags;		/* enum scst_cdb_flags */

	uint8_t queue_type;		/* enum scst_cmd_queue_type */
	uint8_t data_direction;		/* enum scst_data_direction */

	/* what the transport says */
	uint8_t expected_values_set;
	uint8_t expected_data_direction;
	int32_t expected_transfer_len;
	int32_t expected_out_transfer_len;

	uint32_t sn;
};

/* SCST_USER_ALLOC_MEM */
struct scst_user_scsi_cmd_alloc_mem {
	aligned_u64 sess_h;

	uint8_t cdb[SCST_MAX_CDB_SIZE];
	uint16_t cdb_len;

	int32_t alloc_len;

	uint8_t queue_type;
	uint8_t data_direction;

	uint32_t sn;
};

/* SCST_USER_EXEC */
struct scst_user_scsi_cmd_exec {
	aligned_u64 sess_h;

	uint8_t cdb[SCST_MAX_CDB_SIZE];
	uint16_t cdb_len;

	aligned_i64 lba;

	aligned_i64 data_len;
	int32_t bufflen;		/* of the buffer, what may be used */
	int32_t alloc_len;		/* how long it is, or has to be */
	aligned_u64 pbuf;		/* 0: Data-In that the reply brings */
	uint8_t queue_type;
	uint8_t data_direction;
	uint8_t partial;
	int32_t timeout;

	aligned_u64 p_out_buf;
	int32_t out_bufflen;

	uint32_t sn;

	uint32_t parent_cmd_h;		/* != 0: made by the core for this one */
	int32_t parent_cmd_data_len;
	uint32_t partial_offset;
};

/* SCST_USER_ON_FREE_CMD */
struct scst_user_scsi_on_free_cmd {
	aligned_u64 pbuf;
	int32_t resp_data_len;
	uint8_t buffer_cached;		/* the buffer isn't the program's yet */
	uint8_t aborted;
	uint8_t status;
	uint8_t delivery_status;	/* SCST_CMD_DELIVERY_* */
};

/* SCST_USER_ON_CACHED_MEM_FREE: the buffer is the program's again */
struct scst_user_on_cached_mem_free {
	aligned_u64 pbuf;
};

/* SCST_USER_TASK_MGMT_RECEIVED, SCST_USER_TASK_MGMT_DONE */
struct scst_user_tm {
	aligned_u64 sess_h;
	uint32_t fn;			/* enum scst_mgmt_fn */
	uint32_t cmd_h_to_abort;	/* 0: not one alone, or not here */
	uint32_t cmd_sn;
	uint8_t cmd_sn_set;
};

struct scst_user_ext_copy_data_descr {
	aligned_u64 src_lba;
	aligned_u64 dst_lba;
	int32_t data_len;		/* bytes */
};

/* SCST_USER_EXT_COPY_REMAP */
struct scst_user_ext_copy_remap {
	aligned_u64 sess_h;
	aligned_u64 src_sess_h;
	aligned_u64 dst_sess_h;
	struct scst_user_ext_copy_data_descr data_descr;
};

/* SCST_USER_REPLY_AND_GET_CMD */
struct scst_user_get_cmd {
	uint32_t cmd_h;
	uint32_t subcode;
	union {
		/* in: address of a struct scst_user_reply_cmd, or 0 */
		aligned_u64 preply;

		struct scst_user_sess sess;
		struct scst_user_scsi_cmd_parse parse_cmd;
		struct scst_user_scsi_cmd_alloc_mem alloc_cmd;
		struct scst_user_scsi_cmd_exec exec_cmd;
		struct scst_user_scsi_on_free_cmd on_free_cmd;
		struct scst_user_on_cached_mem_free on_cached_mem_free;
		struct scst_user_tm tm_cmd;
		struct scst_user_ext_copy_remap remap_cmd;
	};
};

struct scst_user_scsi_cmd_reply_parse {
	uint8_t status;			/* other than GOOD: the command ends with it */
	union {
		struct {
			uint8_t queue_type;
			uint8_t data_direction;
			uint16_t cdb_len;
			aligned_i64 lba;
			aligned_i64 data_len;
			int32_t bufflen;
			uint32_t op_flags;
			int32_t out_bufflen;
		};
		struct {
			uint8_t sense_len;
			aligned_u64 psense_buffer;
		};
	};
};

struct scst_user_scsi_cmd_reply_alloc_mem {
	aligned_u64 pbuf;		/* 0: there is none, the command ends with BUSY */
};

/* A range of blocks; the last one of a list has no blocks. */
struct scst_user_data_descriptor {
	aligned_u64 usdd_lba;
	aligned_u64 usdd_blocks;
};

/* scst_user_scsi_cmd_reply_exec.reply_type */
#define SCST_EXEC_REPLY_BACKGROUND	0	/* GOOD for the initiator; goes on */
#define SCST_EXEC_REPLY_COMPLETED	1
#define SCST_EXEC_REPLY_DO_WRITE_SAME	2	/* WRITE SAME: the core makes WRITEs of it */

struct scst_user_scsi_cmd_reply_exec {
	int32_t resp_data_len;
	aligned_u64 pbuf;		/* Data-In whose EXEC had none */
	uint8_t reply_type;
	uint8_t status;
	union {
		struct {
			uint8_t sense_len;
			aligned_u64 psense_buffer;
		};
		struct {
			uint16_t ws_descriptors_len;	/* bytes; 0: all of it */
			aligned_u64 ws_descriptors;
		};
	};
};

struct scst_user_ext_copy_reply_remap {
	aligned_u64 remap_descriptors;	/* of struct scst_user_ext_copy_data_descr */
	uint16_t remap_descriptors_len;	/* bytes: what is left to copy */
	uint8_t status;
	uint8_t sense_len;
	aligned_u64 psense_buffer;
};

/* SCST_USER_REPLY_CMD */
struct scst_user_reply_cmd {
	uint32_t cmd_h;
	uint32_t subcode;
	union {
		int32_t result;		/* of those that have nothing else to say */
		struct scst_user_scsi_cmd_reply_parse parse_reply;
		struct scst_user_scsi_cmd_reply_alloc_mem alloc_reply;
		struct scst_user_scsi_cmd_reply_exec exec_reply;
		struct scst_user_ext_copy_reply_remap remap_reply;
	};
};

/* SCST_USER_GET_EXTENDED_CDB: all of a CDB with a cdb_len above SCST_MAX_CDB_SIZE */
struct scst_user_get_ext_cdb {
	uint32_t cmd_h;
	aligned_u64 ext_cdb_buffer;
};

struct scst_user_prealloc_buffer_in {
	aligned_u64 pbuf;
	uint32_t bufflen;
	uint8_t for_clust_pool;
};

struct scst_user_prealloc_buffer_out {
	uint32_t cmd_h;			/* that ON_CACHED_MEM_FREE will have */
};

/* SCST_USER_PREALLOC_BUFFER */
union scst_user_prealloc_buffer {
	struct scst_user_prealloc_buffer_in in;
	struct scst_user_prealloc_buffer_out out;
};

/* SCST_USER_REPLY_AND_GET_MULTI */
struct scst_user_get_multi {
	aligned_u64 preplies;		/* of struct scst_user_reply_cmd */
	int16_t replies_cnt;
	int16_t replies_done;		/* out */
	int16_t cmds_cnt;		/* in: room in cmds; out: how many came */
	int16_t pad;
	struct scst_user_get_cmd cmds[];
};

/* SCST_USER_GET_API */
#define SCST_USER_API_MAJOR		1
#define SCST_USER_API_MINOR		0

#define SCST_USER_FEATURE_MULTI		0x01	/* REPLY_AND_GET_MULTI */
#define SCST_USER_FEATURE_PREALLOC	0x02	/* PREALLOC_BUFFER */
#define SCST_USER_FEATURE_WRITE_SAME	0x04	/* DO_WRITE_SAME */
#define SCST_USER_FEATURE_REMAP		0x08	/* EXT_COPY_REMAP is sent */

struct scst_user_api {
	uint32_t api_major;		/* another one: programs must change */
	uint32_t api_minor;		/* a larger one: more is there */
	aligned_u64 features;		/* SCST_USER_FEATURE_* */
};

/* ioctls */
#define SCST_USER_REGISTER_DEVICE	_IOW('u', 1, struct scst_user_dev_desc)
#define SCST_USER_UNREGISTER_DEVICE	_IO('u', 2)
#define SCST_USER_SET_OPTIONS		_IOW('u', 3, struct scst_user_opt)
#define SCST_USER_GET_OPTIONS		_IOR('u', 4, struct scst_user_opt)
#define SCST_USER_REPLY_AND_GET_CMD	_IOWR('u', 5, struct scst_user_get_cmd)
#define SCST_USER_REPLY_CMD		_IOW('u', 6, struct scst_user_reply_cmd)
#define SCST_USER_FLUSH_CACHE		_IO('u', 7)
#define SCST_USER_DEVICE_CAPACITY_CHANGED _IO('u', 8)
#define SCST_USER_GET_EXTENDED_CDB	_IOWR('u', 9, struct scst_user_get_ext_cdb)
#define SCST_USER_PREALLOC_BUFFER	_IOWR('u', 10, union scst_user_prealloc_buffer)
#define SCST_USER_REPLY_AND_GET_MULTI	_IOWR('u', 11, struct scst_user_get_multi)
#define SCST_USER_GET_API		_IOR('u', 12, struct scst_user_api)

/* scst_user_get_cmd.subcode, scst_user_reply_cmd.subcode */
#define SCST_USER_ATTACH_SESS		_IOR('s', 0x20, struct scst_user_sess)
#define SCST_USER_DETACH_SESS		_IOR('s', 0x21, struct scst_user_sess)
#define SCST_USER_PARSE			_IOWR('s', 1, struct scst_user_scsi_cmd_parse)
#define SCST_USER_ALLOC_MEM		_IOWR('s', 2, struct scst_user_scsi_cmd_alloc_mem)
#define SCST_USER_EXEC			_IOWR('s', 3, struct scst_user_scsi_cmd_exec)
#define SCST_USER_ON_FREE_CMD		_IOR('s', 4, struct scst_user_scsi_on_free_cmd)
#define SCST_USER_ON_CACHED_MEM_FREE	_IOR('s', 5, struct scst_user_on_cached_mem_free)
#define SCST_USER_EXT_COPY_REMAP	_IOWR('s', 6, struct scst_user_ext_copy_remap)
#define SCST_USER_TASK_MGMT_RECEIVED	_IOWR('s', 8, struct scst_user_tm)
#define SCST_USER_TASK_MGMT_DONE	_IOWR('s', 9, struct scst_user_tm)

#endif /* SCST_USER_H */
