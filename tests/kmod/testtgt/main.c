// SPDX-License-Identifier: GPL-2.0
/*
 * A target driver and a device handler for tests. Everything happens by commands
 * to /proc/scsi_tgt/testtgt/testtgt (its "help" beside it lists them); reading it
 * gives the log of events, oldest first:
 *
 *	exec TAG			the device's exec() has a command
 *	done TAG STATUS SENSE RESIDUAL LEN	a response: status in hex, KEY/ASC/ASCQ
 *					in hex or "-", residual (below 0: overflow),
 *					bytes of valid Data-In
 *	aborted TAG			no response: it was aborted
 *	dropped TAG			no response: it was given up
 *	tm NAME STATUS [INFO]		a task management function is answered
 *	dev_tm DEVICE FN		the handler hears of one
 *	aen SESSION EVENT, registered SESSION ERROR, unregistered SESSION
 *	segments TAG N			with the option of that name: entries of the buffer
 *	data TAG HEX, sense TAG HEX	with the option "show": up to 128 bytes
 *	alloc|prep|prep_failed|rdy|pre|xmit|free TAG CONTEXT, got TAG HEX,
 *	pieces TAG N of M, SUM bytes, dev_done TAG	with "v"
 *
 * A command is SESSION LUN TAG ATTR CONTEXT CDB [OPTION...]:
 *	ATTR	simple untagged ordered hoq aca
 *	CONTEXT	direct block atomic tasklet thread (answers: same as well); atomic
 *		is with interrupts off
 * Options:
 *	in=LEN out=LEN noexpect		what the transport expects; default: no data
 *	data=HEX			how Data-Out begins; zeros follow
 *	show v segments			see above
 *	cdb=LEN				a longer CDB: each further byte is its place, modulo 256
 *	core lend			memory of the core's; the buffer is the driver's
 *	back=CONTEXT			of the driver's answers; default: same
 *	rx=hold|success|error|sense|fatal	the answer to rdy_to_xfer()
 *	rdy_full=N rdy_thread rdy_fail	what rdy_to_xfer() returns (first)
 *	xmit=hold xmit_full=N xmit_thread xmit_fail	likewise for xmit_response()
 *	undelivered			the response is lost
 *	pre=success|error|sense|fatal|thread	what pre_exec() returns
 *	two=hold|success|...		in two stages; the status to restart with
 *	alloc=core|own|fail|thread	what alloc_data_buf() does; thread: fails in
 *					atomic context, then own
 *	park pass			overrides the device's mode
 *	exec_thread			exec() asks for a thread
 *	resp=LEN			exec() gives so many bytes of Data-In
 *
 * Data-In of testdev: each byte is its place, modulo 256.
 */
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "testtgt.h"

static unsigned int active;	/* commands of the file, under tt_mutex */

static int tt_enter(struct scst_proc_ctx *ctx)
{
	int ret = 0;

	mutex_lock(&tt_mutex);
	if (tt_exiting)
		ret = scst_proc_refuse(ctx, -EINVAL, NULL, "is being unloaded");
	else
		active++;
	mutex_unlock(&tt_mutex);
	return ret;
}

static void tt_leave(void)
{
	mutex_lock(&tt_mutex);
	active--;
	mutex_unlock(&tt_mutex);
	wake_up_all(&tt_wait);
}

static int tt_clear(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	tt_log_clear();
	return 0;
}

static int wait_result(struct scst_proc_ctx *ctx, const char *word, long left)
{
	if (left < 0)
		return -EINTR;
	if (!left || READ_ONCE(tt_exiting))
		return scst_proc_refuse(ctx, -ETIMEDOUT, word,
					"did not happen in time");
	return 0;
}

static int tt_wait_idle(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	long left = wait_event_interruptible_timeout(tt_wait,
			(tt_cmds_idle() && tt_tm_idle()) ||
			READ_ONCE(tt_exiting), TT_WAIT);

	return wait_result(ctx, NULL, left);
}

