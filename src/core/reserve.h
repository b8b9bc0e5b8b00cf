/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reservations of a logical unit: RESERVE and RELEASE (SPC-2 5.5.1), persistent
 * reservations (SPC-5 5.14).
 *
 * What a reservation means for an I_T_L nexus is worked out when the reservation
 * or the nexus changes, and kept as one byte in its scst_tgt_dev. The data path
 * looks at that byte alone.
 */
#ifndef SCST_RESERVE_H
#define SCST_RESERVE_H

#include <linux/mutex.h>

#include "pr.h"
#include "scst_priv.h"

/* scst_tgt_dev.resv: what others leave to this nexus. */
enum scst_resv_access {
	SCST_RESV_FREE,		/* everything */
	SCST_RESV_READS,	/* what Write Exclusive allows to others */
	SCST_RESV_NONE,		/* what Exclusive Access allows to others */
	SCST_RESV_RESERVED,	/* what RESERVE allows to others, SPC-2 5.5.1 */
	SCST_RESV_LOST,		/* nobody knows, SPC-5 5.14.5.4 */
};

/**
 * struct scst_resv - the reservations of a device
 * @mutex: held by PERSISTENT RESERVE OUT while it changes @pr, over the writing of
 *	a file; nothing of ours is taken inside but tgt_devs_lock
 * @holder: the nexus that has sent RESERVE, or NULL; under tgt_devs_lock
 * @real_mutex: one RESERVE or RELEASE at a time is on its way to a real device;
 *	no other lock of ours is taken inside but tgt_devs_lock
 * @real: a real device is reserved for this host; under @real_mutex
 * @real_lost: it isn't any more, says the device; under tgt_devs_lock
 * @real_work: brings it in line with @holder
 * @dev: the device
 * @pr_busy: persistent reservations are being changed; under tgt_devs_lock
 * @pr: persistent reservations; changed under @mutex and tgt_devs_lock, read under
 *	either
 *
 * There is never both a @holder and a registration in @pr.
 */
struct scst_resv {
	struct mutex mutex;
	struct scst_tgt_dev *holder;
	struct mutex real_mutex;
	bool real;
	bool real_lost;
	struct work_struct real_work;
	struct scst_device *dev;
	bool pr_busy;
	struct scst_pr *pr;
};

bool scst_resv_pr_begin(struct scst_device *dev);
void scst_resv_pr_end(struct scst_device *dev);

void __scst_resv_update(struct scst_device *dev);

/* reserve_real.c */
void scst_resv_real_init(struct scst_device *dev);
void scst_resv_real_exit(struct scst_device *dev);
u8 scst_resv_real_follow(struct scst_device *dev);
void __scst_resv_real_changed(struct scst_device *dev);

#endif /* SCST_RESERVE_H */
