/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/*
 * Constants that the kernel modules and programs behind /dev/scst_user share: their
 * names and values are part of that interface and never change. See scst_user(4).
 */
#ifndef SCST_CONST_H
#define SCST_CONST_H

#define SCST_VERSION_NAME		"SCST 4"

/* Sizes in the structures of scst_user.h. */
#define SCST_MAX_CDB_SIZE		16
#define SCST_MAX_LONG_CDB_SIZE		65536
#define SCST_MAX_NAME			50
#define SCST_MAX_EXTERNAL_NAME		256
#define SCST_MAX_LUN			16383

/* Sense data: the fixed format without additional bytes; the most there can be. */
#define SCST_STANDARD_SENSE_LEN		18
#define SCST_SENSE_BUFFERSIZE		252

/* Whether a response reached the initiator. */
#define SCST_CMD_DELIVERY_SUCCESS	0
#define SCST_CMD_DELIVERY_FAILED	-1
#define SCST_CMD_DELIVERY_ABORTED	-2

/* Task management, SAM-5 7. */
enum scst_mgmt_fn {
	SCST_ABORT_TASK = 0,
	SCST_ABORT_TASK_SET = 1,
	SCST_CLEAR_ACA = 2,
	SCST_CLEAR_TASK_SET = 3,
	SCST_LUN_RESET = 4,
	SCST_TARGET_RESET = 5,
	SCST_NEXUS_LOSS_SESS = 6,
	SCST_ABORT_ALL_TASKS_SESS = 7,
	SCST_NEXUS_LOSS = 8,
	SCST_ABORT_ALL_TASKS = 9,
	SCST_UNREG_SESS_TM = 10,	/* told to programs only: the session ends */
	SCST_PR_ABORT_ALL = 11,		/* told to programs only: PREEMPT AND ABORT */
	SCST_QUERY_TASK = 12,		/* from here on never told to programs */
	SCST_QUERY_TASK_SET = 13,
	SCST_QUERY_ASYNC_EVENT = 14,
};

enum scst_mgmt_status {
	SCST_MGMT_STATUS_SUCCESS = 0,		/* FUNCTION COMPLETE */
	SCST_MGMT_STATUS_FN_SUCCEEDED = 1,	/* the queries: yes */
	SCST_MGMT_STATUS_TASK_NOT_EXIST = -1,
	SCST_MGMT_STATUS_LUN_NOT_EXIST = -2,
	SCST_MGMT_STATUS_FN_NOT_SUPPORTED = -5,
	SCST_MGMT_STATUS_REJECTED = -255,
	SCST_MGMT_STATUS_FAILED = -129,
	SCST_MGMT_STATUS_RECEIVED_STAGE_COMPLETED = 200,
};

/* Task attributes, SAM-5 8.6. */
enum scst_cmd_queue_type {
	SCST_CMD_QUEUE_UNTAGGED = 0,
	SCST_CMD_QUEUE_SIMPLE,
	SCST_CMD_QUEUE_ORDERED,
	SCST_CMD_QUEUE_HEAD_OF_QUEUE,
	SCST_CMD_QUEUE_ACA,
};

enum scst_data_direction {
	SCST_DATA_UNKNOWN = 0,	/* the transport does not tell */
	SCST_DATA_WRITE = 1,	/* Data-Out: initiator to device */
	SCST_DATA_READ = 2,	/* Data-In: device to initiator */
	SCST_DATA_BIDI = 3,
	SCST_DATA_NONE = 4,
};

/* What is known of a command: op_flags of PARSE and of its reply. */
enum scst_cdb_flags {
	SCST_SMALL_TIMEOUT = 0x0001,
	SCST_LONG_TIMEOUT = 0x0002,
	SCST_TRANSFER_LEN_TYPE_FIXED = 0x0004,	/* the length counts blocks */
	SCST_UNKNOWN_LBA = 0x0008,
	SCST_UNKNOWN_LENGTH = 0x0010,
	SCST_INFO_VALID = 0x0020,		/* the opcode is known */
	SCST_LBA_NOT_VALID = 0x0040,		/* the CDB has no LBA */
	SCST_IMPLICIT_HQ = 0x0080,		/* as if HEAD OF QUEUE */
	SCST_SKIP_UA = 0x0100,			/* in spite of a unit attention */
	SCST_WRITE_MEDIUM = 0x0200,		/* refused where read-only */
	SCST_LOCAL_CMD = 0x0400,		/* the core carries it out */
	SCST_FULLY_LOCAL_CMD = 0x0800,		/* ... from beginning to end */
	SCST_REG_RESERVE_ALLOWED = 0x1000,	/* allowed to others when reserved */
	SCST_WRITE_EXCL_ALLOWED = 0x2000,	/* ... under Write Exclusive */
	SCST_EXCL_ACCESS_ALLOWED = 0x4000,	/* ... under Exclusive Access */
	SCST_SERIALIZED = 0x10000,		/* nothing else at the same time */
};

