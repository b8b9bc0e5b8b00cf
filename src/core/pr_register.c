// SPDX-License-Identifier: GPL-2.0
/* REGISTER, REGISTER AND IGNORE EXISTING KEY, REGISTER AND MOVE, SPC-5 5.14.7, 8. */
#include <linux/string.h>

#include "pr_out.h"

/* The parameter list of SPEC_I_PT: a length, then TransportIDs. */
#define SCST_PR_IDS_LEN		24
#define SCST_PR_IDS		28

/* The parameter list of REGISTER AND MOVE, SPC-5 table 216. */
#define SCST_PR_MOVE_FLAGS	17
#define SCST_PR_MOVE_UNREG	BIT(1)
#define SCST_PR_MOVE_APTPL	BIT(0)
#define SCST_PR_MOVE_PORT	18
#define SCST_PR_MOVE_ID_LEN	20
#define SCST_PR_MOVE_ID		24

static struct scst_pr_nexus *nexus_make(const char *driver, const char *target,
					u16 rel_tgt_id,
					const struct scst_transport_id *id)
{
	struct scst_pr_nexus *nexus = scst_pr_nexus_alloc();

	if (!nexus)
		return NULL;
	strscpy(nexus->port.driver, driver, sizeof(nexus->port.driver));
	strscpy(nexus->port.target, target, sizeof(nexus->port.target));
	nexus->port.rel_tgt_id = rel_tgt_id;
	nexus->port.id = *id;
	return nexus;
}

/*
 * One I_T nexus of the command. @own: of the initiator port that has sent it; what
 * SPEC_I_PT names is registered only where it isn't yet.
 */
static bool register_nexus(struct scst_pr_out *o, struct scst_pr_nexus *nexus,
			   bool own)
{
	struct scst_pr *new = o->new;
	int i;

	if (!nexus)
		return scst_pr_out_no_room(o);
	i = scst_pr_find(new, &nexus->port);
	if (i < 0 && o->sa_key) {
		if (new->n == new->room) {
			scst_pr_nexus_put(nexus);
			return scst_pr_out_no_room(o);
		}
		scst_pr_add(new, nexus, o->sa_key);
		return true;
	}
	scst_pr_nexus_put(nexus);
	if (i < 0 || !own)
		return true;
	if (!o->ignore && new->regs[i].key != o->key)
		return scst_pr_out_conflict(o);
	if (o->sa_key)
		new->regs[i].key = o->sa_key;
	else
		scst_pr_remove(new, i);
	return true;
}

/* An initiator port at this target port or, with ALL_TG_PT, at all of its kind. */
static bool register_port(struct scst_pr_out *o,
			  const struct scst_transport_id *id, bool own)
{
	const struct scst_tgt *tgt = o->cmd->sess->tgt;
	const struct scst_pr_port *p;
	unsigned int i;

	if (!register_nexus(o, nexus_make(tgt->tgtt->name, tgt->name,
					  tgt->rel_tgt_id, id), own))
		return false;
	if (!(o->list[SCST_PR_OUT_FLAGS] & SCST_PR_OUT_ALL_TG_PT))
		return true;
	for (i = 0; i < o->ports->n; i++) {
		p = &o->ports->port[i];
		if (strcmp(p->driver, tgt->tgtt->name) ||
		    !strcmp(p->target, tgt->name))
			continue;
		if (!register_nexus(o, nexus_make(p->driver, p->target,
						  p->rel_tgt_id, id), own))
			return false;
	}
	return true;
}

/*
 * The next TransportID of the parameter list, of the same protocol as the port.
 * Returns its length, or 0 with a status.
 */
static size_t next_id(struct scst_pr_out *o, u32 off,
		      struct scst_transport_id *id)
{
	u8 protocol = scst_transport_id_protocol(o->cmd->sess->transport_id);
	size_t len = scst_transport_id_parse(id, o->list + off, o->len - off);

	if (len && scst_transport_id_protocol(id) == protocol)
		return len;
	scst_pr_out_bad_param(o, off, -1);
	return 0;
}

static bool register_ids(struct scst_pr_out *o)
{
	struct scst_transport_id id;
	size_t len;
	u32 off;

	for (off = SCST_PR_IDS; off < o->len; off += len) {
		len = next_id(o, off, &id);
		if (!len || !register_port(o, &id, false))
			return false;
	}
	return true;
}

/* Most registrations that the command can add. */
static u64 register_count(const struct scst_pr_out *o)
{
	u64 ids = 1 + (o->len - SCST_PR_OUT_LIST) / SCST_TRANSPORT_ID_MIN;

	return ids * (o->ports ? o->ports->n + 1 : 1);
}

