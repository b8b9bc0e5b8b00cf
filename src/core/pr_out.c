// SPDX-License-Identifier: GPL-2.0
/*
 * PERSISTENT RESERVE OUT, SPC-5 6.17: the common part, and all service actions
 * that don't register. Runs in a work item: files are written, and the commands of
 * preempted nexuses waited for.
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/rculist.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "pr_out.h"

/* TransportIDs of as many as can be registered. */
#define SCST_PR_OUT_MAX_LIST	(SCST_PR_MAX_REGS * SCST_TRANSPORT_ID_MAX)

bool scst_pr_out_conflict(struct scst_pr_out *o)
{
	scst_set_cmd_error_status(o->cmd, SAM_STAT_RESERVATION_CONFLICT);
	return false;
}

bool scst_pr_out_no_room(struct scst_pr_out *o)
{
	scst_set_cmd_error(o->cmd, SCST_LOAD_SENSE(scst_sense_no_registration_resources));
	return false;
}

bool scst_pr_out_bad_param(struct scst_pr_out *o, unsigned int byte, int bit)
{
	scst_set_invalid_field_in_param(o->cmd, byte, bit);
	return false;
}

bool scst_pr_out_bad_length(struct scst_pr_out *o)
{
	scst_set_cmd_error(o->cmd,
			   SCST_LOAD_SENSE(scst_sense_parameter_list_length_invalid));
	return false;
}

bool scst_pr_out_change(struct scst_pr_out *o, u64 more)
{
	unsigned int room = SCST_PR_MAX_REGS - min_t(unsigned int, o->old->n,
						     SCST_PR_MAX_REGS);

	o->new = scst_pr_copy(o->old, min_t(u64, more, room));
	return o->new || scst_pr_out_no_room(o);
}

static bool type_is_good(struct scst_pr_out *o)
{
	if (o->scope) {
		scst_set_invalid_field(o->cmd, 2, 7);
		return false;
	}
	if (!scst_pr_type_in(o->type, SCST_PR_TYPES)) {
		scst_set_invalid_field(o->cmd, 2, 3);
		return false;
	}
	return true;
}

/* @i is the nexus of the command in the new state. */
static void take(struct scst_pr_out *o, int i)
{
	o->new->type = o->type;
	o->new->holder = scst_pr_type_in(o->type, SCST_PR_TYPES_ALL) ? -1 : i;
}

/* RESERVE, SPC-5 5.14.9 */
static bool pr_reserve(struct scst_pr_out *o)
{
	if (!type_is_good(o))
		return false;
	if (o->old->type) {
		if (scst_pr_is_holder(o->old, o->me) && o->old->type == o->type)
			return true;
		return scst_pr_out_conflict(o);
	}
	if (!scst_pr_out_change(o, 0))
		return false;
	take(o, o->me);
	return true;
}

/* RELEASE, SPC-5 5.14.11.2 */
static bool pr_release(struct scst_pr_out *o)
{
	if (!scst_pr_is_holder(o->old, o->me))
		return true;
	if (o->scope || o->type != o->old->type) {
		scst_set_cmd_error(o->cmd,
				   SCST_LOAD_SENSE(scst_sense_invalid_release));
		return false;
	}
	if (!scst_pr_out_change(o, 0))
		return false;
	o->new->type = SCST_PR_NO_TYPE;
	o->new->holder = -1;
	if (scst_pr_type_in(o->old->type, SCST_PR_TYPES_SHARED))
		o->news.kept = SCST_UA_RESV_RELEASED;
	return true;
}

/* CLEAR, SPC-5 5.14.11.6 */
static bool pr_clear(struct scst_pr_out *o)
{
	if (!scst_pr_out_change(o, 0))
		return false;
	while (o->new->n)
		scst_pr_remove(o->new, o->new->n - 1);
	o->new->holder = -1;
	o->new->generation++;
	o->news.gone = SCST_UA_RESV_PREEMPTED;
	return true;
}

/*
 * PREEMPT, SPC-5 5.14.11.4. With the holder's key, or none where all registrants
 * hold it, the reservation changes hands; otherwise registrations go, and scope and
 * type don't matter.
 */
