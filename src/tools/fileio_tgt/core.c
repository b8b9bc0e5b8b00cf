// SPDX-License-Identifier: GPL-2.0
/*
 * The core's part of a command, between libscst_user and the shared files of the
 * kernel's device handler: from the CDB by the opcode table to exec(), and back.
 *
 * exec() may keep a command. Who comes second, its end or the return of exec(), gives
 * the answer: see fio_cmd.state.
 */
#include <poll.h>

#include "cmd_sense.h"
#include "fileio_tgt.h"
#include "opcode.h"

/* fio_cmd.state */
enum fio_state {
	FIO_RUNNING,	/* exec() hasn't returned */
	FIO_DONE,	/* it has ended, and exec() hasn't returned */
	FIO_DEFERRED,	/* exec() has returned, and it goes on */
};

unsigned long scst_trace_flags;

static struct fio_cmd *fio_cmd_of(struct scst_cmd *cmd)
{
	return container_of(cmd, struct fio_cmd, cmd);
}

/* ---- from the CDB to the device ---- */

static bool knows_opcode(const struct scst_device *dev, u8 op)
{
	unsigned int i;

	for (i = 0; i < scst_op_table_size; i++)
		if (scst_op_table[i].op == op && scst_op_table[i].types & BIT(dev->type) &&
		    dev->handler->supports_op(dev, op, scst_op_table[i].sa))
			return true;
	return false;
}

/* The opcode's row, or an error: as in the kernel's parse.c. */
static bool find_op(struct scst_cmd *cmd)
{
	const struct scst_device *dev = cmd->dev;
	u8 op = cmd->cdb[0];
	int bit;

	cmd->op = scst_op_find(dev->type, cmd->cdb, min_t(u32, cmd->cdb_len,
							  SCST_MAX_CDB_LEN));
	if (!cmd->op || !dev->handler->supports_op(dev, op, cmd->op->sa)) {
		cmd->op = NULL;
		if (!knows_opcode(dev, op))
			scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_invalid_opcode));
		else if (op == VARIABLE_LENGTH_CMD)
			scst_set_invalid_field(cmd, 8, -1);
		else
			scst_set_invalid_field(cmd, 1, 4);
		return false;
	}
	if (cmd->cdb_len < cmd->op->cdb_len || cmd->cdb_len > SCST_MAX_CDB_LEN) {
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_invalid_field_in_cdb));
		return false;
	}
	if (op == VARIABLE_LENGTH_CMD && cmd->cdb[7] + 8 != cmd->op->cdb_len) {
		scst_set_invalid_field(cmd, 7, -1);
		return false;
	}
	bit = scst_op_reserved_bit(cmd->op, cmd->cdb);
	if (bit >= 0)
		scst_set_invalid_field(cmd, bit / 8, bit % 8);
	return bit < 0;
}

static void decode(struct scst_cmd *cmd)
{
	const struct scst_op *op = cmd->op;
	u64 len = op->fixed_len;

	if (op->lba.len)
		cmd->lba = scst_op_get_field(cmd->cdb, &op->lba);
	if (op->len.len) {
		len = scst_op_get_field(cmd->cdb, &op->len);
		if (!len && op->flags & SCST_OP_ZERO_IS_256)
			len = 256;
	} else if (op->flags & SCST_OP_LEN_EXPECTED) {
		len = cmd->expected_len;
	}
	cmd->data_len = len;
	cmd->data_direction = op->dir;
}

static bool parse(struct scst_cmd *cmd)
{
	if (!find_op(cmd))
		return false;
	decode(cmd);
	return !cmd->dev->handler->parse(cmd);
}

/* ---- unit attentions ---- */

static const u8 ua_codes[SCST_NR_UAS][3] = {
	[SCST_UA_MODE_CHANGED] = { SCST_LOAD_SENSE(scst_sense_mode_parameters_changed_UA) },
	[SCST_UA_MEDIUM_CHANGED] = { SCST_LOAD_SENSE(scst_sense_medium_changed_UA) },
	[SCST_UA_LOG_CHANGED] = { SCST_LOAD_SENSE(scst_sense_log_parameters_changed_UA) },
	[SCST_UA_TIMESTAMP_CHANGED] = { SCST_LOAD_SENSE(scst_sense_timestamp_changed_UA) },
	[SCST_UA_IDENT_CHANGED] = { SCST_LOAD_SENSE(scst_sense_ident_changed_UA) },
	[SCST_UA_SOFT_THRESHOLD] = { SCST_LOAD_SENSE(scst_sense_soft_threshold_UA) },
	[SCST_UA_CLEARED_BY_OTHER] = { SCST_LOAD_SENSE(scst_sense_cleared_by_another_ini_UA) },
	[SCST_UA_WRITE_DEFERRED] = { SCST_LOAD_SENSE(scst_sense_medium_write_error) },
};