/* SPC-5 tables 66 and 67. Nothing to do is no error. */
static bool register_is_allowed(struct scst_pr_out *o)
{
	bool spec = o->list[SCST_PR_OUT_FLAGS] & SCST_PR_OUT_SPEC_I_PT;

	if (spec && o->ignore)
		return scst_pr_out_bad_param(o, SCST_PR_OUT_FLAGS, 3);
	if (o->me < 0)
		return o->ignore || !o->key || scst_pr_out_conflict(o);
	if (!o->ignore && o->key != o->old->regs[o->me].key)
		return scst_pr_out_conflict(o);
	return !spec || scst_pr_out_bad_param(o, SCST_PR_OUT_FLAGS, 3);
}

bool scst_pr_register(struct scst_pr_out *o)
{
	bool spec = o->list[SCST_PR_OUT_FLAGS] & SCST_PR_OUT_SPEC_I_PT;

	if (!register_is_allowed(o))
		return false;
	if (o->me < 0 && !o->sa_key)
		return true;
	if (!scst_pr_out_change(o, register_count(o)))
		return false;
	if (!register_port(o, o->cmd->sess->transport_id, true) ||
	    (spec && !register_ids(o)))
		return false;
	o->new->aptpl = o->list[SCST_PR_OUT_FLAGS] & SCST_PR_OUT_APTPL;
	o->new->generation++;
	/* SPC-5 5.14.11.3: the holder has unregistered. */
	if (o->old->type && !o->new->type &&
	    scst_pr_type_in(o->old->type, SCST_PR_TYPES_SHARED))
		o->news.kept = SCST_UA_RESV_RELEASED;
	return true;
}

/* Where REGISTER AND MOVE moves to, or NULL with a status. */
static struct scst_pr_nexus *move_to(struct scst_pr_out *o)
{
	u16 rel_tgt_id = get_unaligned_be16(o->list + SCST_PR_MOVE_PORT);
	const struct scst_session *sess = o->cmd->sess;
	const struct scst_pr_port *p = NULL;
	struct scst_transport_id id;
	unsigned int i;
	bool same;

	for (i = 0; i < o->ports->n; i++)
		if (o->ports->port[i].rel_tgt_id == rel_tgt_id)
			p = &o->ports->port[i];
	if (!p) {
		scst_pr_out_bad_param(o, SCST_PR_MOVE_PORT, -1);
		return NULL;
	}
	same = !strcmp(p->driver, sess->tgt->tgtt->name);
	if (scst_transport_id_parse(&id, o->list + SCST_PR_MOVE_ID,
				    o->len - SCST_PR_MOVE_ID) !=
	    o->len - SCST_PR_MOVE_ID ||
	    (same && (scst_transport_id_protocol(&id) !=
		      scst_transport_id_protocol(sess->transport_id))) ||
	    (same && !strcmp(p->target, sess->tgt->name) &&
	     scst_transport_id_is(&id, sess->transport_id))) {
		scst_pr_out_bad_param(o, SCST_PR_MOVE_ID, -1);
		return NULL;
	}
	return nexus_make(p->driver, p->target, rel_tgt_id, &id);
}

/* The caller has checked that the nexus is registered with the key. */
bool scst_pr_register_and_move(struct scst_pr_out *o)
{
	u8 flags = o->list[SCST_PR_MOVE_FLAGS];
	struct scst_pr_nexus *nexus;
	int i;

	if (get_unaligned_be32(o->list + SCST_PR_MOVE_ID_LEN) !=
	    o->len - SCST_PR_MOVE_ID)
		return scst_pr_out_bad_length(o);
	/* All registrants can't move what each of them holds. */
	if (!o->old->type || o->old->holder != o->me)
		return scst_pr_out_conflict(o);
	if (!o->sa_key)
		return scst_pr_out_bad_param(o, 8, -1);
	if (!scst_pr_out_change(o, 1))
		return false;
	nexus = move_to(o);
	if (!nexus)
		return test_bit(SCST_CMD_F_ENDED, &o->cmd->flags) ? false :
		       scst_pr_out_no_room(o);

	i = scst_pr_find(o->new, &nexus->port);
	if (i >= 0) {
		o->new->regs[i].key = o->sa_key;
		scst_pr_nexus_put(nexus);
	} else {
		i = o->new->n;
		scst_pr_add(o->new, nexus, o->sa_key);
	}
	o->new->holder = i;
	if (flags & SCST_PR_MOVE_UNREG)
		scst_pr_remove(o->new, o->me);
	o->new->aptpl = flags & SCST_PR_MOVE_APTPL;
	o->new->generation++;
	return true;
}