/* The control mode page, SPC-5 7.5.10. */
#define SCST_TST_0_SINGLE_TASK_SET		0
#define SCST_TST_1_SEP_TASK_SETS		1

#define SCST_QUEUE_ALG_0_RESTRICTED_REORDER	0
#define SCST_QUEUE_ALG_1_UNRESTRICTED_REORDER	1

#define SCST_D_SENSE_0_FIXED_SENSE		0
#define SCST_D_SENSE_1_DESCR_SENSE		1

#define SCST_QERR_0_ALL_RESUME			0
#define SCST_QERR_1_ABORT_ALL			1
#define SCST_QERR_3_ABORT_THIS_NEXUS_ONLY	3

/*
 * Sense data by key, ASC, ASCQ (SPC-5 4.4, tables 48 and F.1): the numbers are
 * spread over three arguments.
 */
#define SCST_LOAD_SENSE(sense)		sense

#define scst_sense_no_sense			0x0, 0x00, 0x00
#define scst_sense_no_medium			0x2, 0x3a, 0x00
#define scst_sense_write_error			0x3, 0x03, 0x00
#define scst_sense_read_error			0x3, 0x11, 0x00
#define scst_sense_hardw_error			0x4, 0x44, 0x00
#define scst_sense_parameter_list_length_invalid 0x5, 0x1a, 0x00
#define scst_sense_invalid_opcode		0x5, 0x20, 0x00
#define scst_sense_block_out_range_error	0x5, 0x21, 0x00
#define scst_sense_invalid_field_in_cdb		0x5, 0x24, 0x00
#define scst_sense_lun_not_supported		0x5, 0x25, 0x00
#define scst_sense_invalid_field_in_parm_list	0x5, 0x26, 0x00
#define scst_sense_parameter_value_invalid	0x5, 0x26, 0x02
#define scst_sense_invalid_release		0x5, 0x26, 0x04
#define scst_sense_saving_params_unsup		0x5, 0x39, 0x00
#define scst_sense_invalid_message		0x5, 0x49, 0x00
#define scst_sense_medium_changed_UA		0x6, 0x28, 0x00
#define scst_sense_reset_UA			0x6, 0x29, 0x00
#define scst_sense_nexus_loss_UA		0x6, 0x29, 0x07
#define scst_sense_reservation_preempted	0x6, 0x2a, 0x03
#define scst_sense_reservation_released		0x6, 0x2a, 0x04
#define scst_sense_registrations_preempted	0x6, 0x2a, 0x05
#define scst_sense_asym_access_state_changed	0x6, 0x2a, 0x06
#define scst_sense_capacity_data_changed	0x6, 0x2a, 0x09
#define scst_sense_cleared_by_another_ini_UA	0x6, 0x2f, 0x00
#define scst_sense_tp_soft_threshold_reached	0x6, 0x38, 0x07
#define scst_sense_inquiry_data_changed		0x6, 0x3f, 0x03
#define scst_sense_reported_luns_data_changed	0x6, 0x3f, 0x0e
#define scst_sense_data_protect			0x7, 0x27, 0x00
#define scst_sense_aborted_command		0xb, 0x00, 0x00
#define scst_sense_internal_failure		0xb, 0x44, 0x00
#define scst_sense_miscompare_error		0xe, 0x1d, 0x00

#ifndef __KERNEL__

/* Status codes, SAM-5 5.3.1, for programs that have them from nowhere else. */
#ifndef SAM_STAT_GOOD
#define SAM_STAT_GOOD			0x00
#endif
#ifndef SAM_STAT_CHECK_CONDITION
#define SAM_STAT_CHECK_CONDITION	0x02
#endif
#ifndef SAM_STAT_CONDITION_MET
#define SAM_STAT_CONDITION_MET		0x04
#endif
#ifndef SAM_STAT_BUSY
#define SAM_STAT_BUSY			0x08
#endif
#ifndef SAM_STAT_INTERMEDIATE
#define SAM_STAT_INTERMEDIATE		0x10
#endif
#ifndef SAM_STAT_INTERMEDIATE_CONDITION_MET
#define SAM_STAT_INTERMEDIATE_CONDITION_MET	0x14
#endif
#ifndef SAM_STAT_RESERVATION_CONFLICT
#define SAM_STAT_RESERVATION_CONFLICT	0x18
#endif
#ifndef SAM_STAT_COMMAND_TERMINATED
#define SAM_STAT_COMMAND_TERMINATED	0x22
#endif
#ifndef SAM_STAT_TASK_SET_FULL
#define SAM_STAT_TASK_SET_FULL		0x28
#endif
#ifndef SAM_STAT_ACA_ACTIVE
#define SAM_STAT_ACA_ACTIVE		0x30
#endif
#ifndef SAM_STAT_TASK_ABORTED
#define SAM_STAT_TASK_ABORTED		0x40
#endif

