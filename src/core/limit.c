// SPDX-License-Identifier: GPL-2.0
/*
 * The limit of commands in an I_T_L nexus, beyond which TASK SET FULL is the
 * answer (SAM-5 5.3.1).
 *
 * The room is divided among the CPUs, so that a command takes its place and gives
 * it back on data that its CPU has for itself, under the lock that it takes
 * anyhow (scst_sess_cpu.lock of that session and CPU). A CPU that has no room left
 * takes half of what it finds with another one; only when there is none with
 * anybody is the limit reached.
 */
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <scsi/scsi_proto.h>

#include "scst_priv.h"

/* A place that moves while it is looked for may be missed once, hardly thrice. */
#define SCST_LIMIT_TRIES	3

static unsigned int scst_max_tgt_dev_commands = 48;
module_param(scst_max_tgt_dev_commands, uint, 0444);
MODULE_PARM_DESC(scst_max_tgt_dev_commands,
		 "commands that an initiator may have queued at a LUN; 0: any number (48)");

/**
 * scst_limit_init() - give the limit's places of a new nexus to the CPUs
 * @tgt_dev: the nexus
 *
 * Return: 0 or -ENOMEM.
 */
int scst_limit_init(struct scst_tgt_dev *tgt_dev)
{
	unsigned int n = num_possible_cpus(), i = 0;
	unsigned int max = scst_max_tgt_dev_commands;
	int cpu;

	tgt_dev->room = alloc_percpu(unsigned int);
	if (!tgt_dev->room)
		return -ENOMEM;
	if (!max)
		max = INT_MAX;
	for_each_possible_cpu(cpu) {
		unsigned int *room = per_cpu_ptr(tgt_dev->room, cpu);

		*room = max / n + (i++ < max % n);
	}
	return 0;
}

void scst_limit_exit(struct scst_tgt_dev *tgt_dev)
{
	free_percpu(tgt_dev->room);
}

/* Moves half of the places of @cpu, rounded up, out of there. */
static unsigned int room_take_half(struct scst_tgt_dev *tgt_dev, int cpu)
{
	struct scst_sess_cpu *sc = per_cpu_ptr(tgt_dev->sess->cpu, cpu);
	unsigned int *room = per_cpu_ptr(tgt_dev->room, cpu);
	unsigned long flags;
	unsigned int n;

	if (!READ_ONCE(*room))
		return 0;
	spin_lock_irqsave(&sc->lock, flags);
	n = (*room + 1) / 2;
	WRITE_ONCE(*room, *room - n);
	spin_unlock_irqrestore(&sc->lock, flags);
	return n;
}

static void room_add(struct scst_tgt_dev *tgt_dev, int cpu, unsigned int n)
{
	struct scst_sess_cpu *sc = per_cpu_ptr(tgt_dev->sess->cpu, cpu);
	unsigned long flags;

	spin_lock_irqsave(&sc->lock, flags);
	*per_cpu_ptr(tgt_dev->room, cpu) += n;
	spin_unlock_irqrestore(&sc->lock, flags);
}

/* One place for a command on @cpu, and more for those that follow. */
static bool limit_borrow(struct scst_tgt_dev *tgt_dev, int cpu)
{
	unsigned int n;
	int tries, other;

	for (tries = 0; tries < SCST_LIMIT_TRIES; tries++) {
		for_each_possible_cpu(other) {
			n = room_take_half(tgt_dev, other);
			if (!n)
				continue;
			if (n > 1)
				room_add(tgt_dev, cpu, n - 1);
			return true;
		}
	}
	return false;
}

/**
 * scst_limit_reached() - a command's CPU has no place left
 * @cmd: the command, mapped, not yet on a list
 * @cpu: the CPU
 *
 * Finds it one, or ends it with TASK SET FULL.
 *
 * Context: any; without the lock of a session's list.
 */
void scst_limit_reached(struct scst_cmd *cmd, int cpu)
{
	if (limit_borrow(cmd->tgt_dev, cpu))
		return;
	set_bit(SCST_CMD_F_OVER_LIMIT, &cmd->flags);
	scst_set_cmd_error_status(cmd, SAM_STAT_TASK_SET_FULL);
	scst_cmd_set_failed(cmd);
}
