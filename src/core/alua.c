// SPDX-License-Identifier: GPL-2.0
/*
 * Asymmetric access (SPC-5 5.17.2): the target port groups, the state of each
 * logical unit through each of them, and what commands the states let through.
 *
 * The state that counts for a command is a byte in its nexus, which is made from
 * the tables whenever they change. Who changes a table tells the initiators.
 */
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "alua.h"

DEFINE_MUTEX(scst_alua_lock);	/* groups and states; see alua.h */
struct scst_tpg scst_tpgs[SCST_MAX_TPGS] = {
	[0] = {
		.id = SCST_TPG_DEFAULT,
		.tgts = LIST_HEAD_INIT(scst_tpgs[0].tgts),
	},
};

u8 scst_tpgs_mode;

/* What SPC-5 5.17.2.4 lets through; of MAINTENANCE IN and OUT only those rows. */
static const struct {
	u8 op;
	u16 sa;
	bool unavailable;	/* then, too, and in transition */
} access_exempt[] = {
	{ INQUIRY,		  SCST_OP_NO_SA, true },
	{ REQUEST_SENSE,	  SCST_OP_NO_SA, true },
	{ REPORT_LUNS,		  SCST_OP_NO_SA, true },
	{ MAINTENANCE_IN,	  MI_REPORT_TARGET_PGS, true },
	{ MAINTENANCE_OUT,	  MO_SET_TARGET_PGS, true },
	{ MAINTENANCE_IN,	  MI_REPORT_SUPPORTED_OPERATION_CODES, true },
	{ MAINTENANCE_IN,	  MI_REPORT_SUPPORTED_TASK_MANAGEMENT_FUNCTIONS, true },
	{ LOG_SELECT,		  SCST_OP_NO_SA },
	{ LOG_SENSE,		  SCST_OP_NO_SA },
	{ MODE_SELECT,		  SCST_OP_NO_SA },
	{ MODE_SELECT_10,	  SCST_OP_NO_SA },
	{ MODE_SENSE,		  SCST_OP_NO_SA },
	{ MODE_SENSE_10,	  SCST_OP_NO_SA },
	{ RECEIVE_DIAGNOSTIC,	  SCST_OP_NO_SA },
	{ SEND_DIAGNOSTIC,	  SCST_OP_NO_SA },
};

/* The echo buffer modes of READ BUFFER and WRITE BUFFER, SPC-5 6.25 and 6.65. */
static bool is_echo(const struct scst_cmd *cmd)
{
	u8 mode = cmd->cdb[1] & 0x1f;

	return (cmd->op->op == READ_BUFFER && (mode == 0x0a || mode == 0x0b)) ||
	       (cmd->op->op == WRITE_BUFFER && mode == 0x0a);
}

/* PERSISTENT RESERVE IN and OUT pass in standby with all their service actions. */
static bool access_lets(u8 state, const struct scst_cmd *cmd)
{
	const struct scst_op *op = cmd->op;
	unsigned int i;

	if (state == SCST_ACCESS_NONOPTIMIZED)
		return true;
	if (is_echo(cmd))
		return state != SCST_ACCESS_TRANSITIONING;
	if (op->op == PERSISTENT_RESERVE_IN || op->op == PERSISTENT_RESERVE_OUT)
		return state == SCST_ACCESS_STANDBY;
	for (i = 0; i < ARRAY_SIZE(access_exempt); i++)
		if (access_exempt[i].op == op->op && access_exempt[i].sa == op->sa)
			return access_exempt[i].unavailable ||
			       state == SCST_ACCESS_STANDBY;
	return false;
}

/**
 * scst_alua_allows() - does the asymmetric access state let a command through?
 * @cmd: the command, mapped
 *
 * Context: any.
 * Return: false: its status is set.
 */
bool scst_alua_allows(struct scst_cmd *cmd)
{
	u8 state = READ_ONCE(cmd->tgt_dev->access);

	if (likely(!state) || access_lets(state, cmd))
		return true;
	if (state == SCST_ACCESS_STANDBY)
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_access_standby));
	else if (state == SCST_ACCESS_UNAVAILABLE)
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_access_unavailable));
	else
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_access_transition));
	return false;
}

