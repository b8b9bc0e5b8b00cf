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

#include "scst_priv.h"

/* scst_tgt_dev.resv: what others leave to this nexus. */
enum scst_resv_access {
	SCST_RESV_FREE,		/* everything */
	SCST_RESV_READS,	/* what Write Exclusive allows to others */
	SCST_RESV_NONE,		/* what Exclusive Access allows to others */
	SCST_RESV_RESERVED,	/* what RESERVE allows to others, SPC-2 5.5.1 */
};

/**
 * struct scst_resv - the reservations of a device
 * @holder: the nexus that has sent RESERVE, or NULL; under tgt_devs_lock
 */
struct scst_resv {
	struct scst_tgt_dev *holder;
};

void __scst_resv_update(struct scst_device *dev);

#endif /* SCST_RESERVE_H */
