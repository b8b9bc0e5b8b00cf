// SPDX-License-Identifier: GPL-2.0
/* Commands of a session, found by their drivers. */
#include "scst_priv.h"

static struct scst_cmd *find_on_cpu(struct scst_sess_cpu *sc, void *data,
				    bool (*match)(const struct scst_cmd *, void *))
{
	struct scst_cmd *cmd, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&sc->lock, flags);
	list_for_each_entry(cmd, &sc->cmds, sess_entry) {
		if (match(cmd, data)) {
			found = cmd;
			break;
		}
	}
	spin_unlock_irqrestore(&sc->lock, flags);
	return found;
}

/* Commands that wait for the registration of their session. */
static struct scst_cmd *find_early(struct scst_session *sess, void *data,
				   bool (*match)(const struct scst_cmd *, void *))
{
	struct scst_cmd *cmd, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&sess->early_lock, flags);
	list_for_each_entry(cmd, &sess->early, queue_entry) {
		if (match(cmd, data)) {
			found = cmd;
			break;
		}
	}
	spin_unlock_irqrestore(&sess->early_lock, flags);
	return found;
}

struct scst_cmd *scst_find_cmd(struct scst_session *sess, void *data,
			       bool (*match)(const struct scst_cmd *cmd,
					     void *data))
{
	struct scst_cmd *cmd = find_early(sess, data, match);
	int cpu;

	for_each_possible_cpu(cpu) {
		if (cmd)
			break;
		cmd = find_on_cpu(per_cpu_ptr(sess->cpu, cpu), data, match);
	}
	return cmd;
}
SCST_EXPORT(scst_find_cmd);

static bool tag_matches(const struct scst_cmd *cmd, void *tag)
{
	return cmd->tag == *(u64 *)tag;
}

struct scst_cmd *scst_find_cmd_by_tag(struct scst_session *sess, u64 tag)
{
	return scst_find_cmd(sess, &tag, tag_matches);
}
SCST_EXPORT(scst_find_cmd_by_tag);
