/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Target port groups and asymmetric access (SPC-5 5.17.2), between alua.c,
 * alua_cmds.c and proc_alua.c.
 *
 * A target port is always in one group, in SCST_TPG_DEFAULT unless it was put into
 * another. A state belongs to a group and a logical unit.
 */
#ifndef SCST_ALUA_H
#define SCST_ALUA_H

#include <scsi/scsi_proto.h>

#include "scst_priv.h"

/* Asymmetric access states, SPC-5 table 224. */
enum scst_access_state {
	SCST_ACCESS_OPTIMIZED	  = 0x0,
	SCST_ACCESS_NONOPTIMIZED  = 0x1,
	SCST_ACCESS_STANDBY	  = 0x2,
	SCST_ACCESS_UNAVAILABLE	  = 0x3,
	SCST_ACCESS_TRANSITIONING = 0xf,
};

/* STATUS CODE: what has changed a state. */
#define SCST_ACCESS_BY_COMMAND	0x01	/* SET TARGET PORT GROUPS */
#define SCST_ACCESS_BY_TARGET	0x02	/* implicitly: the administrator */

/* TPGS, as two bits. */
#define SCST_TPGS_IMPLICIT	BIT(0)
#define SCST_TPGS_EXPLICIT	BIT(1)

#define SCST_TPG_DEFAULT	1	/* its identifier; in place 0 */
#define SCST_TPG_MAX_PORTS	255	/* TARGET PORT COUNT has one byte */

/**
 * struct scst_tpg - a target port group
 * @id: its identifier, 0: this place is free
 * @state: enum scst_access_state for devices that are yet to come
 * @pref: PREF
 * @n_tgts: number of @tgts
 * @tgts: struct scst_tgt.tpg_entry
 */
struct scst_tpg {
	u16 id;
	u8 state;
	bool pref;
	unsigned int n_tgts;
	struct list_head tgts;
};

/*
 * Protects the groups and their lists, and scst_device.access against other
 * writers. Innermost but for tgt_devs_lock, and nothing is allocated under it:
 * commands take it. Groups come and go, and targets change theirs, under
 * scst_mutex as well.
 */
extern struct mutex scst_alua_lock;
extern struct scst_tpg scst_tpgs[SCST_MAX_TPGS];
extern u8 scst_tpgs_mode;

int __scst_tpg_find(u16 id);
void __scst_alua_refresh(struct scst_device *dev);
void __scst_alua_changed(struct scst_device *dev, const struct scst_tgt_dev *but);
void __scst_alua_set_mode(u8 mode);
void __scst_tpg_move(struct scst_tgt *tgt, unsigned int place);

/* Real devices have their own; MMC has other uses for the opcodes. */
static inline bool scst_dev_has_access(const struct scst_device *dev)
{
	return !dev->scsi_dev && dev->type != TYPE_ROM;
}

#endif /* SCST_ALUA_H */
