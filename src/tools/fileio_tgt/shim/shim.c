// SPDX-License-Identifier: GPL-2.0
/* What kernel.h promises and doesn't do itself. */
#include <stdarg.h>
#include <time.h>
#include <unistd.h>

/* ---- bytes ---- */

void *memchr_inv(const void *p, int c, size_t len)
{
	const u8 *b = p;

	for (; len; len--, b++)
		if (*b != (u8)c)
			return (void *)b;
	return NULL;
}

ssize_t strscpy(char *dest, const char *src, size_t size)
{
	size_t len = strnlen(src, size);

	if (!size)
		return -E2BIG;
	if (len == size)
		len--;
	memcpy(dest, src, len);
	dest[len] = '\0';
	return src[len] ? -E2BIG : (ssize_t)len;
}

long si_mem_available(void)
{
	return sysconf(_SC_AVPHYS_PAGES);
}

/* ---- data buffers ---- */

/* So much of @len lies in the buffer. */
static size_t sg_clip(const struct scatterlist *sg, size_t len, off_t skip)
{
	if ((u64)skip >= sg->length)
		return 0;
	return min_t(size_t, len, sg->length - skip);
}

size_t sg_pcopy_to_buffer(struct scatterlist *sg, unsigned int n, void *buf,
			  size_t len, off_t skip)
{
	len = sg_clip(sg, len, skip);
	memcpy(buf, sg->buf + skip, len);
	return len;
}

size_t sg_pcopy_from_buffer(struct scatterlist *sg, unsigned int n, const void *buf,
			    size_t len, off_t skip)
{
	len = sg_clip(sg, len, skip);
	memcpy(sg->buf + skip, buf, len);
	return len;
}

size_t sg_copy_from_buffer(struct scatterlist *sg, unsigned int n, const void *buf,
			   size_t len)
{
	return sg_pcopy_from_buffer(sg, n, buf, len, 0);
}

size_t sg_zero_buffer(struct scatterlist *sg, unsigned int n, size_t len, off_t skip)
{
	len = sg_clip(sg, len, skip);
	memset(sg->buf + skip, 0, len);
	return len;
}

/* ---- waiting ---- */

void complete(struct completion *c)
{
	pthread_mutex_lock(&c->lock);
	c->done = true;
	pthread_cond_broadcast(&c->cond);
	pthread_mutex_unlock(&c->lock);
}

void wait_for_completion(struct completion *c)
{
	pthread_mutex_lock(&c->lock);
	while (!c->done)
		pthread_cond_wait(&c->cond, &c->lock);
	pthread_mutex_unlock(&c->lock);
}

/* Above zero: alive, one of it the owner's. Dead ones are counted below it. */
#define REF_DEAD	(LONG_MIN / 2)

int percpu_ref_init(struct percpu_ref *ref, void (*release)(struct percpu_ref *),
		    unsigned int flags, gfp_t gfp)
{
	ref->count = 1;
	ref->release = release;
	return 0;
}

