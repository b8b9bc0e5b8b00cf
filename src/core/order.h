/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Task sets, between order.c and aca.c.
 */
#ifndef SCST_ORDER_H
#define SCST_ORDER_H

#include "scst_priv.h"

bool __scst_order_track(struct scst_task_set *ts);
void __scst_order_pump(struct scst_task_set *ts);
bool scst_aca_exempts(const struct scst_cmd *cmd);
bool __scst_aca_admits(struct scst_task_set *ts, struct scst_cmd *cmd);

/*
 * Where a command of this nexus belongs if it arrives now: SPC-5 7.5.10, TST. One
 * at a time for the device is one at a time for all.
 */
static inline struct scst_task_set *scst_task_set_of(struct scst_tgt_dev *tgt_dev)
{
	return !SCST_OPT(STRICT_SERIALIZING) &&
	       READ_ONCE(tgt_dev->dev->control.tst) ? &tgt_dev->tset :
						      &tgt_dev->dev->tset;
}

#endif /* SCST_ORDER_H */
