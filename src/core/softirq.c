// SPDX-License-Identifier: GPL-2.0
/*
 * SCST_CONTEXT_TASKLET: commands that go on in softirq context, on the CPU where
 * their driver said so (typically from a hard interrupt).
 */
#include <linux/interrupt.h>
#include <linux/percpu.h>

#include "scst_priv.h"

struct softirq_queue {
	spinlock_t lock;	/* protects cmds; taken in any context */
	struct list_head cmds;	/* struct scst_cmd.queue_entry */
	struct tasklet_struct tasklet;
};

static DEFINE_PER_CPU(struct softirq_queue, softirq_queues);

static void softirq_run(struct tasklet_struct *tasklet)
{
	struct softirq_queue *q =
		container_of(tasklet, struct softirq_queue, tasklet);
	struct scst_cmd *cmd, *tmp;
	LIST_HEAD(todo);

	spin_lock_irq(&q->lock);
	list_splice_init(&q->cmds, &todo);
	spin_unlock_irq(&q->lock);

	list_for_each_entry_safe(cmd, tmp, &todo, queue_entry)
		scst_cmd_run(cmd, SCST_CONTEXT_DIRECT_ATOMIC);
}

/**
 * scst_softirq_queue() - go on with a command in softirq context
 * @cmd: the command; not the caller's any more
 *
 * Context: any.
 */
void scst_softirq_queue(struct scst_cmd *cmd)
{
	struct softirq_queue *q = raw_cpu_ptr(&softirq_queues);
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	list_add_tail(&cmd->queue_entry, &q->cmds);
	spin_unlock_irqrestore(&q->lock, flags);
	tasklet_schedule(&q->tasklet);
}

int scst_softirq_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct softirq_queue *q = per_cpu_ptr(&softirq_queues, cpu);

		spin_lock_init(&q->lock);
		INIT_LIST_HEAD(&q->cmds);
		tasklet_setup(&q->tasklet, softirq_run);
	}
	return 0;
}

void scst_softirq_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		tasklet_kill(&per_cpu_ptr(&softirq_queues, cpu)->tasklet);
}
