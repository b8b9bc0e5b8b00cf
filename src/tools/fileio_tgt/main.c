// SPDX-License-Identifier: GPL-2.0
/*
 * fileio_tgt: files and block devices as disks, and discs, in user space. SCSI is that
 * of the kernel's handler vdisk: the same source files, see the Makefile.
 */
#include <signal.h>
#include <stdarg.h>
#include <unistd.h>

#include "blocks.h"
#include "vcdrom.h"

#include "fileio_tgt.h"
#include "options.h"

unsigned long vdisk_trace_flags;

/* ---- handlers ---- */

static int attach_tgt(struct scst_tgt_dev *tgt_dev)
{
	const struct vdisk_dev *vdev = tgt_dev->dev->dh_priv;

	if (vdev->flags & VDISK_F_READ_ONLY)
		tgt_dev->read_only = true;
	return vdisk_nexus_init(tgt_dev);
}

static void detach_tgt(struct scst_tgt_dev *tgt_dev)
{
	struct vdisk_dev *vdev = tgt_dev->dev->dh_priv;

	vdisk_prevent_end(tgt_dev);
	vdisk_echo_end(tgt_dev, &vdev->unit);
	vdisk_nexus_exit(tgt_dev);
}

const struct scst_dev_type vdisk_type = {
	.name		= "fileio_tgt",
	.type		= TYPE_DISK,
	.parse		= vdisk_parse,
	.exec		= vdisk_exec,
	.supports_op	= vdisk_supports_op,
	.dev_done	= vdisk_dev_done,
	.task_mgmt_fn	= vdisk_task_mgmt,
	.attach_tgt	= attach_tgt,
	.detach_tgt	= detach_tgt,
};

const struct scst_dev_type vcdrom_type = {
	.name		= "fileio_tgt",
	.type		= TYPE_ROM,
	.parse		= vcdrom_parse,
	.exec		= vcdrom_exec,
	.supports_op	= vcdrom_supports_op,
	.task_mgmt_fn	= vcdrom_task_mgmt_fn,
	.attach_tgt	= vcdrom_attach_tgt,
	.detach_tgt	= vcdrom_detach_tgt,
};

/* The reason is told once the caller knows which device it is about. */
int scst_proc_refuse(struct scst_proc_ctx *ctx, int err, const char *word,
		     const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(ctx->why, sizeof(ctx->why), fmt, args);
	va_end(args);
	ctx->word = word;
	return err;
}

void scst_trace_print(unsigned long flags, const char *func, int line,
		      const char *fmt, ...)
{
	char text[400], where[80] = "";
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (flags & SCST_TRACE_PID)
		snprintf(where, sizeof(where), "[%d] ", gettid());
	if (flags & SCST_TRACE_FUNCTION)
		snprintf(where + strlen(where), sizeof(where) - strlen(where), "%s: ", func);
	if (flags & SCST_TRACE_LINE)
		snprintf(where + strlen(where), sizeof(where) - strlen(where), "%d: ", line);
	shim_log(SHIM_INFO, "%s%s", where, text);
}

/* NAA 3h: locally assigned, 60 bits (FNV-1a of the name). */
u64 vdisk_make_naa(const char *name)
{
	u64 hash = 0xcbf29ce484222325ULL;

	for (; *name; name++)
		hash = (hash ^ (u8)*name) * 0x100000001b3ULL;
	return 3ULL << 60 | hash >> 4;
}

/* ---- devices ---- */

/**
 * struct target - a device of ours
 * @fdev: for libscst_user; first
 * @drive: with the disk in its @vdev, or the disc
 * @is_drive: it is a CD-ROM drive
 */
struct target {
	struct fio_dev fdev;
	struct vcdrom_drive drive;
	bool is_drive;
};

static void say_refused(const char *name, const struct scst_proc_ctx *ctx)
{
	fprintf(stderr, "fileio_tgt: %s: %s%s%s\n", name, ctx->word ? ctx->word : "",
		ctx->word ? ": " : "", ctx->why);
}

static void vdev_fill(struct vdisk_dev *vdev, const struct options *o,
		      const char *name, char *path)
{
	vdisk_long_setup(vdev);
	vdisk_ranges_init(&vdev->ranges);
	spin_lock_init(&vdev->size_lock);
	strscpy(vdev->name, name, sizeof(vdev->name));
	vdev->path = path;
	vdev->flags = o->flags;
	vdev->naa = vdisk_make_naa(name);
	vdev->mode = o->flags & VDISK_F_NULLIO ? &vdisk_nullio : &vdisk_fileio;
	if (o->block)
		vdev->block_shift = ilog2(o->block);
}