static bool pr_preempt(struct scst_pr_out *o)
{
	const struct scst_pr *old = o->old;
	bool all = scst_pr_type_in(old->type, SCST_PR_TYPES_ALL);
	bool takes = all ? !o->sa_key :
		     old->type && old->regs[old->holder].key == o->sa_key;
	int i;

	if (!takes && !o->sa_key)
		return scst_pr_out_bad_param(o, 8, -1);
	if (takes && !type_is_good(o))
		return false;
	if (!scst_pr_out_change(o, 0))
		return false;
	/* From the end: what is still to come keeps its place. */
	for (i = old->n - 1; i >= 0; i--) {
		if (takes && i == o->me)
			continue;
		if ((takes && all) || old->regs[i].key == o->sa_key)
			scst_pr_remove(o->new, i);
	}
	if (!takes && o->new->n == old->n)
		return scst_pr_out_conflict(o);
	if (takes) {
		take(o, scst_pr_find_session(o->new, o->cmd->sess));
		if (o->new->type != old->type)
			o->news.kept = SCST_UA_RESV_RELEASED;
	}
	o->new->generation++;
	o->news.gone = SCST_UA_REG_PREEMPTED;
	return true;
}

/* REPLACE LOST RESERVATION, SPC-5 5.14.11.7 */
static bool pr_replace_lost(struct scst_pr_out *o)
{
	static const u8 no_ports[SCST_PR_OUT_LIST];
	struct scst_pr_out reg = *o;

	if (!o->old->lost) {
		scst_set_invalid_field(o->cmd, 1, 4);
		return false;
	}
	if (!type_is_good(o))
		return false;
	if (o->key)
		return scst_pr_out_bad_param(o, 0, -1);
	if (!o->sa_key)
		return scst_pr_out_bad_param(o, 8, -1);
	reg.list = no_ports;
	if (!scst_pr_register(&reg)) {
		o->new = reg.new;
		return false;
	}
	o->new = reg.new;
	o->new->aptpl = o->list[SCST_PR_OUT_FLAGS] & SCST_PR_OUT_APTPL;
	o->new->lost = false;
	take(o, 0);
	o->news.others = SCST_UA_RESV_PREEMPTED;
	return true;
}

/* By service action. */
static const struct pr_action {
	bool (*act)(struct scst_pr_out *o);
	bool registered;	/* only for a registered nexus with its key */
	bool registers;		/* SPEC_I_PT and ALL_TG_PT mean something */
	bool ignore;		/* the existing key need not be given */
	bool moves;		/* has a parameter list of its own */
	bool aborts;
	bool when_lost;
} pr_actions[] = {
	[0x00] = { scst_pr_register, .registers = true },
	[0x01] = { pr_reserve, .registered = true },
	[0x02] = { pr_release, .registered = true },
	[0x03] = { pr_clear, .registered = true },
	[0x04] = { pr_preempt, .registered = true },
	[0x05] = { pr_preempt, .registered = true, .aborts = true },
	[0x06] = { scst_pr_register, .registers = true, .ignore = true },
	[0x07] = { scst_pr_register_and_move, .registered = true, .moves = true },
	[0x08] = { pr_replace_lost, .when_lost = true },
};

static const struct pr_action *action_of(const struct scst_cmd *cmd)
{
	return &pr_actions[cmd->op->sa];
}

/* SPC-5 6.17.3: the length follows from what is in the list. */
static bool list_is_good(struct scst_pr_out *o)
{
	const struct pr_action *action = action_of(o->cmd);
	bool spec = !action->moves &&
		    o->list[SCST_PR_OUT_FLAGS] & SCST_PR_OUT_SPEC_I_PT;

	if (spec && !action->registers)
		return scst_pr_out_bad_param(o, SCST_PR_OUT_FLAGS, 3);
	if (action->moves)
		return true;
	if (!spec)
		return o->len == SCST_PR_OUT_LIST || scst_pr_out_bad_length(o);
	return (o->len >= SCST_PR_OUT_LIST + 4 &&
		get_unaligned_be32(o->list + SCST_PR_OUT_LIST) ==
		o->len - SCST_PR_OUT_LIST - 4) || scst_pr_out_bad_length(o);
}

