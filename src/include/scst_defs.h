/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Constants of the interface between the core, drivers and handlers, besides those
 * that programs know as well (scst_const.h). Nothing here needs more than
 * <linux/types.h>, so that user-space tests can share the file.
 */
#ifndef SCST_DEFS_H
#define SCST_DEFS_H

#include "scst_const.h"

/* Names: sizes without the terminating NUL. */
#define SCST_MAX_DEV_NAME		63
#define SCST_MAX_TEMPLATE_NAME		49
#define SCST_MAX_INITIATOR_NAME		255
#define SCST_MAX_GROUP_NAME		63

#define SCST_DEFAULT_GROUP_NAME		"Default"

/* CDBs: SPC-5 4.2. Longer, variable-length ones are refused. */
#define SCST_MAX_CDB_LEN		32
#define SCST_OP_NO_SA			0xffff	/* the opcode has no service action */
#define SCST_MAX_SENSE_LEN		96

/* SAM-5 4.7.7.2: what peripheral and flat addressing can name together. */
#define SCST_MAX_LUNS			16384
#define SCST_NO_SUCH_LUN		(~0ULL)

/**
 * enum scst_exec_context - where the core may go on with a command
 * @SCST_CONTEXT_DIRECT: the caller may sleep and has nothing of a file system
 *	or of the block layer on its stack
 * @SCST_CONTEXT_BLOCK: the caller may sleep, but is the submission path of a
 *	block device: no file system may be entered, allocations are NOIO
 * @SCST_CONTEXT_DIRECT_ATOMIC: the caller may not sleep (any lock or interrupt)
 * @SCST_CONTEXT_TASKLET: go on in softirq context on this CPU
 * @SCST_CONTEXT_THREAD: go on in a thread of the core
 * @SCST_CONTEXT_SAME: go on as the command runs now; only from inside a callback
 *	that the core called for it (exec, rdy_to_xfer, xmit_response)
 */
enum scst_exec_context {
	SCST_CONTEXT_DIRECT,
	SCST_CONTEXT_BLOCK,
	SCST_CONTEXT_DIRECT_ATOMIC,
	SCST_CONTEXT_TASKLET,
	SCST_CONTEXT_THREAD,
	SCST_CONTEXT_SAME,
};

/* What a driver says about data it received. */
enum scst_rx_status {
	SCST_RX_STATUS_SUCCESS,
	SCST_RX_STATUS_ERROR,		/* the core builds the sense data */
	SCST_RX_STATUS_ERROR_SENSE_SET,	/* the driver has set status, sense */
	SCST_RX_STATUS_ERROR_FATAL,	/* the nexus is gone: no response */
};

/* What pre_exec() returns, and what a driver restarts a command with. */
enum scst_preprocess_status {
	SCST_PREPROCESS_STATUS_SUCCESS,
	SCST_PREPROCESS_STATUS_ERROR,		/* the core builds the sense data */
	SCST_PREPROCESS_STATUS_ERROR_SENSE_SET,	/* the driver has set status, sense */
	SCST_PREPROCESS_STATUS_ERROR_FATAL,	/* the nexus is gone: no response */
	SCST_PREPROCESS_STATUS_NEED_THREAD,	/* go on in a thread of the core */
};

/* What xmit_response() and rdy_to_xfer() return. */
enum scst_tgt_res {
	SCST_TGT_RES_SUCCESS = 0,
	SCST_TGT_RES_QUEUE_FULL = -1,		/* the core tries again */
	SCST_TGT_RES_NEED_THREAD_CTX = -2,	/* the core calls from a thread */
	SCST_TGT_RES_FATAL_ERROR = -3,
};

/* What a handler's parse() may return beside 0 and errors. */
#define SCST_PARSE_PARKED	1	/* scst_cmd_parsed() was or will be called */

/* What a handler's alloc_data_buf() returns beside errors. */
enum scst_buf_res {
	SCST_BUF_DONE,		/* the buffer is set, or will be by exec() */
	SCST_BUF_CORE,		/* the core shall take one of its own */
	SCST_BUF_PARKED,	/* scst_cmd_buffer_done() was or will be called */
};

/* What a handler's exec() returns. */
enum scst_exec_res {
	SCST_EXEC_COMPLETED,	/* the handler owns it: scst_cmd_done() was or will be called */
	SCST_EXEC_NOT_COMPLETED,	/* untouched: the core sends it to the SCSI mid-level */
	SCST_EXEC_NEED_THREAD,	/* untouched: call again from a thread */
};

#define SCST_TSC_FLAG_STATUS		0x2	/* response: send the status */

/* Target port groups, SPC-5 5.17.2: as many at once. */
#define SCST_MAX_TPGS			32