static int disk_open(struct target *t, struct scst_proc_ctx *ctx)
{
	struct vdisk_dev *vdev = &t->drive.vdev;
	int err = vdev->mode->open(vdev, ctx);

	if (err)
		return err;
	if (!vdev->block_shift)
		vdev->block_shift = ilog2(VDISK_MIN_BLOCK);
	vdev->size = round_down(vdev->size, 1ULL << vdev->block_shift);
	if (!vdev->size) {
		vdev->mode->close(vdev);
		return scst_proc_refuse(ctx, -EINVAL, vdev->path,
			"smaller than one block of %u bytes: give it its size first (truncate -s)",
			1U << vdev->block_shift);
	}
	vdev->mode->space->probe(vdev);
	vdisk_threshold_probe(vdev);
	vdisk_limits_init(vdev);
	return 0;
}

static int drive_open(struct target *t, struct scst_proc_ctx *ctx)
{
	struct vcdrom_drive *drive = &t->drive;
	struct vcdrom_disc *disc;

	drive->vdev.mode = &vcdrom_mode;
	drive->vdev.flags = VDISK_F_READ_ONLY;
	drive->vdev.block_shift = VCDROM_BLOCK_SHIFT;
	spin_lock_init(&drive->lock);
	INIT_LIST_HEAD(&drive->nexuses);
	disc = vcdrom_disc_open(ctx, drive->vdev.name, drive->vdev.path);
	if (IS_ERR(disc))
		return PTR_ERR(disc);
	vcdrom_put_first(drive, disc);
	return 0;
}

/* The part of a core's device that the shared files look at. */
static void dev_fill(struct target *t)
{
	struct vdisk_dev *vdev = &t->drive.vdev;
	struct scst_device *dev = &t->fdev.dev;

	fio_dev_init(&t->fdev);
	dev->name = vdev->name;
	dev->handler = t->is_drive ? &vcdrom_type : &vdisk_type;
	dev->type = dev->handler->type;
	dev->dh_priv = vdev;
	dev->block_shift = vdev->block_shift;
	/* The end of a disc is looked at when a command is carried out. */
	dev->nblocks = t->is_drive ? 1ULL << 32 : vdisk_nblocks(vdev);
	vdev->dev = dev;
	if (t->is_drive)
		t->drive.dev = dev;
	vdisk_unit_init(dev, vdev);
	vdisk_lost_init(vdev);
}

static int tell_kernel(struct target *t, const struct options *o)
{
	const struct vdisk_dev *vdev = &t->drive.vdev;
	struct scst_control *c = &t->fdev.dev.control;
	struct scstu_config cfg = {
		.name = vdev->name,
		.type = t->fdev.dev.type,
		.block_size = 1U << vdev->block_shift,
		.threads = o->threads,
		.batch = o->batch,
		.nonblock = o->non_blocking,
		.ops = &fio_ops,
		.priv = &t->fdev,
	};

	scstu_opt_default(&cfg.opt);
	cfg.opt.parse_type = o->parse;
	cfg.opt.on_free_cmd_type = o->on_free;
	cfg.opt.memory_reuse_type = o->mem_reuse;
	cfg.opt.tst = c->tst;
	cfg.opt.qerr = c->qerr;
	cfg.opt.tas = c->tas;
	cfg.opt.swp = c->swp;
	cfg.opt.d_sense = c->d_sense;
	t->fdev.pushed = *c;
	t->fdev.su = scstu_open(&cfg);
	if (t->fdev.su)
		return 0;
	fprintf(stderr, "fileio_tgt: %s\n", scstu_error());
	return -errno;
}

static void backing_end(struct target *t)
{
	struct vdisk_dev *vdev = &t->drive.vdev;

	if (t->is_drive)
		vcdrom_disc_close(t->drive.disc);
	else
		vdev->mode->close(vdev);
	free(vdev->path);
}

