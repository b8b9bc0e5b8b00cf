// SPDX-License-Identifier: GPL-2.0
/*
 * Threads for commands that must sleep. A pool has one queue per CPU, with a
 * lock that is nearly always taken by its own CPU only. A thread serves its home
 * queue first and then all others with commands; an idle thread waits on its home
 * queue's list, where whoever adds a command finds it. So no command waits while
 * any thread of the pool is idle, and a busy pool is never woken.
 */
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "scst_priv.h"

#define SCST_MAX_THREADS	1024

/**
 * struct scst_thread_queue - what waits on one CPU
 * @lock: protects both lists; taken in any context
 * @cmds: struct scst_cmd.queue_entry
 * @idle: struct scst_thread.idle_entry
 */
struct scst_thread_queue {
	spinlock_t lock;
	struct list_head cmds;
	struct list_head idle;
};

/**
 * struct scst_thread_pool - threads that share commands
 * @name: of the threads
 * @queues: one per possible CPU
 * @idle_cpus: queues with idle threads
 * @full_cpus: queues with commands
 * @threads: struct scst_thread.entry, under @mutex
 * @count: their number, under @mutex
 * @mutex: serialises changes of @threads
 */
struct scst_thread_pool {
	char name[12];
	struct scst_thread_queue __percpu *queues;
	cpumask_var_t idle_cpus;
	cpumask_var_t full_cpus;
	struct list_head threads;
	unsigned int count;
	struct mutex mutex;
};

/**
 * struct scst_thread - one thread
 * @task: the task
 * @pool: its pool
 * @home: CPU of its home queue
 * @idle_entry: in its home queue's idle list, under that queue's lock
 * @entry: in the pool's list
 */
struct scst_thread {
	struct task_struct *task;
	struct scst_thread_pool *pool;
	unsigned int home;
	struct list_head idle_entry;
	struct list_head entry;
};

struct scst_thread_pool *scst_main_pool;

static unsigned int scst_threads;
module_param(scst_threads, uint, 0444);
MODULE_PARM_DESC(scst_threads,
		 "number of SCST's threads (default: the number of CPUs)");

static struct scst_cmd *queue_take(struct scst_thread_pool *pool,
				   unsigned int cpu)
{
	struct scst_thread_queue *q = per_cpu_ptr(pool->queues, cpu);
	struct scst_cmd *cmd;
	unsigned long flags;

	/* A look without the lock: see idle_enter() for why it is enough. */
	if (list_empty_careful(&q->cmds))
		return NULL;
	spin_lock_irqsave(&q->lock, flags);
	cmd = list_first_entry_or_null(&q->cmds, struct scst_cmd, queue_entry);
	if (cmd)
		list_del(&cmd->queue_entry);
	if (list_empty(&q->cmds) && cpumask_test_cpu(cpu, pool->full_cpus))
		cpumask_clear_cpu(cpu, pool->full_cpus);
	spin_unlock_irqrestore(&q->lock, flags);
	return cmd;
}

/* The next command: from home, else from anywhere. */
static struct scst_cmd *thread_take(struct scst_thread *t)
{
	struct scst_thread_pool *pool = t->pool;
	struct scst_cmd *cmd;
	int cpu;

	cmd = queue_take(pool, t->home);
	if (cmd)
		return cmd;
	for_each_cpu(cpu, pool->full_cpus) {
		cmd = queue_take(pool, cpu);
		if (cmd)
			return cmd;
	}
	return NULL;
}

/* From here on an adder finds the thread; what was added before, it looks for. */
static void idle_enter(struct scst_thread *t)
{
	struct scst_thread_queue *q = per_cpu_ptr(t->pool->queues, t->home);
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	set_current_state(TASK_IDLE);
	list_add(&t->idle_entry, &q->idle);
	cpumask_set_cpu(t->home, t->pool->idle_cpus);
	spin_unlock_irqrestore(&q->lock, flags);
	/*
	 * Pairs with pool_wake_other(): either the adder sees the bit, or the
	 * thread sees the command, and the bit of its queue.
	 */
	smp_mb();
}

static void __idle_remove(struct scst_thread *t, struct scst_thread_queue *q)
{
	lockdep_assert_held(&q->lock);
	list_del_init(&t->idle_entry);
	if (list_empty(&q->idle))
		cpumask_clear_cpu(t->home, t->pool->idle_cpus);
}

static void idle_leave(struct scst_thread *t)
{
	struct scst_thread_queue *q = per_cpu_ptr(t->pool->queues, t->home);
	unsigned long flags;

	__set_current_state(TASK_RUNNING);
	spin_lock_irqsave(&q->lock, flags);
	if (!list_empty(&t->idle_entry))
		__idle_remove(t, q);
	spin_unlock_irqrestore(&q->lock, flags);
}