/* Asynchronous events, as a transport may report them (SAM-5 5.14: unit attentions). */
enum scst_aen {
	SCST_AEN_LUNS_CHANGED,	/* REPORT LUNS would answer something else now */
	SCST_AEN_CAPACITY_CHANGED,	/* READ CAPACITY of some LUN would */
	SCST_NR_AENS
};

/* Unit attention conditions, SAM-5 5.14, in the order in which they are reported. */
enum scst_ua {
	SCST_UA_RESET,			/* first: reported before all others */
	SCST_UA_BUS_DEVICE_RESET,
	SCST_UA_NEXUS_LOSS,
	SCST_UA_LUNS_CHANGED,
	SCST_UA_CAPACITY_CHANGED,
	SCST_UA_MODE_CHANGED,
	SCST_UA_INQUIRY_CHANGED,
	SCST_UA_CLEARED_BY_OTHER,
	SCST_UA_MEDIUM_CHANGED,
	SCST_UA_RESV_PREEMPTED,
	SCST_UA_REG_PREEMPTED,
	SCST_UA_RESV_RELEASED,
	SCST_UA_LOG_CHANGED,
	SCST_UA_TIMESTAMP_CHANGED,
	SCST_UA_IDENT_CHANGED,
	SCST_UA_ACCESS_CHANGED,
	SCST_UA_SOFT_THRESHOLD,
	SCST_UA_WRITE_DEFERRED,		/* no unit attention, but told like one: a deferred error */
	SCST_NR_UAS
};

/*
 * Sense data by key, ASC, ASCQ (SPC-5 4.4, tables 48 and F.1), as in scst_const.h:
 * scst_set_cmd_error(cmd, SCST_LOAD_SENSE(x)).
 */
#define scst_sense_not_ready			0x2, 0x04, 0x10
#define scst_sense_need_start			0x2, 0x04, 0x02
#define scst_sense_format_in_progress		0x2, 0x04, 0x04
#define scst_sense_sanitize_in_progress		0x2, 0x04, 0x1b
#define scst_sense_access_transition		0x2, 0x04, 0x0a
#define scst_sense_access_standby		0x2, 0x04, 0x0b
#define scst_sense_access_unavailable		0x2, 0x04, 0x0c
#define scst_sense_tray_open			0x2, 0x3a, 0x02
#define scst_sense_self_test_running		0x2, 0x04, 0x09
#define scst_sense_becoming_ready		0x2, 0x04, 0x01
#define scst_sense_format_corrupted		0x3, 0x31, 0x00
#define scst_sense_medium_write_error			0x3, 0x0c, 0x00
#define scst_sense_format_failed		0x3, 0x31, 0x01
#define scst_sense_sanitize_failed		0x3, 0x31, 0x03
#define scst_sense_resv_lost			0x4, 0x44, 0x01
#define scst_sense_no_registration_resources	0x5, 0x55, 0x04
#define scst_sense_self_test_failed		0x4, 0x3e, 0x03
#define scst_sense_no_resources			0x5, 0x55, 0x03
#define scst_sense_invalid_field_in_iu		0x5, 0x0e, 0x03
#define scst_sense_incompatible_medium		0x5, 0x30, 0x02
#define scst_sense_command_sequence		0x5, 0x2c, 0x00
#define scst_sense_removal_prevented		0x5, 0x53, 0x02
#define scst_sense_illegal_track_mode		0x5, 0x64, 0x00
#define scst_sense_bus_device_reset_UA		0x6, 0x29, 0x03
#define scst_sense_resv_preempted_UA		0x6, 0x2a, 0x03
#define scst_sense_resv_released_UA		0x6, 0x2a, 0x04
#define scst_sense_reg_preempted_UA		0x6, 0x2a, 0x05
#define scst_sense_mode_parameters_changed_UA	0x6, 0x2a, 0x01
#define scst_sense_log_parameters_changed_UA	0x6, 0x2a, 0x02
#define scst_sense_access_changed_UA		0x6, 0x2a, 0x06
#define scst_sense_capacity_data_changed_UA	0x6, 0x2a, 0x09
#define scst_sense_timestamp_changed_UA		0x6, 0x2a, 0x10
#define scst_sense_soft_threshold_UA		0x6, 0x38, 0x07
#define scst_sense_inquiry_data_changed_UA	0x6, 0x3f, 0x03
#define scst_sense_ident_changed_UA		0x6, 0x3f, 0x05
#define scst_sense_reported_luns_data_changed_UA 0x6, 0x3f, 0x0e
#define scst_sense_space_alloc_failed		0x7, 0x27, 0x07
#define scst_sense_miscompare			0xe, 0x1d, 0x00
#define scst_sense_echo_overwritten		0xb, 0x3f, 0x0f
#define scst_sense_data_phase_error		0xb, 0x4b, 0x00

#endif /* SCST_DEFS_H */
