/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included before everything else in the files that fileio_tgt shares with the
 * kernel's device handler: what they use of the kernel, for a program. Threads stand
 * for all contexts, mutexes for all locks.
 */
#ifndef SCST_SHIM_KERNEL_ALL_H
#define SCST_SHIM_KERNEL_ALL_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <ctype.h>
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/types.h>
#include <linux/types.h>
#include <scsi/scsi.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef unsigned long long u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef long long s64;
typedef unsigned int gfp_t;
typedef unsigned int errseq_t;
typedef s64 ktime_t;

/* What <scsi/scsi_proto.h> has and <scsi/scsi.h> hasn't. */
#define READ_32				0x09
#define WRITE_32			0x0b
#define MI_REPORT_TIMESTAMP		0x0f
#define MO_SET_IDENTIFYING_INFORMATION	0x06
#define MO_SET_TIMESTAMP		0x0f

#define NSEC_PER_SEC		1000000000L

#define U8_MAX		UINT8_MAX
#define U16_MAX		UINT16_MAX
#define U32_MAX		UINT32_MAX
#define U64_MAX		ULLONG_MAX

#define __init
#define __ro_after_init
#define __percpu
#define __user
#define __rcu
#define __must_check
#define __printf(fmt, args)	__attribute__((format(printf, fmt, args)))

/* ---- words ---- */

#define likely(cond)		__builtin_expect(!!(cond), 1)
#define unlikely(cond)		__builtin_expect(!!(cond), 0)
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_ACQUIRE)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), (v), __ATOMIC_RELEASE)
#define BUILD_BUG_ON(cond)	_Static_assert(!(cond), #cond)
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))
#define BIT(nr)			(1UL << (nr))
#define BIT_ULL(nr)		(1ULL << (nr))
#define WARN_ON_ONCE(cond)	(cond)

#define shim_pick(a, b, op)				\
({							\
	__typeof__(a) shim_a = (a);			\
	__typeof__(b) shim_b = (b);			\
	shim_a op shim_b ? shim_a : shim_b;		\
})
#define min(a, b)		shim_pick(a, b, <)
#define max(a, b)		shim_pick(a, b, >)
#define min_t(type, a, b)	shim_pick((type)(a), (type)(b), <)
#define max_t(type, a, b)	shim_pick((type)(a), (type)(b), >)
#define min3(a, b, c)		min(min(a, b), c)
#define clamp_t(type, v, lo, hi) min_t(type, max_t(type, v, lo), hi)
#define round_down(x, y)	((x) & ~((__typeof__(x))(y) - 1))
#define round_up(x, y)		((((x) - 1) | ((__typeof__(x))(y) - 1)) + 1)
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))

static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

static inline int __ffs(unsigned long x)
{
	return __builtin_ctzl(x);
}

static inline int ilog2(u64 x)
{
	return 63 - __builtin_clzll(x);
}

static inline bool is_power_of_2(u64 x)
{
	return x && !(x & (x - 1));
}

static inline u64 div64_u64(u64 a, u64 b)
{
	return a / b;
}

static inline u64 div_u64(u64 a, u32 b)
{
	return a / b;
}

static inline u64 mul_u64_u32_div(u64 a, u32 mul, u32 div)
{
	return (unsigned __int128)a * mul / div;
}

static inline bool test_bit(unsigned int nr, const unsigned long *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE) >> nr & 1;
}

static inline void set_bit(unsigned int nr, unsigned long *word)
{
	__atomic_or_fetch(word, 1UL << nr, __ATOMIC_ACQ_REL);
}

static inline void clear_bit(unsigned int nr, unsigned long *word)
{
	__atomic_and_fetch(word, ~(1UL << nr), __ATOMIC_ACQ_REL);
}

static inline bool test_and_clear_bit(unsigned int nr, unsigned long *word)
{
	return __atomic_fetch_and(word, ~(1UL << nr), __ATOMIC_ACQ_REL) >> nr & 1;
}

#define __set_bit		set_bit

#define for_each_set_bit(bit, word, size)			\
	for ((bit) = 0; (bit) < (size); (bit)++)		\
		if (test_bit(bit, word))

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 counter;
} atomic64_t;

static inline s64 atomic64_read(const atomic64_t *v)
{
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);
}

static inline void atomic64_inc(atomic64_t *v)
{
	__atomic_add_fetch(&v->counter, 1, __ATOMIC_RELAXED);
}

/* ---- bytes ---- */

#include "unaligned.h"