/* expect WORD...: the words are one line of the log. */
static int tt_expect(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	char line[128] = "";
	long left;
	int i;

	for (i = 0; i < argc; i++) {
		if (i)
			strlcat(line, " ", sizeof(line));
		strlcat(line, argv[i], sizeof(line));
	}
	left = wait_event_interruptible_timeout(tt_wait, tt_log_has(line) ||
						READ_ONCE(tt_exiting), TT_WAIT);
	return wait_result(ctx, argv[0], left);
}

/* settle [MS]: nothing has happened for so long. */
static int tt_settle(struct scst_proc_ctx *ctx, int argc, char **argv)
{
	unsigned long end = jiffies + TT_WAIT;
	u64 ms = 100, seq;

	if (argc && tt_parse_num(ctx, argv[0], 10000, &ms))
		return -EINVAL;
	do {
		seq = tt_log_seq();
		if (schedule_timeout_interruptible(msecs_to_jiffies(ms)) ||
		    signal_pending(current))
			return -EINTR;
		if (seq == tt_log_seq())
			return 0;
	} while (time_before(jiffies, end));
	return wait_result(ctx, NULL, 0);
}

#define TT_RUN(fn)							\
static int run_##fn(struct scst_proc_ctx *ctx, int argc, char **argv)	\
{									\
	int ret = tt_enter(ctx);					\
									\
	if (ret)							\
		return ret;						\
	ret = fn(ctx, argc, argv);					\
	tt_leave();							\
	return ret;							\
}

TT_RUN(tt_target_add)
TT_RUN(tt_target_del)
TT_RUN(tt_sess_add)
TT_RUN(tt_sess_del)
TT_RUN(tt_dev_add)
TT_RUN(tt_dev_del)
TT_RUN(tt_dev_mode)
TT_RUN(tt_dev_attach)
TT_RUN(tt_dev_control)
TT_RUN(tt_dev_ua)
TT_RUN(tt_cmd)
TT_RUN(tt_rx)
TT_RUN(tt_restart)
TT_RUN(tt_find)
TT_RUN(tt_suspend)
TT_RUN(tt_resume)
TT_RUN(tt_get)
TT_RUN(tt_put)
TT_RUN(tt_threads)
TT_RUN(tt_detect)
TT_RUN(tt_sent)
TT_RUN(tt_release)
TT_RUN(tt_fail)
TT_RUN(tt_status)
TT_RUN(tt_tm)
TT_RUN(tt_wait_idle)
TT_RUN(tt_expect)
TT_RUN(tt_settle)
TT_RUN(tt_clear)

