// SPDX-License-Identifier: GPL-2.0
/* The SRCU of blocking request queues belongs to the tag set. */
#include <linux/module.h>
#include <linux/blk-mq.h>

struct srcu_struct *scst_probe(struct blk_mq_tag_set *set);
struct srcu_struct *scst_probe(struct blk_mq_tag_set *set)
{
	return set->srcu;
}