/* Copies the parameter list; kvfree() it. */
static bool list_get(struct scst_pr_out *o)
{
	u8 *list;

	o->len = get_unaligned_be32(o->cmd->cdb + 5);
	if (o->len < SCST_PR_OUT_LIST || o->len > SCST_PR_OUT_MAX_LIST ||
	    o->len > o->cmd->bufflen)
		return scst_pr_out_bad_length(o);
	list = kvmalloc(o->len, GFP_KERNEL | __GFP_NOWARN);
	if (!list)
		return scst_pr_out_no_room(o);
	scst_get_param_list(o->cmd, list, 0, o->len);
	o->list = list;
	o->key = get_unaligned_be64(list);
	o->sa_key = get_unaligned_be64(list + 8);
	o->scope = o->cmd->cdb[2] >> 4;
	o->type = o->cmd->cdb[2] & 0x0f;
	o->ignore = action_of(o->cmd)->ignore;
	return list_is_good(o);
}

static struct scst_pr_ports *__ports_get(void)
{
	struct scst_tmpl_entry *te;
	struct scst_pr_ports *ports;
	struct scst_pr_port *p;
	struct scst_tgt *tgt;
	unsigned int n = 0;

	lockdep_assert_held(&scst_mutex);
	list_for_each_entry(te, &scst_templates, entry)
		list_for_each_entry(tgt, &te->tgts, entry)
			n++;
	ports = kvzalloc(struct_size(ports, port, n),
			 GFP_KERNEL | __GFP_NOWARN);
	if (!ports)
		return NULL;
	list_for_each_entry(te, &scst_templates, entry) {
		list_for_each_entry(tgt, &te->tgts, entry) {
			p = &ports->port[ports->n++];
			strscpy(p->driver, te->tgtt->name, sizeof(p->driver));
			strscpy(p->target, tgt->name, sizeof(p->target));
			p->rel_tgt_id = tgt->rel_tgt_id;
		}
	}
	return ports;
}

/* Target ports are listed only for what needs them; kvfree() them. */
static bool ports_get(struct scst_pr_out *o)
{
	const struct pr_action *action = action_of(o->cmd);

	if (!action->moves &&
	    !(action->registers &&
	      o->list[SCST_PR_OUT_FLAGS] & SCST_PR_OUT_ALL_TG_PT))
		return true;
	/* Its holder may wait for a disk of ours, and that for the command's abort. */
	while (!mutex_trylock(&scst_mutex)) {
		if (scst_cmd_must_end(o->cmd))
			return false;
		msleep(20);
	}
	o->ports = __ports_get();
	mutex_unlock(&scst_mutex);
	return o->ports || scst_pr_out_no_room(o);
}

/* Who may use the service action at all. */
static bool may_act(struct scst_pr_out *o, const struct pr_action *action)
{
	if (o->old->lost && !action->when_lost) {
		scst_set_cmd_error(o->cmd, SCST_LOAD_SENSE(scst_sense_resv_lost));
		return false;
	}
	o->me = scst_pr_find_session(o->old, o->cmd->sess);
	if (action->registered &&
	    (o->me < 0 || o->old->regs[o->me].key != o->key))
		return scst_pr_out_conflict(o);
	return true;
}

/* Those that have lost their registration, but the nexus of the command itself. */
static bool was_preempted(const struct scst_pr_out *o,
			  const struct scst_session *sess)
{
	int i = scst_pr_find_session(o->old, sess);

	return i >= 0 && i != o->me && scst_pr_find_session(o->new, sess) < 0;
}

/* False: memory is short, some were not marked. */
static bool abort_preempted_once(struct scst_pr_out *o)
{
	struct scst_abort a = {
		.by = o->cmd->sess,
		.but = o->cmd,
		.mcmd = o->mcmd,
	};
	bool done = true;

	rcu_read_lock();
	list_for_each_entry_rcu(a.tgt_dev, &o->dev->tgt_devs, dev_entry)
		if (was_preempted(o, a.tgt_dev->sess))
			done &= !scst_abort(&a);
	rcu_read_unlock();
	return done;
}

/*
 * PREEMPT AND ABORT, SPC-5 5.14.11.5. They are marked under the mutex and waited for
 * without it: so one of them that is itself about to preempt finds that it must end,
 * and never do two wait for each other.
 */
static void abort_preempted(struct scst_pr_out *o)
{
	struct scst_tgt_dev *tgt_dev;

	while (!abort_preempted_once(o))
		msleep(20);
	/*
	 * Their ACA is over, too, and what they keep locked (SPC-5 6.16); after the
	 * commands, so that its end starts none.
	 */
	rcu_read_lock();
	list_for_each_entry_rcu(tgt_dev, &o->dev->tgt_devs, dev_entry)
		if (was_preempted(o, tgt_dev->sess)) {
			scst_aca_clear_nexus(tgt_dev);
			scst_allow_removal(tgt_dev);
		}
	rcu_read_unlock();
}