/* The kernel tells of a new capacity itself; programs have no way for the others. */
void scst_dev_raise_ua(struct scst_device *dev, enum scst_ua ua,
		       const struct scst_tgt_dev *but)
{
	struct scst_tgt_dev *tgt_dev;

	if (ua == SCST_UA_CAPACITY_CHANGED) {
		if (scstu_capacity_changed(fio_of(dev)->su))
			scst_warn("%s\n", scstu_error());
		return;
	}
	spin_lock(&dev->tgt_devs_lock);
	list_for_each_entry(tgt_dev, &dev->tgt_devs, dev_entry)
		if (tgt_dev != but)
			set_bit(ua, &tgt_dev->ua);
	spin_unlock(&dev->tgt_devs_lock);
}

/* Part of the same call to the kernel. */
void scst_dev_report_aen(struct scst_device *dev, enum scst_aen event)
{
}

bool scst_check_local_events(struct scst_cmd *cmd)
{
	struct scst_tgt_dev *tgt_dev = cmd->tgt_dev;
	struct scst_sense sense = { };
	unsigned int ua;

	if (scst_cmd_must_end(cmd))
		return false;
	if (likely(!READ_ONCE(tgt_dev->ua)) ||
	    (cmd->op && cmd->op->flags & SCST_OP_SKIP_UA))
		return true;
	for (ua = 0; ua < SCST_NR_UAS; ua++)
		if (test_and_clear_bit(ua, &tgt_dev->ua))
			break;
	if (ua == SCST_NR_UAS)
		return true;
	sense.key = ua_codes[ua][0];
	sense.asc = ua_codes[ua][1];
	sense.ascq = ua_codes[ua][2];
	sense.deferred = ua == SCST_UA_WRITE_DEFERRED;
	scst_set_cmd_sense(cmd, &sense);
	return false;
}

/* ---- the end of a command ---- */

static void count(struct fio_dev *fdev, const struct fio_cmd *f)
{
	struct scst_dev_stats *s = &fdev->stats;
	const struct scst_op *op = f->cmd.op;
	u64 ns = ktime_get_boottime_ns() - f->began;
	bool failed = f->cmd.status;

	pthread_mutex_lock(&fdev->lock);
	if (!op || !(op->flags & SCST_OP_MEDIUM)) {
		s->other_ns += ns;
	} else if (f->cmd.data_direction == SCST_DATA_WRITE) {
		s->writes++;
		s->write_ns += ns;
		s->write_errors += failed;
		s->write_bytes += failed ? 0 : f->cmd.bufflen;
	} else {
		s->reads++;
		s->read_ns += ns;
		s->read_errors += failed;
		s->read_bytes += f->cmd.resp_data_len;
	}
	pthread_mutex_unlock(&fdev->lock);
}

void scst_dev_get_stats(const struct scst_device *dev, struct scst_dev_stats *stats)
{
	struct fio_dev *fdev = fio_of(dev);

	pthread_mutex_lock(&fdev->lock);
	*stats = fdev->stats;
	pthread_mutex_unlock(&fdev->lock);
}

static void give_result(const struct fio_cmd *f, struct scstu_cmd *su)
{
	const struct scst_cmd *cmd = &f->cmd;

	su->status = cmd->status;
	su->resp_len = cmd->resp_data_len;
	su->sense_len = min_t(u32, cmd->sense_len, SCSTU_SENSE_MAX);
	memcpy(su->sense, cmd->sense, su->sense_len);
}

/* The library has its answer. */
static void fio_cmd_free(struct fio_cmd *f)
{
	struct fio_dev *fdev = fio_of(f->cmd.dev);

	free(f);
	__atomic_sub_fetch(&fdev->live, 1, __ATOMIC_ACQ_REL);
}