static int thread_main(void *arg)
{
	struct scst_thread *t = arg;
	struct scst_cmd *cmd;

	while (!kthread_should_stop()) {
		cmd = thread_take(t);
		if (!cmd) {
			idle_enter(t);
			cmd = thread_take(t);
			if (!cmd && !kthread_should_stop())
				schedule();
			idle_leave(t);
		}
		if (cmd) {
			scst_cmd_run(cmd, SCST_CONTEXT_THREAD);
			cond_resched();
		}
	}
	/* Whoever has just woken it for a command has woken nobody else. */
	cmd = thread_take(t);
	if (cmd)
		scst_cmd_run(cmd, SCST_CONTEXT_THREAD);
	return 0;
}

/* Wakes an idle thread of this queue, if there is one. */
static bool __queue_wake(struct scst_thread_queue *q)
{
	struct scst_thread *t;

	t = list_first_entry_or_null(&q->idle, struct scst_thread, idle_entry);
	if (!t)
		return false;
	__idle_remove(t, q);
	wake_up_process(t->task);	/* can't exit without taking q->lock */
	return true;
}

static void pool_wake_other(struct scst_thread_pool *pool)
{
	struct scst_thread_queue *q;
	unsigned long flags;
	bool woken;
	int cpu;

	smp_mb();	/* pairs with idle_enter() */
	for_each_cpu(cpu, pool->idle_cpus) {
		q = per_cpu_ptr(pool->queues, cpu);
		spin_lock_irqsave(&q->lock, flags);
		woken = __queue_wake(q);
		spin_unlock_irqrestore(&q->lock, flags);
		if (woken)
			return;
	}
}

/**
 * scst_thread_pool_queue() - let a thread go on with a command
 * @pool: the threads
 * @cmd: the command; not the caller's any more
 *
 * Context: any.
 */
void scst_thread_pool_queue(struct scst_thread_pool *pool, struct scst_cmd *cmd)
{
	unsigned int cpu = raw_smp_processor_id();
	struct scst_thread_queue *q = per_cpu_ptr(pool->queues, cpu);
	unsigned long flags;
	bool woken;

	spin_lock_irqsave(&q->lock, flags);
	list_add_tail(&cmd->queue_entry, &q->cmds);
	woken = __queue_wake(q);
	/*
	 * Also when a thread was woken for it: that one may have found another
	 * command by now, and whoever was woken for that one has to find this.
	 */
	if (!cpumask_test_cpu(cpu, pool->full_cpus))
		cpumask_set_cpu(cpu, pool->full_cpus);
	spin_unlock_irqrestore(&q->lock, flags);
	if (!woken)
		pool_wake_other(pool);
}

/* The n-th CPU that is online now, counted around: threads spread over all. */
static unsigned int home_cpu(unsigned int n)
{
	unsigned int cpu, i = 0;

	n %= num_online_cpus();
	for_each_online_cpu(cpu)
		if (i++ == n)
			return cpu;
	return cpumask_first(cpu_possible_mask);
}

static int pool_add_thread(struct scst_thread_pool *pool)
{
	struct scst_thread *t = kzalloc(sizeof(*t), GFP_KERNEL);

	lockdep_assert_held(&pool->mutex);
	if (!t)
		return -ENOMEM;
	t->pool = pool;
	t->home = home_cpu(pool->count);
	INIT_LIST_HEAD(&t->idle_entry);
	t->task = kthread_create(thread_main, t, "%s/%u", pool->name,
				 pool->count);
	if (IS_ERR(t->task)) {
		int ret = PTR_ERR(t->task);

		kfree(t);
		return ret;
	}
	list_add_tail(&t->entry, &pool->threads);
	pool->count++;
	wake_up_process(t->task);
	return 0;
}

/* The last one added goes; what it runs is finished first. */
static void pool_remove_thread(struct scst_thread_pool *pool)
{
	struct scst_thread *t = list_last_entry(&pool->threads,
						struct scst_thread, entry);

	lockdep_assert_held(&pool->mutex);
	kthread_stop(t->task);
	list_del(&t->entry);
	pool->count--;
	kfree(t);
}

static int pool_resize(struct scst_thread_pool *pool, unsigned int n)
{
	unsigned int old = pool->count;
	int ret;

	lockdep_assert_held(&pool->mutex);
	while (pool->count < n) {
		ret = pool_add_thread(pool);
		if (ret)
			goto undo;
	}
	while (pool->count > n)
		pool_remove_thread(pool);
	return 0;

undo:
	while (pool->count > old)
		pool_remove_thread(pool);
	return ret;
}