bool percpu_ref_tryget_live(struct percpu_ref *ref)
{
	long now = __atomic_load_n(&ref->count, __ATOMIC_RELAXED);

	while (now > 0)
		if (__atomic_compare_exchange_n(&ref->count, &now, now + 1, true,
						__ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			return true;
	return false;
}

void percpu_ref_put(struct percpu_ref *ref)
{
	if (__atomic_sub_fetch(&ref->count, 1, __ATOMIC_ACQ_REL) == REF_DEAD)
		ref->release(ref);
}

void percpu_ref_kill(struct percpu_ref *ref)
{
	__atomic_add_fetch(&ref->count, REF_DEAD, __ATOMIC_ACQ_REL);
	percpu_ref_put(ref);
}

void percpu_ref_reinit(struct percpu_ref *ref)
{
	__atomic_store_n(&ref->count, 1, __ATOMIC_RELEASE);
}

/* ---- time and work ---- */

u64 ktime_get_boottime_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

ktime_t ktime_get_real(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static u64 monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

unsigned long shim_jiffies(void)
{
	return monotonic_ns() / (1000000000 / HZ);
}

void shim_init_work(struct work_struct *work, void (*fn)(struct work_struct *))
{
	pthread_condattr_t attr;

	memset(work, 0, sizeof(*work));
	work->fn = fn;
	pthread_mutex_init(&work->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&work->cond, &attr);
}

/* Runs it each time that it is due, until it isn't queued any more. */
static void *work_main(void *arg)
{
	struct work_struct *work = arg;

	pthread_mutex_lock(&work->lock);
	while (work->queued) {
		struct timespec due = {
			.tv_sec = work->due / 1000000000,
			.tv_nsec = work->due % 1000000000,
		};

		if (monotonic_ns() < work->due) {
			pthread_cond_timedwait(&work->cond, &work->lock, &due);
			continue;
		}
		work->queued = false;
		pthread_mutex_unlock(&work->lock);
		work->fn(work);
		pthread_mutex_lock(&work->lock);
	}
	work->alive = false;
	pthread_cond_broadcast(&work->cond);
	pthread_mutex_unlock(&work->lock);
	return NULL;
}

static void work_start(struct work_struct *work)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	while (pthread_create(&thread, &attr, work_main, work)) {
		pr_err("no thread for work in the background: trying again\n");
		sleep(1);
	}
	pthread_attr_destroy(&attr);
}

bool shim_queue_work(struct work_struct *work, unsigned long delay)
{
	bool queued;

	pthread_mutex_lock(&work->lock);
	queued = !work->queued;
	if (queued) {
		work->queued = true;
		work->due = monotonic_ns() + delay * (1000000000 / HZ);
		if (!work->alive) {
			work->alive = true;
			work_start(work);
		}
		pthread_cond_broadcast(&work->cond);
	}
	pthread_mutex_unlock(&work->lock);
	return queued;
}

static void work_wait(struct work_struct *work, bool cancel)
{
	pthread_mutex_lock(&work->lock);
	if (cancel)
		work->queued = false;
	pthread_cond_broadcast(&work->cond);
	while (work->alive)
		pthread_cond_wait(&work->cond, &work->lock);
	pthread_mutex_unlock(&work->lock);
}

/* Items that queue themselves again must have been told to stop before. */
void shim_cancel_work(struct work_struct *work)
{
	do {
		work_wait(work, true);
	} while (READ_ONCE(work->queued));
}

void shim_flush_work(struct work_struct *work)
{
	work_wait(work, false);
}

struct workqueue_struct {
	int unused;
};

struct workqueue_struct *alloc_workqueue(const char *name, unsigned int flags, int max)
{
	return calloc(1, sizeof(struct workqueue_struct));
}

void destroy_workqueue(struct workqueue_struct *wq)
{
	free(wq);
}

/* ---- errors of write-back ---- */

errseq_t errseq_sample(errseq_t *eseq)
{
	return READ_ONCE(*eseq);
}

int errseq_check_and_advance(errseq_t *eseq, errseq_t *since)
{
	errseq_t now = READ_ONCE(*eseq);
	bool news = now != *since;

	*since = now;
	return news ? -EIO : 0;
}

/* ---- messages ---- */

#define LOG_BURST	10
#define LOG_INTERVAL	5000000000ULL

/* False: there were too many of them lately. */
static bool log_may(void)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static u64 began;
	static unsigned int n;
	bool may;

	pthread_mutex_lock(&lock);
	if (monotonic_ns() - began > LOG_INTERVAL) {
		began = monotonic_ns();
		n = 0;
	}
	may = n++ < LOG_BURST;
	pthread_mutex_unlock(&lock);
	return may;
}

void shim_log(int level, const char *fmt, ...)
{
	static const char *const names[] = { "error", "warning", "info" };
	char text[512];
	va_list args;

	if (level & SHIM_LIMITED && !log_may())
		return;
	if (!strncmp(fmt, "scst: ", 6))
		fmt += 6;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	fprintf(stderr, "fileio_tgt: %s: %s", names[level & ~SHIM_LIMITED], text);
}