static bool state_change(struct fio_cmd *f, int from, int to)
{
	return __atomic_compare_exchange_n(&f->state, &from, to, false,
					   __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* A command that changes the control mode page has done so for the kernel as well. */
static bool changes_control(const struct scst_cmd *cmd)
{
	return cmd->cdb[0] == MODE_SELECT || cmd->cdb[0] == MODE_SELECT_10;
}

void scst_cmd_done(struct scst_cmd *cmd, enum scst_exec_context context)
{
	struct fio_cmd *f = fio_cmd_of(cmd);
	struct fio_dev *fdev = fio_of(cmd->dev);

	if (cmd->dev->handler->dev_done)
		cmd->dev->handler->dev_done(cmd);
	if (changes_control(cmd))
		fio_push_control(fdev);
	count(fdev, f);
	pthread_mutex_lock(&fdev->lock);
	list_del(&f->entry);
	pthread_mutex_unlock(&fdev->lock);
	if (state_change(f, FIO_RUNNING, FIO_DONE))
		return;
	give_result(f, f->deferred);
	scstu_done(f->deferred);
	fio_cmd_free(f);
}

/* ---- executing again ---- */

static pthread_mutex_t again_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t again_cond = PTHREAD_COND_INITIALIZER;
static LIST_HEAD(again_list);

void scst_cmd_exec_again(struct scst_cmd *cmd)
{
	pthread_mutex_lock(&again_lock);
	list_add_tail(&fio_cmd_of(cmd)->again, &again_list);
	pthread_cond_signal(&again_cond);
	pthread_mutex_unlock(&again_lock);
}

static void *again_main(void *arg)
{
	for (;;) {
		struct fio_cmd *f;

		pthread_mutex_lock(&again_lock);
		while (list_empty(&again_list))
			pthread_cond_wait(&again_cond, &again_lock);
		f = list_entry(again_list.next, struct fio_cmd, again);
		list_del(&f->again);
		pthread_mutex_unlock(&again_lock);
		f->cmd.dev->handler->exec(&f->cmd);
	}
	return NULL;
}

int fio_core_init(void)
{
	pthread_t thread;
	int err = scst_op_init();

	if (!err)
		err = vdisk_ops_init();
	if (!err)
		err = vdisk_long_init();
	if (!err)
		err = -pthread_create(&thread, NULL, again_main, NULL);
	return err;
}

/* ---- a command from beginning to end ---- */

static struct scst_tgt_dev *nexus_of(struct fio_dev *fdev, u64 sess_h)
{
	struct scst_tgt_dev *tgt_dev, *found = NULL;

	spin_lock(&fdev->dev.tgt_devs_lock);
	list_for_each_entry(tgt_dev, &fdev->dev.tgt_devs, dev_entry)
		if (container_of(tgt_dev, struct fio_nexus, tgt_dev)->sess_h == sess_h) {
			found = tgt_dev;
			break;
		}
	spin_unlock(&fdev->dev.tgt_devs_lock);
	return found;
}

static u8 direction_of(const struct scstu_cmd *su)
{
	return su->len ? su->exec->data_direction : SCST_DATA_NONE;
}

static int take_cdb(struct scst_cmd *cmd, struct scstu_cmd *su)
{
	cmd->cdb_len = min_t(u32, su->exec->cdb_len, U8_MAX);
	memcpy(cmd->cdb, su->exec->cdb, sizeof(su->exec->cdb));
	if (cmd->cdb_len <= SCST_MAX_CDB_SIZE || cmd->cdb_len > SCST_MAX_CDB_LEN)
		return 0;
	return scstu_ext_cdb(su, cmd->cdb);
}

static struct fio_cmd *fio_cmd_new(struct fio_dev *fdev, struct scstu_cmd *su)
{
	struct fio_cmd *f = calloc(1, sizeof(*f));
	struct scst_cmd *cmd = &f->cmd;

	if (!f)
		return NULL;
	f->su = su;
	f->cmd_h = su->cmd_h;
	f->began = ktime_get_boottime_ns();
	f->sg.buf = su->buf;
	f->sg.length = su->len;
	cmd->dev = &fdev->dev;
	cmd->context = SCST_CONTEXT_THREAD;
	cmd->sg = &f->sg;
	cmd->sg_cnt = 1;
	cmd->expected_direction = direction_of(su);
	cmd->expected_len = su->len;
	cmd->tgt_dev = nexus_of(fdev, su->exec->sess_h);
	if (!cmd->tgt_dev || take_cdb(cmd, su)) {
		free(f);
		return NULL;
	}
	cmd->sess = cmd->tgt_dev->sess;
	__atomic_add_fetch(&fdev->live, 1, __ATOMIC_ACQ_REL);
	pthread_mutex_lock(&fdev->lock);
	list_add_tail(&f->entry, &fdev->cmds);
	pthread_mutex_unlock(&fdev->lock);
	return f;
}

static bool may_write(struct scst_cmd *cmd)
{
	if (!(cmd->op->flags & SCST_OP_WRITES) ||
	    (!cmd->tgt_dev->read_only && !READ_ONCE(cmd->dev->control.swp)))
		return true;
	scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_data_protect));
	return false;
}

