/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What initiators can set in a logical unit: mode pages, power, the medium of a
 * removable one. After a LOGICAL UNIT RESET it is as after the open, but for the
 * caching page.
 */
#ifndef VDISK_UNIT_H
#define VDISK_UNIT_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "scsi_tgt.h"

struct vdisk_dev;

#define VDISK_MODE_PAGES	14
#define VDISK_MODE_PAGE_MAX	40	/* bytes of the longest one */

#define VDISK_APP_CLIENT_N	64	/* parameters of the application client page */
#define VDISK_APP_CLIENT_LEN	252	/* bytes of each */
#define VDISK_SELF_TESTS	20	/* results that are kept */
#define VDISK_READ_BUFFER_16	0x9b	/* not in the kernel's list of opcodes */
#define VDISK_BUFFER_LEN	4096	/* of READ BUFFER and WRITE BUFFER */
#define VDISK_IDENT_LEN		256	/* identifying information */

/**
 * struct vdisk_self_test - the result of a self-test
 * @done: there was one
 * @code: SELF-TEST CODE
 * @result: SELF-TEST RESULTS
 * @hours: since the device was opened
 * @lba: that couldn't be read, or U64_MAX
 */
struct vdisk_self_test {
	bool done;
	u8 code;
	u8 result;
	u16 hours;
	u64 lba;
};

/**
 * struct vdisk_buffers - of READ BUFFER and WRITE BUFFER
 * @data: buffer 0
 * @echo: the echo buffer
 * @echo_len: bytes in it
 * @echo_owner: who wrote them; to compare only
 */
struct vdisk_buffers {
	u8 data[VDISK_BUFFER_LEN];
	u8 echo[VDISK_BUFFER_LEN];
	u32 echo_len;
	const struct scst_tgt_dev *echo_owner;
};

/**
 * struct vdisk_ident - identifying information
 * @len: its length
 * @data: the information
 */
struct vdisk_ident {
	u16 len;
	u8 data[VDISK_IDENT_LEN];
};

/**
 * struct vdisk_errors - error counters of one direction, SPC-5 7.3.8
 * @retried: commands that were tried again
 * @corrected: of these, those that then went well
 * @bytes: moved by commands
 * @uncorrected: commands that failed for good
 */
struct vdisk_errors {
	u64 retried;
	u64 corrected;
	u64 bytes;
	u64 uncorrected;
};

/* Thresholds of thin provisioning: on what is still free, on what is occupied. */
enum {
	VDISK_THRESHOLD_AVAILABLE,
	VDISK_THRESHOLD_USED,
	VDISK_THRESHOLDS
};

/**
 * struct vdisk_threshold - one of them, SBC-4 4.7.3.8
 * @enabled: ENABLED
 * @armed: it was seen on the good side since it was set, or was last reached
 * @count: THRESHOLD COUNT
 */
struct vdisk_threshold {
	bool enabled;
	bool armed;
	u32 count;
};

/* Why the medium can't be accessed; vdisk_unit.not_ready. */
enum vdisk_not_ready {
	VDISK_READY,
	VDISK_STOPPED,		/* START STOP UNIT, START = 0 */
	VDISK_EJECTED,		/* LOEJ = 1, too: there is no medium */
};

/**
 * struct vdisk_nexus - a virtual disk as one I_T_L nexus has it: its dh_priv
 * @prevent: see struct vdisk_unit.prevent_gen
 * @lost_told: struct vdisk_dev.lost as SYNCHRONIZE CACHE has last told it
 * @copies_lock: protects @copies; process context
 * @copies: struct vdisk_copy, what RECEIVE COPY RESULTS can tell; the oldest first
 */
struct vdisk_nexus {
	unsigned long prevent;
	unsigned int lost_told;
	spinlock_t copies_lock;
	struct list_head copies;
};

/**
 * struct vdisk_unit - state that initiators can change
 * @not_ready: enum vdisk_not_ready; read with READ_ONCE() by each command
 * @write_through: WCE is 0: each write goes to stable storage; read likewise
 * @lock: protects what follows up to @threshold_work; taken in any context
 * @resets: how many there were; written under @lock, read at any time
 * @prevent_gen: I_T_L nexuses with this struct vdisk_nexus.prevent prevent removal
 * @prevent_count: how many they are
 * @modes: current values of the mode pages, by their row in mode_pages.c
 * @thresholds: as their mode page has them
 * @lbpere: LBPERE of the read-write error recovery page: they are told
 * @threshold_work: looks at them while one is enabled
 * @mutex: protects the rest; taken by commands in threads
 * @opened: seconds of the boot clock when the device was opened
 * @app_client: log page 0Fh, VDISK_APP_CLIENT_N of them; NULL: all 0
 * @errors_base: log pages 03h and 02h: the counters when they were last reset
 * @idle_told: log page 19h: nanoseconds without a command
 * @self_tests: results, the newest first
 * @test_work: a self-test in the background
 * @test_code: its SELF-TEST CODE while it runs
 * @test_stop: what the result is to be, when it has to stop; without @mutex
 * @buffers: NULL until they are used
 * @idents: identifying information, binary and text
 * @clock_set: SET TIMESTAMP was received
 * @clock_offset: then: milliseconds that the timestamp is ahead of the boot clock
 */