/**
 * scst_alua_is_active() - may a nexus read and write?
 * @tgt_dev: the nexus
 *
 * Context: any.
 */
bool scst_alua_is_active(const struct scst_tgt_dev *tgt_dev)
{
	return READ_ONCE(tgt_dev->access) <= SCST_ACCESS_NONOPTIMIZED;
}

/**
 * __scst_tpg_find() - the place of a group
 * @id: its identifier
 *
 * Context: scst_alua_lock held.
 * Return: below SCST_MAX_TPGS, or -1.
 */
int __scst_tpg_find(u16 id)
{
	int i;

	lockdep_assert_held(&scst_alua_lock);
	for (i = 0; i < SCST_MAX_TPGS; i++)
		if (id && scst_tpgs[i].id == id)
			return i;
	return -1;
}

u8 scst_dev_tpgs(const struct scst_device *dev)
{
	return scst_dev_has_access(dev) ? READ_ONCE(scst_tpgs_mode) : 0;
}
SCST_EXPORT(scst_dev_tpgs);

static u8 nexus_state(const struct scst_tgt_dev *tgt_dev)
{
	const struct scst_device *dev = tgt_dev->dev;

	if (!scst_dev_tpgs(dev))
		return SCST_ACCESS_OPTIMIZED;
	return dev->access[READ_ONCE(tgt_dev->sess->tgt->tpg)].state;
}

/**
 * __scst_alua_join() - the state of a new nexus
 * @tgt_dev: the nexus
 *
 * Context: scst_device.tgt_devs_lock held, as when states change.
 */
void __scst_alua_join(struct scst_tgt_dev *tgt_dev)
{
	lockdep_assert_held(&tgt_dev->dev->tgt_devs_lock);
	WRITE_ONCE(tgt_dev->access, nexus_state(tgt_dev));
}

/**
 * __scst_alua_refresh() - from the tables to the nexuses of a device
 * @dev: the device
 *
 * Context: scst_alua_lock held.
 */
void __scst_alua_refresh(struct scst_device *dev)
{
	struct scst_tgt_dev *tgt_dev;

	lockdep_assert_held(&scst_alua_lock);
	spin_lock_irq(&dev->tgt_devs_lock);
	list_for_each_entry(tgt_dev, &dev->tgt_devs, dev_entry)
		WRITE_ONCE(tgt_dev->access, nexus_state(tgt_dev));
	spin_unlock_irq(&dev->tgt_devs_lock);
}

/**
 * __scst_alua_changed() - states of a device are other ones
 * @dev: the device
 * @but: the nexus whose command has changed them, or NULL
 *
 * SPC-5 5.17.2.6: all nexuses are told, through whatever port, since initiators
 * that see several ports compare them.
 *
 * Context: scst_alua_lock held.
 */
void __scst_alua_changed(struct scst_device *dev, const struct scst_tgt_dev *but)
{
	__scst_alua_refresh(dev);
	if (scst_dev_tpgs(dev))
		scst_dev_raise_ua(dev, SCST_UA_ACCESS_CHANGED, but);
}

/* The commands are supported as far as TPGS says, SPC-5 6.6.2. */
static void dev_set_ops(struct scst_device *dev)
{
	unsigned int i;

	if (!dev->ops || !scst_dev_has_access(dev))
		return;
	for (i = 0; i < scst_op_table_size; i++) {
		const struct scst_op *op = &scst_op_table[i];
		bool on = scst_tpgs_mode;

		if (op->op == MAINTENANCE_OUT && op->sa == MO_SET_TARGET_PGS)
			on = scst_tpgs_mode & SCST_TPGS_EXPLICIT;
		else if (op->op != MAINTENANCE_IN || op->sa != MI_REPORT_TARGET_PGS)
			continue;
		if (on)
			set_bit(i, dev->ops);
		else
			clear_bit(i, dev->ops);
	}
}