/* Data-Out that is shorter than the CDB says would write what nobody sent. */
static bool data_are_there(struct scst_cmd *cmd)
{
	if (cmd->data_direction != SCST_DATA_WRITE || cmd->data_len <= cmd->expected_len)
		return true;
	scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_invalid_field_in_iu));
	return false;
}

/* Unit attentions go before faults of the CDB. */
static bool prepare(struct scst_cmd *cmd)
{
	if (!parse(cmd) || !data_are_there(cmd)) {
		if (cmd->op)
			scst_check_local_events(cmd);
		cmd->bufflen = 0;
		return false;
	}
	if (cmd->data_direction != SCST_DATA_NONE)
		cmd->bufflen = min_t(u64, cmd->data_len, cmd->expected_len);
	return scst_check_local_events(cmd) && may_write(cmd);
}

/* It goes on after exec() has returned. */
static void defer(struct fio_cmd *f)
{
	struct scstu_cmd *deferred = scstu_defer(f->su);

	if (deferred) {
		f->deferred = deferred;
		if (state_change(f, FIO_RUNNING, FIO_DEFERRED))
			return;
		give_result(f, deferred);
		scstu_done(deferred);
	} else {
		/* No memory for more: this thread waits for it. */
		while (READ_ONCE(f->state) != FIO_DONE)
			poll(NULL, 0, 1);
		give_result(f, f->su);
	}
	fio_cmd_free(f);
}

static void exec(struct scstu_cmd *su)
{
	struct fio_dev *fdev = scstu_priv(su->dev);
	struct fio_cmd *f = fio_cmd_new(fdev, su);

	if (!f) {
		su->status = SAM_STAT_BUSY;
		return;
	}
	if (prepare(&f->cmd))
		fdev->dev.handler->exec(&f->cmd);
	else
		scst_cmd_done(&f->cmd, SCST_CONTEXT_SAME);
	if (READ_ONCE(f->state) != FIO_DONE) {
		defer(f);
		return;
	}
	give_result(f, su);
	fio_cmd_free(f);
}

/* The same decoding, for the kernel: PARSE CALL and EXCEPTION. */
static void parse_for_kernel(struct scstu_dev *su,
			     const struct scst_user_scsi_cmd_parse *in,
			     struct scst_user_scsi_cmd_reply_parse *out)
{
	struct fio_dev *fdev = scstu_priv(su);
	struct scst_session sess = { .initiator_name = "(parse)" };
	struct scst_tgt_dev tgt_dev = { .dev = &fdev->dev, .sess = &sess };
	struct scst_cmd cmd = {
		.dev = &fdev->dev, .sess = &sess, .tgt_dev = &tgt_dev,
		.cdb_len = in->cdb_len,
		.expected_len = max(in->expected_transfer_len, 0),
	};

	memcpy(cmd.cdb, in->cdb, sizeof(in->cdb));
	/* What has faults is told so when it is executed, with all that goes before. */
	if (in->cdb_len > SCST_MAX_CDB_SIZE || !find_op(&cmd))
		return;
	decode(&cmd);
	if (cmd.dev->handler->parse(&cmd) || cmd.data_len > INT_MAX)
		return;
	out->lba = cmd.lba;
	out->data_direction = cmd.data_len ? cmd.data_direction : SCST_DATA_NONE;
	out->data_len = cmd.data_len;
	out->bufflen = cmd.data_len;
	out->op_flags |= SCST_INFO_VALID;
}

/* ---- sessions ---- */

static int attach(struct scstu_dev *su, const struct scst_user_sess *sess)
{
	struct fio_dev *fdev = scstu_priv(su);
	struct fio_nexus *n = calloc(1, sizeof(*n));
	int err;

	if (!n)
		return -ENOMEM;
	n->sess_h = sess->sess_h;
	n->tgt.rel_tgt_id = 1;
	n->sess.tgt = &n->tgt;
	n->sess.initiator_name = strndup(sess->initiator_name,
					 sizeof(sess->initiator_name));
	n->tgt_dev.dev = &fdev->dev;
	n->tgt_dev.sess = &n->sess;
	n->tgt_dev.read_only = sess->rd_only;
	err = n->sess.initiator_name ? fdev->dev.handler->attach_tgt(&n->tgt_dev) : -ENOMEM;
	if (err) {
		free(n->sess.initiator_name);
		free(n);
		return err;
	}
	spin_lock(&fdev->dev.tgt_devs_lock);
	list_add_tail(&n->tgt_dev.dev_entry, &fdev->dev.tgt_devs);
	spin_unlock(&fdev->dev.tgt_devs_lock);
	return 0;
}