struct vdisk_unit {
	u8 not_ready;
	bool write_through;
	spinlock_t lock;
	unsigned int resets;
	unsigned long prevent_gen;
	unsigned int prevent_count;
	u8 modes[VDISK_MODE_PAGES][VDISK_MODE_PAGE_MAX];
	struct vdisk_threshold thresholds[VDISK_THRESHOLDS];
	bool lbpere;
	struct delayed_work threshold_work;
	struct mutex mutex;
	u64 opened;
	u8 (*app_client)[VDISK_APP_CLIENT_LEN];
	struct vdisk_errors errors_base[2];
	u64 idle_told;
	struct vdisk_self_test self_tests[VDISK_SELF_TESTS];
	struct work_struct test_work;
	u8 test_code;
	u8 test_stop;
	struct vdisk_buffers *buffers;
	struct vdisk_ident idents[2];
	bool clock_set;
	s64 clock_offset;
};

/* unit.c */
void vdisk_unit_init(struct scst_device *dev, struct vdisk_dev *vdev);
void vdisk_unit_free(struct vdisk_dev *vdev);
void vdisk_task_mgmt(struct scst_mgmt_cmd *mcmd, struct scst_device *dev);
enum scst_exec_res vdisk_sync_all(struct scst_cmd *cmd, struct vdisk_dev *vdev);

/* start_stop.c */
enum scst_exec_res vdisk_start_stop(struct scst_cmd *cmd, struct vdisk_dev *vdev);
void vdisk_prevent_allow(struct scst_cmd *cmd, struct vdisk_dev *vdev);
void vdisk_prevent_end(struct scst_tgt_dev *tgt_dev);
void __vdisk_medium_reset(struct vdisk_dev *vdev);
void vdisk_set_not_ready(struct scst_cmd *cmd, u8 why);

/* log_sense.c, log_select.c */
enum scst_exec_res vdisk_log_sense(struct scst_cmd *cmd, struct vdisk_dev *vdev);
enum scst_exec_res vdisk_log_select(struct scst_cmd *cmd, struct vdisk_dev *vdev);

/* self_test.c */
void vdisk_self_test_init(struct vdisk_unit *unit);
void vdisk_self_test_stop(struct vdisk_unit *unit);
enum scst_exec_res vdisk_send_diagnostic(struct scst_cmd *cmd,
					 struct vdisk_dev *vdev);
void vdisk_receive_diagnostic(struct scst_cmd *cmd, struct vdisk_dev *vdev);

/* buffer_cmds.c */
enum scst_exec_res vdisk_read_buffer(struct scst_cmd *cmd, struct vdisk_dev *vdev);
enum scst_exec_res vdisk_write_buffer(struct scst_cmd *cmd, struct vdisk_dev *vdev);
void vdisk_echo_end(struct scst_tgt_dev *tgt_dev, struct vdisk_unit *unit);

/* labels.c */
enum scst_exec_res vdisk_report_ident(struct scst_cmd *cmd, struct vdisk_dev *vdev);
enum scst_exec_res vdisk_set_ident(struct scst_cmd *cmd, struct vdisk_dev *vdev);
enum scst_exec_res vdisk_report_timestamp(struct scst_cmd *cmd,
					  struct vdisk_dev *vdev);
enum scst_exec_res vdisk_set_timestamp(struct scst_cmd *cmd,
				       struct vdisk_dev *vdev);

/* mode.c, mode_select.c */
void vdisk_mode_sense(struct scst_cmd *cmd, struct vdisk_dev *vdev);
enum scst_exec_res vdisk_mode_select(struct scst_cmd *cmd, struct vdisk_dev *vdev);

/**
 * struct vdisk_mode_page - a mode page, SPC-5 7.5
 * @code: PAGE CODE
 * @sub: SUBPAGE CODE
 * @len: bytes, with the header of 2 bytes, or of 4 with a subpage
 * @types: device types that have it, as a set
 * @is_there: does a device have it? NULL: all of @types
 * @keep: its values outlive a reset
 * @defaults: fills in default values, where they aren't 0; @p is the whole page
 * @live: puts in what changes of itself; vdisk_unit.lock is held; or NULL
 * @changeable: fills in which bits MODE SELECT can change; NULL: none
 * @check: are these values that it may have? Only changeable bits can differ from
 *	the current ones. The offending byte, or -1; NULL: all may be
 * @apply: the values count from now on; vdisk_unit.lock is held. NULL: they are
 *	only kept
 */
struct vdisk_mode_page {
	u8 code;
	u8 sub;
	u8 len;
	u32 types;
	bool keep;
	bool (*is_there)(const struct vdisk_dev *vdev);
	void (*defaults)(u8 *p, const struct vdisk_dev *vdev);
	void (*live)(u8 *p, const struct vdisk_dev *vdev);
	void (*changeable)(u8 *p, const struct vdisk_dev *vdev);
	int (*check)(const u8 *p);
	void (*apply)(const u8 *p, struct scst_device *dev, struct vdisk_dev *vdev);
};

/* mode_pages.c */
extern const struct vdisk_mode_page vdisk_mode_pages[];
extern const unsigned int vdisk_n_mode_pages;

bool vdisk_mode_is_there(const struct vdisk_mode_page *page, u8 type,
			 const struct vdisk_dev *vdev);
unsigned int vdisk_mode_header(u8 *p, const struct vdisk_mode_page *page);
void __vdisk_mode_values(u8 *p, unsigned int row, const struct vdisk_dev *vdev);
void __vdisk_modes_reset(struct scst_device *dev, struct vdisk_dev *vdev,
			 bool all);

#endif /* VDISK_UNIT_H */
