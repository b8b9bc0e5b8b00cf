/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Persistent reservations (SPC-5 5.14). The state of a device is never changed in
 * place: a command makes a new one, which is saved if APTPL says so, and takes the
 * place of the old one as a whole, or not at all.
 */
#ifndef SCST_PR_H
#define SCST_PR_H

#include <linux/refcount.h>

#include "pr_file.h"
#include "scst_priv.h"

/**
 * struct scst_pr_nexus - an I_T nexus that is registered; shared between states
 * @refs: registrations that name it
 * @port: which it is; @port.rel_tgt_id is brought up to date when it logs in
 */
struct scst_pr_nexus {
	refcount_t refs;
	struct scst_pr_port port;
};

/**
 * struct scst_pr_reg - a registration
 * @key: its reservation key, never 0
 * @nexus: whose
 */
struct scst_pr_reg {
	u64 key;
	struct scst_pr_nexus *nexus;
};

/**
 * struct scst_pr - the persistent reservations of a device; constant once published
 * @refs: the device, and readers
 * @generation: PRGENERATION
 * @type: enum scst_pr_type of the reservation
 * @aptpl: to be kept through power loss
 * @lost: what was kept can't be read any more
 * @holder: index of the registration that holds the reservation; -1 if there is
 *	none or all of them hold it
 * @n: registrations
 * @room: of @regs
 * @regs: the registrations, in the order in which they came
 */
struct scst_pr {
	refcount_t refs;
	u32 generation;
	u8 type;
	bool aptpl;
	bool lost;
	int holder;
	unsigned int n;
	unsigned int room;
	struct scst_pr_reg regs[];
};

/**
 * struct scst_pr_news - unit attentions that a change brings, -1: none
 * @gone: for nexuses that have lost their registration
 * @kept: for nexuses that have kept it
 * @others: for nexuses that had none
 */
struct scst_pr_news {
	int gone;
	int kept;
	int others;
};

#define SCST_PR_NO_NEWS	{ .gone = -1, .kept = -1, .others = -1 }

/* pr.c: states */

struct scst_pr *scst_pr_alloc(unsigned int room);
struct scst_pr *scst_pr_copy(const struct scst_pr *old, unsigned int more);
struct scst_pr *scst_pr_get(struct scst_device *dev);
void scst_pr_put(struct scst_pr *pr);
struct scst_pr_nexus *scst_pr_nexus_alloc(void);
void scst_pr_nexus_put(struct scst_pr_nexus *nexus);
int scst_pr_find(const struct scst_pr *pr, const struct scst_pr_port *port);
int scst_pr_find_session(const struct scst_pr *pr,
			 const struct scst_session *sess);
void scst_pr_add(struct scst_pr *pr, struct scst_pr_nexus *nexus, u64 key);
void scst_pr_remove(struct scst_pr *pr, int i);
int scst_pr_commit(struct scst_device *dev, struct scst_pr *pr,
		   const struct scst_pr_news *news,
		   const struct scst_session *but);

static inline bool scst_pr_is_holder(const struct scst_pr *pr, int i)
{
	return i >= 0 && pr->type &&
	       (i == pr->holder || scst_pr_type_in(pr->type, SCST_PR_TYPES_ALL));
}

/* What everybody may do whose nexus is registered. */
static inline bool scst_pr_is_shared_with(const struct scst_pr *pr, int i)
{
	return i >= 0 && scst_pr_type_in(pr->type, SCST_PR_TYPES_SHARED);
}

/* pr_aptpl.c: files */

int scst_pr_save(const struct scst_device *dev, const struct scst_pr *pr);
struct scst_pr *scst_pr_load(const struct scst_device *dev);

#endif /* SCST_PR_H */