void *memchr_inv(const void *p, int c, size_t len);
ssize_t strscpy(char *dest, const char *src, size_t size);

/* ---- memory ---- */

#define PAGE_SHIFT		12
#define PAGE_SIZE		(1UL << PAGE_SHIFT)
#define offset_in_page(x)	((unsigned long)(x) & (PAGE_SIZE - 1))

#define GFP_KERNEL		0
#define GFP_NOIO		0
#define GFP_ATOMIC		0
#define __GFP_NOWARN		0
#define __GFP_NORETRY		0
#define __GFP_COMP		0
#define __GFP_ZERO		0

#define kmalloc(size, gfp)	malloc(size)
#define kzalloc(size, gfp)	calloc(1, size)
#define kcalloc(n, size, gfp)	calloc(n, size)
#define kvzalloc(size, gfp)	calloc(1, size)
#define kstrdup(text, gfp)	strdup(text)
#define kfree(p)		free((void *)(p))
#define kvfree(p)		free((void *)(p))

/* A page is known by its address. */
struct page;

static inline struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	return aligned_alloc(PAGE_SIZE, PAGE_SIZE << order);
}

#define alloc_page(gfp)		alloc_pages(gfp, 0)

static inline void __free_pages(struct page *page, unsigned int order)
{
	free(page);
}

#define __free_page(page)	__free_pages(page, 0)
#define page_address(page)	((void *)(page))
#define virt_to_page(addr)	((struct page *)(addr))

/* Pages that are free. */
long si_mem_available(void);

#define ERR_PTR(err)		((void *)(long)(err))
#define PTR_ERR(ptr)		((long)(ptr))
#define IS_ERR(ptr)		((unsigned long)(ptr) >= (unsigned long)-4095)

/* ---- data buffers: always one piece ---- */

struct scatterlist {
	u8 *buf;
	u32 length;
};

size_t sg_copy_from_buffer(struct scatterlist *sg, unsigned int n, const void *buf,
			   size_t len);
size_t sg_pcopy_to_buffer(struct scatterlist *sg, unsigned int n, void *buf,
			  size_t len, off_t skip);
size_t sg_pcopy_from_buffer(struct scatterlist *sg, unsigned int n, const void *buf,
			    size_t len, off_t skip);
size_t sg_zero_buffer(struct scatterlist *sg, unsigned int n, size_t len, off_t skip);

/* ---- locks ---- */

typedef pthread_mutex_t spinlock_t;

struct mutex {
	pthread_mutex_t m;
};

#define spin_lock_init(l)		pthread_mutex_init(l, NULL)
#define spin_lock(l)			pthread_mutex_lock(l)
#define spin_unlock(l)			pthread_mutex_unlock(l)
#define spin_lock_irq(l)		pthread_mutex_lock(l)
#define spin_unlock_irq(l)		pthread_mutex_unlock(l)
#define spin_lock_irqsave(l, flags)	\
	do { (flags) = 0; pthread_mutex_lock(l); } while (0)
#define spin_unlock_irqrestore(l, flags) \
	do { (void)(flags); pthread_mutex_unlock(l); } while (0)
#define DEFINE_MUTEX(name)		struct mutex name = { PTHREAD_MUTEX_INITIALIZER }
#define mutex_init(l)			pthread_mutex_init(&(l)->m, NULL)
#define mutex_lock(l)			pthread_mutex_lock(&(l)->m)
#define mutex_unlock(l)			pthread_mutex_unlock(&(l)->m)
#define lockdep_assert_held(l)		((void)(l))
#define cond_resched()			((void)0)

struct completion {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool done;
};

#define DECLARE_COMPLETION_ONSTACK(name)	\
	struct completion name = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false }

void complete(struct completion *c);
void wait_for_completion(struct completion *c);

/* A counter that is killed and then drained. */
struct percpu_ref {
	long count;
	void (*release)(struct percpu_ref *ref);
};

#define PERCPU_REF_ALLOW_REINIT	0

int percpu_ref_init(struct percpu_ref *ref, void (*release)(struct percpu_ref *),
		    unsigned int flags, gfp_t gfp);
void percpu_ref_kill(struct percpu_ref *ref);
bool percpu_ref_tryget_live(struct percpu_ref *ref);
void percpu_ref_put(struct percpu_ref *ref);
void percpu_ref_reinit(struct percpu_ref *ref);
#define percpu_ref_exit(ref)	((void)(ref))