/**
 * scst_thread_pool_create() - threads for the commands of one device
 * @name: for the threads' names
 * @n: how many
 *
 * Context: process context, may sleep.
 * Return: the pool, or ERR_PTR.
 */
struct scst_thread_pool *scst_thread_pool_create(const char *name,
						 unsigned int n)
{
	struct scst_thread_pool *pool = kzalloc(sizeof(*pool), GFP_KERNEL);
	int cpu, ret = -ENOMEM;

	if (!pool)
		return ERR_PTR(ret);
	strscpy(pool->name, name, sizeof(pool->name));
	mutex_init(&pool->mutex);
	INIT_LIST_HEAD(&pool->threads);
	if (!zalloc_cpumask_var(&pool->idle_cpus, GFP_KERNEL))
		goto err_free;
	if (!zalloc_cpumask_var(&pool->full_cpus, GFP_KERNEL))
		goto err_idle;
	pool->queues = alloc_percpu(struct scst_thread_queue);
	if (!pool->queues)
		goto err_mask;
	for_each_possible_cpu(cpu) {
		struct scst_thread_queue *q = per_cpu_ptr(pool->queues, cpu);

		spin_lock_init(&q->lock);
		INIT_LIST_HEAD(&q->cmds);
		INIT_LIST_HEAD(&q->idle);
	}

	mutex_lock(&pool->mutex);
	ret = pool_resize(pool, n);
	mutex_unlock(&pool->mutex);
	if (ret)
		goto err_queues;
	return pool;

err_queues:
	free_percpu(pool->queues);
err_mask:
	free_cpumask_var(pool->full_cpus);
err_idle:
	free_cpumask_var(pool->idle_cpus);
err_free:
	kfree(pool);
	return ERR_PTR(ret);
}

/**
 * scst_thread_pool_destroy() - end a pool
 * @pool: the pool; no command can reach it any more
 *
 * Context: process context, may sleep.
 */
void scst_thread_pool_destroy(struct scst_thread_pool *pool)
{
	mutex_lock(&pool->mutex);
	pool_resize(pool, 0);
	mutex_unlock(&pool->mutex);
	free_percpu(pool->queues);
	free_cpumask_var(pool->full_cpus);
	free_cpumask_var(pool->idle_cpus);
	kfree(pool);
}

/**
 * scst_threads_set() - change the number of SCST's threads
 * @n: how many, at least 1
 *
 * Waits for what the threads that end are running.
 *
 * Context: process context, may sleep.
 * Return: 0, -EINVAL, or the error of a thread's creation (nothing is changed).
 */
int scst_threads_set(unsigned int n)
{
	int ret;

	if (n < 1 || n > SCST_MAX_THREADS)
		return -EINVAL;
	mutex_lock(&scst_main_pool->mutex);
	ret = pool_resize(scst_main_pool, n);
	mutex_unlock(&scst_main_pool->mutex);
	return ret;
}

int scst_add_cmd_threads(int num)
{
	struct scst_thread_pool *pool = scst_main_pool;
	int ret = -EINVAL;

	mutex_lock(&pool->mutex);
	if (num >= 0 && num <= SCST_MAX_THREADS - (int)pool->count)
		ret = pool_resize(pool, pool->count + num);
	mutex_unlock(&pool->mutex);
	return ret;
}
SCST_EXPORT(scst_add_cmd_threads);

void scst_del_cmd_threads(int num)
{
	struct scst_thread_pool *pool = scst_main_pool;

	mutex_lock(&pool->mutex);
	if (num > 0)
		pool_resize(pool, max(1, (int)pool->count - num));
	mutex_unlock(&pool->mutex);
}
SCST_EXPORT(scst_del_cmd_threads);

/* The number of SCST's threads. */
unsigned int scst_threads_count(void)
{
	return READ_ONCE(scst_main_pool->count);
}

int scst_threads_init(void)
{
	unsigned int n = scst_threads ? scst_threads : num_online_cpus();

	if (n > SCST_MAX_THREADS) {
		scst_err("scst_threads=%u: at most %d\n", n, SCST_MAX_THREADS);
		return -EINVAL;
	}
	scst_main_pool = scst_thread_pool_create("scst", n);
	return PTR_ERR_OR_ZERO(scst_main_pool);
}

void scst_threads_exit(void)
{
	scst_thread_pool_destroy(scst_main_pool);
}
