/* SPDX-License-Identifier: GPL-2.0 */
/* PERSISTENT RESERVE OUT (SPC-5 6.17): a command while it is carried out. */
#ifndef SCST_PR_OUT_H
#define SCST_PR_OUT_H

#include "reserve.h"

/**
 * struct scst_pr_ports - the target ports of this machine at one time
 * @n: how many
 * @port: each without an initiator port
 */
struct scst_pr_ports {
	unsigned int n;
	struct scst_pr_port port[];
};

/**
 * struct scst_pr_out - the command
 * @cmd: the command
 * @dev: its device
 * @old: the state
 * @new: the state that takes its place; NULL: it stays
 * @news: unit attentions for the others
 * @mcmd: waits for what PREEMPT AND ABORT has aborted
 * @ports: target ports, where they are needed
 * @me: registration of the nexus in @old, -1: it has none
 * @list: parameter list
 * @len: its length, at least SCST_PR_OUT_LIST
 * @key: RESERVATION KEY
 * @sa_key: SERVICE ACTION RESERVATION KEY
 * @scope: SCOPE
 * @type: TYPE
 * @ignore: the existing key need not be given
 * @waits: also for copies of those that were preempted
 */
struct scst_pr_out {
	struct scst_cmd *cmd;
	struct scst_device *dev;
	struct scst_pr *old;
	struct scst_pr *new;
	struct scst_pr_news news;
	struct scst_mgmt_cmd *mcmd;
	struct scst_pr_ports *ports;
	int me;
	const u8 *list;
	u32 len;
	u64 key;
	u64 sa_key;
	u8 scope;
	u8 type;
	bool ignore;
	bool waits;
};

/* The basic parameter list, and its byte 20 (SPC-5 table 213). */
#define SCST_PR_OUT_LIST	24
#define SCST_PR_OUT_FLAGS	20
#define SCST_PR_OUT_SPEC_I_PT	BIT(3)
#define SCST_PR_OUT_ALL_TG_PT	BIT(2)
#define SCST_PR_OUT_APTPL	BIT(0)

/*
 * The service actions. Each makes @new, or leaves it NULL if nothing changes.
 * Return: false: a status is set.
 */
bool scst_pr_register(struct scst_pr_out *o);
bool scst_pr_register_and_move(struct scst_pr_out *o);

/* A new state with room for more registrations; false: a status is set. */
bool scst_pr_out_change(struct scst_pr_out *o, u64 more);

/* All set a status and return false. */
bool scst_pr_out_conflict(struct scst_pr_out *o);
bool scst_pr_out_no_room(struct scst_pr_out *o);
bool scst_pr_out_bad_param(struct scst_pr_out *o, unsigned int byte, int bit);
bool scst_pr_out_bad_length(struct scst_pr_out *o);

#endif /* SCST_PR_OUT_H */