/* Names are the kernel's; paths are made absolute, for messages and the handler. */
static int target_open(struct target *t, const struct options *o, const char *name,
		       const char *path)
{
	struct scst_proc_ctx ctx = { };
	char *full = realpath(path, NULL);
	int err;

	if (!full)
		full = strdup(path);
	t->is_drive = o->cdrom;
	vdev_fill(&t->drive.vdev, o, name, full);
	err = o->cdrom ? drive_open(t, &ctx) : disk_open(t, &ctx);
	if (err) {
		say_refused(name, &ctx);
		free(full);
		return err;
	}
	dev_fill(t);
	err = fileio_uring_start(&t->fdev);
	if (err)
		fprintf(stderr, "fileio_tgt: %s: no io_uring: %s: see /proc/sys/kernel/io_uring_disabled and the limit of locked memory\n",
			name, strerror(-err));
	else
		err = tell_kernel(t, o);
	if (err) {
		fileio_uring_stop(&t->fdev);
		backing_end(t);
		return err;
	}
	scst_info("%s: %s, %llu blocks of %u bytes\n", name, full,
		  t->is_drive ? (u64)t->drive.disc->blocks : vdisk_nblocks(&t->drive.vdev),
		  1U << t->drive.vdev.block_shift);
	if (o->flags & VDISK_F_NV_CACHE)
		scst_warn("vdisk %s: NV_CACHE: SYNCHRONIZE CACHE and FUA are ignored, a power failure or crash loses acknowledged writes\n",
			  name);
	return 0;
}

/*
 * What was taken is answered. What waits in the kernel ends with an error when the
 * device goes.
 */
static int target_close(struct target *t)
{
	struct vdisk_dev *vdev = &t->drive.vdev;
	int err = 0;

	if (!t->is_drive)
		vdisk_long_stop(vdev);
	fio_dev_drain(&t->fdev);
	fileio_uring_stop(&t->fdev);
	if (!t->is_drive)
		vdisk_long_wait(vdev);
	scstu_close(t->fdev.su);
	vdisk_unit_free(vdev);
	if (vdev->file && !(vdev->flags & VDISK_F_READ_ONLY))
		err = fileio_sync(vdev);
	if (err)
		scst_err("%s: %s can't be written to stable storage: %s\n", vdev->name,
			 vdev->path, strerror(-err));
	vdisk_ranges_destroy(&vdev->ranges);
	backing_end(t);
	return err;
}

/* ---- the program ---- */

static void *serve(void *arg)
{
	struct fio_dev *fdev = arg;

	fdev->err = scstu_run(fdev->su);
	if (fdev->err) {
		scst_err("%s\n", scstu_error());
		kill(getpid(), SIGTERM);
	}
	return NULL;
}

/* Until a signal says that it is enough. SIGHUP: files may have another size. */
static void wait_for_end(const sigset_t *signals, struct target *targets, int n)
{
	int i, sig = 0;

	for (;;) {
		if (sigwait(signals, &sig))
			continue;
		if (sig != SIGHUP)
			return;
		for (i = 0; i < n; i++)
			vdisk_size_refresh(&targets[i].drive.vdev);
	}
}

static int serve_all(struct target *targets, int n)
{
	sigset_t signals;
	int i, err = 0;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	for (i = 0; i < n && !err; i++)
		err = pthread_create(&targets[i].fdev.thread, NULL, serve, &targets[i].fdev);
	if (err) {
		scst_err("can't start a thread: %s\n", strerror(err));
		exit(1);
	}
	wait_for_end(&signals, targets, n);
	for (i = 0; i < n; i++)
		scstu_stop(targets[i].fdev.su);
	for (i = 0; i < n; i++) {
		pthread_join(targets[i].fdev.thread, NULL);
		err = err ?: targets[i].fdev.err;
	}
	return err;
}

int main(int argc, char **argv)
{
	struct target *targets;
	struct options o;
	int n, err;

	options_parse(&o, argc, argv);
	vdisk_trace_flags = o.trace;
	targets = calloc(o.n_devices, sizeof(*targets));
	err = targets ? fio_core_init() : -ENOMEM;
	if (err) {
		scst_err("can't begin: %s\n", strerror(-err));
		return 1;
	}
	for (n = 0; n < o.n_devices && !err; n++)
		err = target_open(&targets[n], &o, o.devices[2 * n], o.devices[2 * n + 1]);
	if (err)
		n--;
	else
		err = serve_all(targets, n);
	while (n--)
		err = target_close(&targets[n]) ?: err;
	return err ? 1 : 0;
}