static void detach(struct scstu_dev *su, const struct scst_user_sess *sess)
{
	struct fio_dev *fdev = scstu_priv(su);
	struct scst_tgt_dev *tgt_dev = nexus_of(fdev, sess->sess_h);
	struct fio_nexus *n = container_of(tgt_dev, struct fio_nexus, tgt_dev);

	if (!tgt_dev)
		return;
	spin_lock(&fdev->dev.tgt_devs_lock);
	list_del(&tgt_dev->dev_entry);
	spin_unlock(&fdev->dev.tgt_devs_lock);
	fdev->dev.handler->detach_tgt(tgt_dev);
	free(n->sess.initiator_name);
	free(n);
}

/* ---- task management ---- */

static bool tm_affects(const struct scst_user_tm *tm, const struct fio_cmd *f)
{
	const struct scst_tgt_dev *tgt_dev = f->cmd.tgt_dev;
	u64 sess_h = container_of(tgt_dev, struct fio_nexus, tgt_dev)->sess_h;

	switch (tm->fn) {
	case SCST_ABORT_TASK:
		return tm->cmd_h_to_abort && f->cmd_h == tm->cmd_h_to_abort;
	case SCST_ABORT_TASK_SET:
	case SCST_NEXUS_LOSS_SESS:
	case SCST_ABORT_ALL_TASKS_SESS:
	case SCST_UNREG_SESS_TM:
	case SCST_PR_ABORT_ALL:
		return sess_h == tm->sess_h;
	case SCST_CLEAR_ACA:
		return false;
	default:
		return true;
	}
}

/* What is at work ends soon; what waits ends when its turn comes. */
static int task_mgmt(struct scstu_dev *su, const struct scst_user_tm *tm, bool done)
{
	struct fio_dev *fdev = scstu_priv(su);
	struct scst_mgmt_cmd mcmd = { .fn = tm->fn };
	struct fio_cmd *f;

	if (!done) {
		pthread_mutex_lock(&fdev->lock);
		list_for_each_entry(f, &fdev->cmds, entry)
			if (tm_affects(tm, f))
				set_bit(SCST_CMD_F_ABORTED, &f->cmd.flags);
		pthread_mutex_unlock(&fdev->lock);
		return SCST_MGMT_STATUS_SUCCESS;
	}
	fdev->dev.handler->task_mgmt_fn(&mcmd, &fdev->dev);
	fio_push_control(fdev);
	return SCST_MGMT_STATUS_SUCCESS;
}

/* ---- the control mode page ---- */

/* The kernel carries it out: task sets, sense formats, write protection. */
void fio_push_control(struct fio_dev *fdev)
{
	struct scst_control now = fdev->dev.control;
	struct scst_user_opt opt;
	bool changed;

	pthread_mutex_lock(&fdev->lock);
	changed = memcmp(&now, &fdev->pushed, sizeof(now));
	fdev->pushed = now;
	pthread_mutex_unlock(&fdev->lock);
	if (!changed || !fdev->su)
		return;
	if (!scstu_get_options(fdev->su, &opt)) {
		opt.tst = now.tst;
		opt.qerr = now.qerr;
		opt.tas = now.tas;
		opt.swp = now.swp;
		opt.d_sense = now.d_sense;
		if (!scstu_set_options(fdev->su, &opt))
			return;
	}
	scst_warn("%s\n", scstu_error());
}

void fio_dev_init(struct fio_dev *fdev)
{
	pthread_mutex_init(&fdev->lock, NULL);
	spin_lock_init(&fdev->dev.tgt_devs_lock);
	INIT_LIST_HEAD(&fdev->dev.tgt_devs);
	INIT_LIST_HEAD(&fdev->cmds);
}

/* No command comes any more: until those that others work at are answered. */
void fio_dev_drain(struct fio_dev *fdev)
{
	while (__atomic_load_n(&fdev->live, __ATOMIC_ACQUIRE))
		poll(NULL, 0, 1);
}

const struct scstu_ops fio_ops = {
	.exec	= exec,
	.attach	= attach,
	.detach	= detach,
	.parse	= parse_for_kernel,
	.tm	= task_mgmt,
};