static const struct scst_proc_cmd tt_cmds[] = {
	{ "add_target", "NAME [lean]",
	  "a target; lean: of a driver with what is required only, nothing atomic",
	  1, 2, run_tt_target_add },
	{ "del_target", "NAME", "removes it", 1, 1, run_tt_target_del },
	{ "add_session", "TARGET INITIATOR [as=NAME] [async|atomic] [auto_del]",
	  "an initiator logs in; commands call the session NAME or INITIATOR; async, atomic: not waited for; auto_del: it logs out if that fails",
	  2, 5, run_tt_sess_add },
	{ "del_session", "SESSION [nowait]", "it logs out", 1, 2, run_tt_sess_del },
	{ "add_device", "NAME [thr] [hold]",
	  "a disk of 2048 blocks; thr: nothing atomic, a thread of its own; hold: its commands stay in exec()",
	  1, 3, run_tt_dev_add },
	{ "del_device", "NAME", "removes it", 1, 1, run_tt_dev_del },
	{ "mode", "DEVICE hold|pass", "what exec() does", 2, 2, run_tt_dev_mode },
	{ "attach", "DEVICE ok|slow|fail",
	  "what attach_tgt() does when the device becomes a LUN; slow: until told otherwise",
	  2, 2, run_tt_dev_attach },
	{ "control", "DEVICE FIELD=VALUE...",
	  "control mode page: tst qerr tas d_sense swp", 2, 6, run_tt_dev_control },
	{ "ua", "DEVICE NUMBER", "raises enum scst_ua NUMBER on all nexuses",
	  2, 2, run_tt_dev_ua },
	{ "cmd", "SESSION LUN TAG ATTR CONTEXT CDB [OPTION...]",
	  "a SCSI command", 6, SCST_PROC_MAX_ARGS - 1, run_tt_cmd },
	{ "rx", "TAG STATUS [CONTEXT]",
	  "the data of a command with rx=hold are there", 2, 3, run_tt_rx },
	{ "restart", "TAG STATUS [CONTEXT]",
	  "a command with two=hold goes on: success error sense fatal thread",
	  2, 3, run_tt_restart },
	{ "find", "SESSION TAG", "logs \"found TAG\" or \"no TAG\"", 2, 2, run_tt_find },
	{ "suspend", "", "scst_suspend_activity(); logs \"suspended\"",
	  0, 0, run_tt_suspend },
	{ "resume", "", "scst_resume_activity()", 0, 0, run_tt_resume },
	{ "get", "", "scst_get()", 0, 0, run_tt_get },
	{ "put", "", "scst_put()", 0, 0, run_tt_put },
	{ "threads", "add|del N", "scst_add_cmd_threads(), scst_del_cmd_threads()",
	  2, 2, run_tt_threads },
	{ "detect", "ok|fail|off",
	  "registers a driver whose detect() finds a target, or fails after that",
	  1, 1, run_tt_detect },
	{ "sent", "TAG [CONTEXT]",
	  "the response of a command with xmit=hold is sent", 1, 2, run_tt_sent },
	{ "release", "TAG|all [CONTEXT]", "exec() succeeds", 1, 2, run_tt_release },
	{ "fail", "TAG KEY ASC ASCQ [CONTEXT]", "exec() fails with sense data",
	  4, 5, run_tt_fail },
	{ "status", "TAG STATUS [CONTEXT]", "exec() ends with a status",
	  2, 3, run_tt_status },
	{ "tm", "SESSION FN [lun=N] [tag=TAG] [id=NAME] [atomic]",
	  "task management: abort_task abort_task_set clear_aca clear_task_set lun_reset target_reset nexus_loss_sess abort_all_sess nexus_loss abort_all query_task query_task_set query_async_event, or a number; with tag= through scst_rx_mgmt_fn_tag(), with both tag= and lun= through scst_rx_mgmt_fn()",
	  2, 6, run_tt_tm },
	{ "wait", "", "until no command and no task management is left",
	  0, 0, run_tt_wait_idle },
	{ "expect", "WORD...", "until the log has this line",
	  1, SCST_PROC_MAX_ARGS - 1, run_tt_expect },
	{ "settle", "[MS]", "until nothing has been logged for 100 ms or MS",
	  0, 1, run_tt_settle },
	{ "clear", "", "forgets the log", 0, 0, run_tt_clear },
};

const struct scst_proc_desc tt_proc = {
	.cmds	= tt_cmds,
	.n_cmds	= ARRAY_SIZE(tt_cmds),
	.show	= tt_log_show,
	.notes	= "Options of cmd, and the log: see the driver's main.c.\n",
};

static int __init tt_init(void)
{
	int ret = tt_dev_init();

	if (ret)
		return ret;
	ret = tt_target_init();
	if (ret)
		tt_dev_exit();
	return ret;
}

static bool tt_quiet(void)
{
	bool quiet;

	mutex_lock(&tt_mutex);
	quiet = !active;
	mutex_unlock(&tt_mutex);
	return quiet && tt_cmds_idle() && tt_tm_idle();
}

/* Whatever is held goes on, and waiters give up. */
static void tt_drain(void)
{
	mutex_lock(&tt_mutex);
	WRITE_ONCE(tt_exiting, true);
	mutex_unlock(&tt_mutex);
	wake_up_all(&tt_wait);
	do {
		tt_global_undo();
		tt_cmds_let_go();
		tt_parked_let_go();
		schedule_timeout_uninterruptible(HZ / 50 + 1);
	} while (!tt_quiet());
}

static void __exit tt_exit(void)
{
	tt_drain();
	tt_sessions_del_all();
	tt_targets_del_all();
	tt_target_exit();
	tt_parked_let_go();
	tt_devs_del_all();
	tt_dev_exit();
}

module_init(tt_init);
module_exit(tt_exit);

MODULE_DESCRIPTION("SCST target driver and device handler for tests");
MODULE_LICENSE("GPL");
SCST_IMPORT_NS;