/* Operation codes, SPC-5, SBC-4, SSC-5, SMC-3, that headers of programs often lack. */
#ifndef ALLOW_MEDIUM_REMOVAL
#define ALLOW_MEDIUM_REMOVAL		0x1e
#endif
#ifndef READ_REVERSE
#define READ_REVERSE			0x0f
#endif
#ifndef SPACE
#define SPACE				0x11
#endif
#ifndef WRITE_FILEMARKS
#define WRITE_FILEMARKS			0x10
#endif
#ifndef RECOVER_BUFFERED_DATA
#define RECOVER_BUFFERED_DATA		0x14
#endif
#ifndef ERASE
#define ERASE				0x19
#endif
#ifndef RECEIVE_DIAGNOSTIC
#define RECEIVE_DIAGNOSTIC		0x1c
#endif
#ifndef SEND_DIAGNOSTIC
#define SEND_DIAGNOSTIC			0x1d
#endif
#ifndef READ_FORMAT_CAPACITIES
#define READ_FORMAT_CAPACITIES		0x23
#endif
#ifndef SEEK_10
#define SEEK_10				0x2b
#endif
#ifndef WRITE_VERIFY
#define WRITE_VERIFY			0x2e
#endif
#ifndef VERIFY
#define VERIFY				0x2f
#endif
#ifndef PRE_FETCH
#define PRE_FETCH			0x34
#endif
#ifndef READ_POSITION
#define READ_POSITION			0x34
#endif
#ifndef SYNCHRONIZE_CACHE
#define SYNCHRONIZE_CACHE		0x35
#endif
#ifndef READ_DEFECT_DATA
#define READ_DEFECT_DATA		0x37
#endif
#ifndef WRITE_BUFFER
#define WRITE_BUFFER			0x3b
#endif
#ifndef READ_BUFFER
#define READ_BUFFER			0x3c
#endif
#ifndef WRITE_SAME
#define WRITE_SAME			0x41
#endif
#ifndef UNMAP
#define UNMAP				0x42
#endif
#ifndef REPORT_DENSITY_SUPPORT
#define REPORT_DENSITY_SUPPORT		0x44
#endif
#ifndef SANITIZE
#define SANITIZE			0x48
#endif
#ifndef LOG_SELECT
#define LOG_SELECT			0x4c
#endif
#ifndef LOG_SENSE
#define LOG_SENSE			0x4d
#endif
#ifndef MODE_SELECT_10
#define MODE_SELECT_10			0x55
#endif
#ifndef RESERVE_10
#define RESERVE_10			0x56
#endif
#ifndef RELEASE_10
#define RELEASE_10			0x57
#endif
#ifndef MODE_SENSE_10
#define MODE_SENSE_10			0x5a
#endif
#ifndef PERSISTENT_RESERVE_IN
#define PERSISTENT_RESERVE_IN		0x5e
#endif
#ifndef PERSISTENT_RESERVE_OUT
#define PERSISTENT_RESERVE_OUT		0x5f
#endif
#ifndef VARIABLE_LENGTH_CMD
#define VARIABLE_LENGTH_CMD		0x7f
#endif
#ifndef EXTENDED_COPY
#define EXTENDED_COPY			0x83
#endif
#ifndef RECEIVE_COPY_RESULTS
#define RECEIVE_COPY_RESULTS		0x84
#endif
#ifndef ACCESS_CONTROL_IN
#define ACCESS_CONTROL_IN		0x86
#endif
#ifndef ACCESS_CONTROL_OUT
#define ACCESS_CONTROL_OUT		0x87
#endif
#ifndef READ_16
#define READ_16				0x88
#endif
#ifndef COMPARE_AND_WRITE
#define COMPARE_AND_WRITE		0x89
#endif
#ifndef WRITE_16
#define WRITE_16			0x8a
#endif
#ifndef READ_ATTRIBUTE
#define READ_ATTRIBUTE			0x8c
#endif
#ifndef WRITE_ATTRIBUTE
#define WRITE_ATTRIBUTE			0x8d
#endif
#ifndef WRITE_VERIFY_16
#define WRITE_VERIFY_16			0x8e
#endif
#ifndef VERIFY_16
#define VERIFY_16			0x8f
#endif
#ifndef PRE_FETCH_16
#define PRE_FETCH_16			0x90
#endif
#ifndef SYNCHRONIZE_CACHE_16
#define SYNCHRONIZE_CACHE_16		0x91
#endif
#ifndef LOCATE_16
#define LOCATE_16			0x92
#endif
#ifndef WRITE_SAME_16
#define WRITE_SAME_16			0x93
#endif
#ifndef ERASE_16
#define ERASE_16			0x93
#endif
#ifndef WRITE_ATOMIC_16
#define WRITE_ATOMIC_16			0x9c
#endif
#ifndef SERVICE_ACTION_BIDIRECTIONAL
#define SERVICE_ACTION_BIDIRECTIONAL	0x9d
#endif
#ifndef SERVICE_ACTION_IN_16
#define SERVICE_ACTION_IN_16		0x9e
#endif
#ifndef SERVICE_ACTION_OUT_16
#define SERVICE_ACTION_OUT_16		0x9f
#endif
#ifndef REPORT_LUNS
#define REPORT_LUNS			0xa0
#endif
#ifndef MAINTENANCE_IN
#define MAINTENANCE_IN			0xa3
#endif
#ifndef MAINTENANCE_OUT
#define MAINTENANCE_OUT			0xa4
#endif
#ifndef MOVE_MEDIUM
#define MOVE_MEDIUM			0xa5
#endif
#ifndef EXCHANGE_MEDIUM
#define EXCHANGE_MEDIUM			0xa6
#endif
#ifndef READ_12
#define READ_12				0xa8
#endif
#ifndef WRITE_12
#define WRITE_12			0xaa
#endif
#ifndef WRITE_VERIFY_12
#define WRITE_VERIFY_12			0xae
#endif
#ifndef VERIFY_12
#define VERIFY_12			0xaf
#endif
#ifndef READ_ELEMENT_STATUS
#define READ_ELEMENT_STATUS		0xb8
#endif

