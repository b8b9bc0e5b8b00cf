// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/scsi_tgt/reservations: who has reserved what. The format is part of the
 * interface: columns that are split by blanks, new ones only at the end.
 */
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "proc.h"
#include "reserve.h"

/* By enum scst_pr_type. */
static const char *const type_names[] = {
	[SCST_PR_NO_TYPE]	   = "-",
	[SCST_PR_WRITE_EXCL]	   = "write_exclusive",
	[SCST_PR_EXCL_ACCESS]	   = "exclusive_access",
	[SCST_PR_WRITE_EXCL_REGS]  = "write_exclusive_registrants_only",
	[SCST_PR_EXCL_ACCESS_REGS] = "exclusive_access_registrants_only",
	[SCST_PR_WRITE_EXCL_ALL]   = "write_exclusive_all_registrants",
	[SCST_PR_EXCL_ACCESS_ALL]  = "exclusive_access_all_registrants",
};

static void reservations_row(struct seq_file *m, const struct scst_device *dev,
			     const char *what, u8 type, u64 key,
			     const struct scst_pr *pr,
			     const struct scst_pr_port *port)
{
	char text[SCST_TRANSPORT_ID_TEXT];

	scst_transport_id_text(&port->id, text, sizeof(text));
	seq_printf(m, "%-20s %-10s %-34s 0x%016llx %-6s %-10u %-6u %-20s %-35s %s\n",
		   dev->name, what, type_names[type], key,
		   pr->aptpl ? "yes" : "no", pr->generation,
		   READ_ONCE(port->rel_tgt_id), port->driver, port->target, text);
}

static void registrations_show(struct seq_file *m, const struct scst_device *dev,
			       const struct scst_pr *pr)
{
	unsigned int i;
	bool holds;

	if (pr->lost)
		seq_printf(m, "%-20s %-10s %-34s %-18s %-6s %-10u %-6s %-20s %-35s %s\n",
			   dev->name, "lost", "-", "-", "-", pr->generation,
			   "-", "-", "-", "-");
	for (i = 0; i < pr->n; i++) {
		holds = scst_pr_is_holder(pr, i);
		reservations_row(m, dev, holds ? "holder" : "registered",
				 holds ? pr->type : SCST_PR_NO_TYPE,
				 pr->regs[i].key, pr,
				 &pr->regs[i].nexus->port);
	}
}

/* What RESERVE has reserved. The names are copied: the nexus may go. */
static void reserve_show(struct seq_file *m, struct scst_device *dev,
			 const struct scst_pr *pr, struct scst_pr_port *port)
{
	const struct scst_session *sess;
	bool reserved = false;

	spin_lock_irq(&dev->tgt_devs_lock);
	if (dev->resv->holder) {
		sess = dev->resv->holder->sess;
		port->id = *sess->transport_id;
		port->rel_tgt_id = sess->tgt->rel_tgt_id;
		strscpy(port->driver, sess->tgt->tgtt->name, sizeof(port->driver));
		strscpy(port->target, sess->tgt->name, sizeof(port->target));
		reserved = true;
	}
	spin_unlock_irq(&dev->tgt_devs_lock);
	if (reserved)
		reservations_row(m, dev, "reserve", SCST_PR_NO_TYPE, 0, pr, port);
}

static int reservations_show(struct seq_file *m, void *obj)
{
	struct scst_pr_port *port = kmalloc(sizeof(*port), GFP_KERNEL);
	struct scst_device *dev;
	struct scst_pr *pr;
	int ret;

	if (!port)
		return -ENOMEM;
	ret = mutex_lock_interruptible(&scst_mutex);
	if (ret)
		goto out;
	seq_printf(m, "%-20s %-10s %-34s %-18s %-6s %-10s %-6s %-20s %-35s %s\n",
		   "Device", "State", "Type", "Key", "APTPL", "Generation",
		   "Port", "Driver", "Target", "Initiator");
	list_for_each_entry(dev, &scst_devices, entry) {
		pr = scst_pr_get(dev);
		reserve_show(m, dev, pr, port);
		registrations_show(m, dev, pr);
		scst_pr_put(pr);
	}
	mutex_unlock(&scst_mutex);
out:
	kfree(port);
	return ret;
}

const struct scst_proc_desc scst_proc_reservations = {
	.show	= reservations_show,
};