/**
 * __scst_alua_set_mode() - TPGS of all devices
 * @mode: set of SCST_TPGS_*; empty: no asymmetric access, no state acts
 *
 * Context: scst_mutex and scst_alua_lock held.
 */
void __scst_alua_set_mode(u8 mode)
{
	struct scst_device *dev;

	lockdep_assert_held(&scst_mutex);
	if (mode == scst_tpgs_mode)
		return;
	WRITE_ONCE(scst_tpgs_mode, mode);
	list_for_each_entry(dev, &scst_devices, entry) {
		if (dev->dying)
			continue;
		dev_set_ops(dev);
		__scst_alua_refresh(dev);
		if (scst_dev_has_access(dev))
			scst_dev_raise_ua(dev, SCST_UA_INQUIRY_CHANGED, NULL);
	}
}

/* The identification of the port has changed in VPD page 83h. */
static void target_raise_inquiry_ua(const struct scst_tgt *tgt)
{
	struct scst_session *sess;
	struct scst_tgt_dev *tgt_dev;
	unsigned long lun;

	lockdep_assert_held(&scst_mutex);
	list_for_each_entry(sess, &tgt->sessions, tgt_entry)
		xa_for_each(&sess->luns, lun, tgt_dev)
			if (scst_dev_tpgs(tgt_dev->dev))
				scst_ua_raise(tgt_dev, SCST_UA_INQUIRY_CHANGED);
}

static void target_put(struct scst_tgt *tgt, unsigned int place)
{
	struct scst_tpg *tpg = &scst_tpgs[place];

	list_add_tail(&tgt->tpg_entry, &tpg->tgts);
	tpg->n_tgts++;
	WRITE_ONCE(tgt->tpg, place);
	WRITE_ONCE(tgt->tpg_id, tpg->id);
}

/**
 * __scst_tpg_move() - a target port gets another group
 * @tgt: the target
 * @place: the group's
 *
 * Context: scst_mutex and scst_alua_lock held.
 */
void __scst_tpg_move(struct scst_tgt *tgt, unsigned int place)
{
	unsigned int from = tgt->tpg;
	struct scst_device *dev;

	lockdep_assert_held(&scst_mutex);
	lockdep_assert_held(&scst_alua_lock);
	list_del(&tgt->tpg_entry);
	scst_tpgs[from].n_tgts--;
	target_put(tgt, place);
	target_raise_inquiry_ua(tgt);
	list_for_each_entry(dev, &scst_devices, entry)
		if (dev->access[from].state != dev->access[place].state)
			__scst_alua_changed(dev, NULL);
}

/**
 * __scst_alua_add_target() - a new target is in the default group
 * @tgt: the target
 *
 * Context: scst_mutex held.
 */
void __scst_alua_add_target(struct scst_tgt *tgt)
{
	mutex_lock(&scst_alua_lock);
	target_put(tgt, 0);
	mutex_unlock(&scst_alua_lock);
}

/**
 * __scst_alua_del_target() - a target leaves its group
 * @tgt: the target, without sessions
 *
 * Context: scst_mutex held.
 */
void __scst_alua_del_target(struct scst_tgt *tgt)
{
	mutex_lock(&scst_alua_lock);
	list_del(&tgt->tpg_entry);
	scst_tpgs[tgt->tpg].n_tgts--;
	mutex_unlock(&scst_alua_lock);
}

/**
 * __scst_alua_add_dev() - states of a new device
 * @dev: the device, not mapped yet
 *
 * Context: scst_mutex held.
 */
void __scst_alua_add_dev(struct scst_device *dev)
{
	unsigned int i;

	lockdep_assert_held(&scst_mutex);
	mutex_lock(&scst_alua_lock);
	for (i = 0; i < SCST_MAX_TPGS; i++)
		dev->access[i].state = scst_tpgs[i].state;
	dev_set_ops(dev);
	mutex_unlock(&scst_alua_lock);
}