/* Service actions. */
#ifndef SAI_READ_CAPACITY_16
#define SAI_READ_CAPACITY_16		0x10
#endif
#ifndef SAI_GET_LBA_STATUS
#define SAI_GET_LBA_STATUS		0x12
#endif
#ifndef SAI_REPORT_REFERRALS
#define SAI_REPORT_REFERRALS		0x13
#endif
#ifndef MI_REPORT_IDENTIFYING_INFORMATION
#define MI_REPORT_IDENTIFYING_INFORMATION	0x05
#endif
#ifndef MI_REPORT_TARGET_PGS
#define MI_REPORT_TARGET_PGS		0x0a
#endif
#ifndef MI_REPORT_SUPPORTED_OPERATION_CODES
#define MI_REPORT_SUPPORTED_OPERATION_CODES	0x0c
#endif
#ifndef MI_REPORT_SUPPORTED_TASK_MANAGEMENT_FUNCTIONS
#define MI_REPORT_SUPPORTED_TASK_MANAGEMENT_FUNCTIONS	0x0d
#endif
#ifndef MO_SET_TARGET_PGS
#define MO_SET_TARGET_PGS		0x0a
#endif

/* Peripheral device types, SPC-5 6.6.2. */
#ifndef TYPE_DISK
#define TYPE_DISK			0x00
#endif
#ifndef TYPE_TAPE
#define TYPE_TAPE			0x01
#endif
#ifndef TYPE_PRINTER
#define TYPE_PRINTER			0x02
#endif
#ifndef TYPE_PROCESSOR
#define TYPE_PROCESSOR			0x03
#endif
#ifndef TYPE_WORM
#define TYPE_WORM			0x04
#endif
#ifndef TYPE_ROM
#define TYPE_ROM			0x05
#endif
#ifndef TYPE_SCANNER
#define TYPE_SCANNER			0x06
#endif
#ifndef TYPE_MOD
#define TYPE_MOD			0x07
#endif
#ifndef TYPE_MEDIUM_CHANGER
#define TYPE_MEDIUM_CHANGER		0x08
#endif
#ifndef TYPE_RAID
#define TYPE_RAID			0x0c
#endif
#ifndef TYPE_ENCLOSURE
#define TYPE_ENCLOSURE			0x0d
#endif
#ifndef TYPE_RBC
#define TYPE_RBC			0x0e
#endif

#endif /* !__KERNEL__ */

#endif /* SCST_CONST_H */