/* As in the kernel: what is read before it is read before what is read after it. */
#define smp_rmb()	__atomic_thread_fence(__ATOMIC_ACQUIRE)

/* Nothing that is read under these is freed while the device is served. */
#define rcu_dereference(p)		READ_ONCE(p)
#define rcu_access_pointer(p)		READ_ONCE(p)
#define rcu_assign_pointer(p, v)	WRITE_ONCE(p, v)
#define RCU_INIT_POINTER(p, v)		WRITE_ONCE(p, v)
#define srcu_dereference(p, srcu)	READ_ONCE(p)

struct srcu_struct {
	int unused;
};

#define srcu_read_lock(s)		((void)(s), 0)
#define srcu_read_unlock(s, idx)	((void)(s), (void)(idx))

struct kref {
	int count;
};

/* ---- time and work ---- */

#define HZ		1000
#define jiffies		shim_jiffies()
#define time_before(a, b)	((long)((a) - (b)) < 0)

unsigned long shim_jiffies(void);
u64 ktime_get_boottime_ns(void);
ktime_t ktime_get_real(void);
#define ktime_get_boottime()		((ktime_t)ktime_get_boottime_ns())
#define ktime_get_boottime_seconds()	((time_t)(ktime_get_boottime_ns() / 1000000000))
#define ktime_to_ms(t)			((t) / 1000000)

/* Each runs in a thread of its own. */
struct work_struct {
	void (*fn)(struct work_struct *work);
	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool queued;
	bool alive;
	u64 due;
};

struct delayed_work {
	struct work_struct work;
};

struct workqueue_struct;

#define WQ_UNBOUND	0
#define system_wq	((struct workqueue_struct *)NULL)

void shim_init_work(struct work_struct *work, void (*fn)(struct work_struct *));
bool shim_queue_work(struct work_struct *work, unsigned long delay);
void shim_cancel_work(struct work_struct *work);
void shim_flush_work(struct work_struct *work);
struct workqueue_struct *alloc_workqueue(const char *name, unsigned int flags, int max);
void destroy_workqueue(struct workqueue_struct *wq);

#define INIT_WORK(w, fn)		shim_init_work(w, fn)
#define INIT_DELAYED_WORK(w, fn)	shim_init_work(&(w)->work, fn)
#define to_delayed_work(w)		container_of(w, struct delayed_work, work)
#define queue_work(wq, w)		((void)(wq), shim_queue_work(w, 0))
#define schedule_work(w)		shim_queue_work(w, 0)
#define schedule_delayed_work(w, t)	shim_queue_work(&(w)->work, t)
#define queue_delayed_work(wq, w, t)	((void)(wq), shim_queue_work(&(w)->work, t))
#define mod_delayed_work(wq, w, t)	((void)(wq), shim_queue_work(&(w)->work, t))
#define cancel_work_sync(w)		shim_cancel_work(w)
#define cancel_delayed_work_sync(w)	shim_cancel_work(&(w)->work)
#define flush_work(w)			shim_flush_work(w)

#include "lists.h"

/* ---- files ---- */

struct address_space {
	errseq_t wb_err;
};

/* @wb_err counts: each write-back that has failed is one more. */
struct file {
	struct address_space *f_mapping;
	struct address_space mapping;
	struct backing *backing;
};

errseq_t errseq_sample(errseq_t *eseq);
int errseq_check_and_advance(errseq_t *eseq, errseq_t *since);

struct block_device;
struct iov_iter;
struct kiocb;
struct seq_file;

/* ---- messages ---- */

__printf(2, 3)
void shim_log(int level, const char *fmt, ...);

enum {
	SHIM_ERR,
	SHIM_WARN,
	SHIM_INFO,
	SHIM_LIMITED = 8,	/* not more than some of them in a while */
};

#define pr_err(fmt, ...)	shim_log(SHIM_ERR, fmt, ##__VA_ARGS__)
#define pr_warn(fmt, ...)	shim_log(SHIM_WARN, fmt, ##__VA_ARGS__)
#define pr_info(fmt, ...)	shim_log(SHIM_INFO, fmt, ##__VA_ARGS__)
#define pr_err_ratelimited(fmt, ...)	\
	shim_log(SHIM_ERR | SHIM_LIMITED, fmt, ##__VA_ARGS__)
#define pr_warn_ratelimited(fmt, ...)	\
	shim_log(SHIM_WARN | SHIM_LIMITED, fmt, ##__VA_ARGS__)

#endif /* SCST_SHIM_KERNEL_ALL_H */