/* The next of them, counted: those that are going have commands, too. Puts @after. */
static struct scst_tgt_dev *preempted_next(const struct scst_pr_out *o,
					   struct scst_tgt_dev *after)
{
	struct scst_tgt_dev *tgt_dev, *found = NULL;
	bool pass = after;

	rcu_read_lock();
	list_for_each_entry_rcu(tgt_dev, &o->dev->tgt_devs, dev_entry) {
		if (pass) {
			pass = tgt_dev != after;
		} else if (was_preempted(o, tgt_dev->sess) &&
			   percpu_ref_tryget(&tgt_dev->cmds)) {
			found = tgt_dev;
			break;
		}
	}
	rcu_read_unlock();
	if (after)
		scst_tgt_dev_put(after);
	return found;
}

static void tell_preempted(const struct scst_pr_out *o)
{
	const struct scst_dev_type *handler = o->dev->handler;
	struct scst_tgt_dev *tgt_dev = NULL;

	if (!handler->task_mgmt_fn)
		return;
	o->mcmd->fn = SCST_PR_ABORT_ALL;
	while ((tgt_dev = preempted_next(o, tgt_dev))) {
		o->mcmd->sess = tgt_dev->sess;
		handler->task_mgmt_fn(o->mcmd, o->dev);
	}
	o->mcmd->sess = o->cmd->sess;
}

/* EXTENDED COPY and others that have begun before the preemption. */
static bool copies_left(const struct scst_pr_out *o)
{
	struct scst_tgt_dev *tgt_dev;
	bool left = false;

	/* What they may do was changed before. */
	smp_mb();
	rcu_read_lock();
	list_for_each_entry_rcu(tgt_dev, &o->dev->tgt_devs, dev_entry)
		if (was_preempted(o, tgt_dev->sess) &&
		    atomic_read(&tgt_dev->copying))
			left = true;
	rcu_read_unlock();
	return left;
}

static void pr_out_locked(struct scst_pr_out *o)
{
	const struct pr_action *action = action_of(o->cmd);

	/* Whoever has aborted it waits for it, so it waits for nobody. */
	if (scst_cmd_must_end(o->cmd))
		return;
	if (!may_act(o, action) || !action->act(o) || !o->new)
		return;
	refcount_inc(&o->new->refs);
	if (scst_pr_commit(o->dev, o->new, &o->news, o->cmd->sess)) {
		scst_pr_put(o->new);
		scst_pr_out_no_room(o);
		return;
	}
	if (action->aborts) {
		abort_preempted(o);
		o->waits = true;
	}
}

static void pr_out_run(struct scst_pr_out *o)
{
	struct scst_resv *resv = o->dev->resv;

	mutex_lock(&resv->mutex);
	o->old = scst_pr_get(o->dev);
	if (scst_resv_pr_begin(o->dev)) {
		pr_out_locked(o);
		scst_resv_pr_end(o->dev);
	} else {
		scst_pr_out_conflict(o);
	}
	mutex_unlock(&resv->mutex);
	if (o->waits)
		tell_preempted(o);
	while (o->waits && copies_left(o))
		msleep(20);
	scst_pr_put(o->old);
	if (o->new)
		scst_pr_put(o->new);
}

void scst_exec_pr_out(struct scst_cmd *cmd)
{
	unsigned int noio = memalloc_noio_save();
	struct scst_mgmt_cmd mcmd;
	struct scst_pr_out o = {
		.cmd = cmd,
		.dev = cmd->dev,
		.news = SCST_PR_NO_NEWS,
		.mcmd = &mcmd,
	};

	scst_tm_begin(&mcmd, cmd->sess);
	if (list_get(&o) && ports_get(&o))
		pr_out_run(&o);
	scst_tm_end(&mcmd, cmd->op->name);
	if (o.waits && cmd->dev->handler->task_mgmt_fn_done)
		cmd->dev->handler->task_mgmt_fn_done(&mcmd, cmd->dev);
	kvfree(o.ports);
	kvfree(o.list);
	memalloc_noio_restore(noio);
}
