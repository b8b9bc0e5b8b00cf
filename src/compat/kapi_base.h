/* SPDX-License-Identifier: GPL-2.0 */
/* Module, proc, time, workqueue and byte-order helpers. */
#ifndef SCST_KAPI_BASE_H
#define SCST_KAPI_BASE_H

#include "scst_kapi_config.h"

#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

/* get_unaligned_be32() and its family: moved out of asm/ in 6.12. */
#ifdef SCST_HAVE_LINUX_UNALIGNED
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

/*
 * The core's symbols live in the namespace SCST.  EXPORT_SYMBOL_NS_GPL() took a
 * bare word before 6.13 and takes a string since.
 */
#ifdef SCST_HAVE_NS_TOKEN
#define SCST_EXPORT(sym)	EXPORT_SYMBOL_NS_GPL(sym, SCST)
#else
#define SCST_EXPORT(sym)	EXPORT_SYMBOL_NS_GPL(sym, "SCST")
#endif

/* PDE_DATA() became pde_data() in 5.17. */
#ifdef SCST_HAVE_PDE_DATA_LOWER
#define SCST_PDE_DATA(inode)	pde_data(inode)
#else
#define SCST_PDE_DATA(inode)	PDE_DATA(inode)
#endif

/* del_timer() and del_timer_sync(): renamed in 6.2, the old names left in 6.15. */
static inline int scst_timer_delete(struct timer_list *timer)
{
#ifdef SCST_HAVE_TIMER_DELETE
	return timer_delete(timer);
#else
	return del_timer(timer);
#endif
}

static inline int scst_timer_delete_sync(struct timer_list *timer)
{
#ifdef SCST_HAVE_TIMER_DELETE_SYNC
	return timer_delete_sync(timer);
#else
	return del_timer_sync(timer);
#endif
}

/* from_timer(): the object that holds a timer; renamed in 6.16. */
#ifdef SCST_HAVE_TIMER_CONTAINER_OF
#define scst_timer_container_of(var, timer, field) \
	timer_container_of(var, timer, field)
#else
#define scst_timer_container_of(var, timer, field) \
	from_timer(var, timer, field)
#endif

/* hrtimer_init() lost its place to hrtimer_setup() in 6.13 to 6.15. */
static inline void
scst_hrtimer_setup(struct hrtimer *timer,
		   enum hrtimer_restart (*fn)(struct hrtimer *),
		   clockid_t clock, enum hrtimer_mode mode)
{
#ifdef SCST_HAVE_HRTIMER_SETUP
	hrtimer_setup(timer, fn, clock, mode);
#else
	hrtimer_init(timer, clock, mode);
	timer->function = fn;
#endif
}

/*
 * Flag for alloc_workqueue(): since 6.17 per-CPU must be said, before it was
 * what one got without WQ_UNBOUND.
 */
#ifdef SCST_HAVE_WQ_PERCPU
#define SCST_WQ_PERCPU		WQ_PERCPU
#else
#define SCST_WQ_PERCPU		0
#endif

/* The shared workqueues: system_wq and system_unbound_wq got new names in 6.17. */
static inline struct workqueue_struct *scst_system_percpu_wq(void)
{
#ifdef SCST_HAVE_SYSTEM_PERCPU_WQ
	return system_percpu_wq;
#else
	return system_wq;
#endif
}

static inline struct workqueue_struct *scst_system_unbound_wq(void)
{
#ifdef SCST_HAVE_SYSTEM_PERCPU_WQ
	return system_dfl_wq;
#else
	return system_unbound_wq;
#endif
}

#endif
