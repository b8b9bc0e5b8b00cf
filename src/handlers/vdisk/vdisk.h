/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Virtual disks over files, block devices and nothing: interfaces between the
 * files of this module.
 */
#ifndef VDISK_H
#define VDISK_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/* The traces of this module, for scst_debug.h. */
#define SCST_TRACE_FLAGS	vdisk_trace_flags

#include "kapi_base.h"
#include "kapi_bdev.h"
#include "scsi_tgt.h"
#include "long_op.h"
#include "range.h"
#include "unit.h"

struct seq_file;

#define VDISK_MIN_BLOCK		512
#define VDISK_MAX_BLOCK		4096

/* One command moves no more than this: MAXIMUM TRANSFER LENGTH of page B0h. */
#define VDISK_MAX_XFER		(16U << 20)

/* Size of a NULLIO device without a file. */
#define VDISK_NULL_SIZE		(3ULL << 39)

/*
 * Copies between devices, and tokens: of logical units of one session, which only the
 * core knows. Not where these files are built into a program (src/tools/fileio_tgt).
 */
#ifndef VDISK_HAS_COPY
#define VDISK_HAS_COPY		1
#endif

/* Flags of the "open" command; their words are in open.c. */
#define VDISK_F_WRITE_THROUGH	BIT(0)
#define VDISK_F_NV_CACHE	BIT(1)
#define VDISK_F_READ_ONLY	BIT(2)
#define VDISK_F_O_DIRECT	BIT(3)
#define VDISK_F_NULLIO		BIT(4)
#define VDISK_F_BLOCKIO		BIT(5)
#define VDISK_F_REMOVABLE	BIT(6)
#define VDISK_F_THIN		BIT(7)

/*
 * Most bytes that WRITE ATOMIC writes where nothing survives a loss of power, so
 * that nobody sees a part of it then.
 */
#define VDISK_ATOMIC_VOLATILE	(1024U << 10)

/* MEDIUM ROTATION RATE of page B1h. */
#define VDISK_RATE_UNKNOWN	0
#define VDISK_RATE_NON_ROTATING	1

struct vdisk_dev;
struct vdisk_space_ops;

/**
 * struct vdisk_mode - where the blocks are
 * @vendor: T10 vendor identification, 8 characters
 * @type: the handler of its devices
 * @open: opens vdev->path and fills in size, block_shift (0: still the default),
 *	phys_block, granularity, rotation_rate, wce; says why if it can't
 * @close: undoes open()
 * @size: bytes that the backing has now; any context. NULL: it never changes
 * @rw: read or write: cmd->lba and @len bytes of the buffer, @len above 0. @fua:
 *	stable storage before GOOD
 * @io: move whole blocks between the backing and pages that lie one behind the
 *	other, and wait; process context, between vdisk_fs_enter() and _leave().
 *	0 or -errno. NULL: nothing can fail
 * @sync: bring blocks from @lba to stable storage, @blocks above 0
 * @space: what else the backing can do: see blocks.h
 *
 * rw() and sync() answer SCST_EXEC_NEED_THREAD before they have done anything.
 */
struct vdisk_mode {
	const char *vendor;
	const struct scst_dev_type *type;
	int (*open)(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx);
	void (*close)(struct vdisk_dev *vdev);
	u64 (*size)(const struct vdisk_dev *vdev);
	enum scst_exec_res (*rw)(struct scst_cmd *cmd, struct vdisk_dev *vdev,
				 u32 len, bool write, bool fua);
	int (*io)(struct vdisk_dev *vdev, struct page *page, loff_t pos,
		  u32 len, bool write, bool fua);
	enum scst_exec_res (*sync)(struct scst_cmd *cmd, struct vdisk_dev *vdev,
				   u64 lba, u64 blocks);
	const struct vdisk_space_ops *space;
};

/**
 * struct vdisk_limits - how much one command may ask for, SBC-4 6.6.4 (VPD B0h)
 * @max_xfer: MAXIMUM TRANSFER LENGTH
 * @granularity: OPTIMAL TRANSFER LENGTH GRANULARITY
 * @max_prefetch: MAXIMUM PREFETCH LENGTH
 * @max_unmap: MAXIMUM UNMAP LBA COUNT; 0: UNMAP isn't there
 * @max_unmap_desc: MAXIMUM UNMAP BLOCK DESCRIPTOR COUNT
 * @unmap_granularity: OPTIMAL UNMAP GRANULARITY
 * @max_write_same: MAXIMUM WRITE SAME LENGTH
 * @max_atomic: MAXIMUM ATOMIC TRANSFER LENGTH
 * @max_compare_write: MAXIMUM COMPARE AND WRITE LENGTH
 * @wsnz: WRITE SAME NON-ZERO: a WRITE SAME of 0 blocks is refused
 *
 * All counts in logical blocks; 0 as in the page: no limit, or not there. One
 * place for what the page says and for what the commands check.
 */
struct vdisk_limits {
	u32 max_xfer;
	u16 granularity;
	u32 max_prefetch;
	u32 max_unmap;
	u32 max_unmap_desc;
	u32 unmap_granularity;
	u64 max_write_same;
	u32 max_atomic;
	u8 max_compare_write;
	bool wsnz;
};

/**
 * struct vdisk_space - what a device's blocks cost on the backing
 * @can_unmap: space can be given back: LBPME, LBPU
 * @unmap_zeroes: blocks whose space was given back are read as zeros: LBPRZ
 * @threshold_exp: THRESHOLD EXPONENT: log2 of the blocks of a threshold set, in
 *	which used and available space are counted; 0: neither is known
 * @granularity: pieces that space is given back in, bytes
 */
struct vdisk_space {
	bool can_unmap;
	bool unmap_zeroes;
	u8 threshold_exp;
	u32 granularity;
};

/**
 * struct vdisk_retries - second tries, see retry.c
 * @tried: how many
 * @succeeded: of these
 */
struct vdisk_retries {
	atomic64_t tried;
	atomic64_t succeeded;
};

/**
 * struct vdisk_tokens - tokens for blocks of a device, see rod_token.c
 * @list: struct vdisk_token, the oldest first
 * @n: how many
 * @users: uses of them by WRITE USING TOKEN, which keep the device
 * @gone: there will be no more
 */
struct vdisk_tokens {
	struct list_head list;
	unsigned int n;
	unsigned int users;
	bool gone;
};

/**
 * struct vdisk_dev - an open virtual disk
 * @entry: in vdisk_devs, under vdisk_devs_mutex
 * @mode: where its blocks are
 * @name: its name
 * @path: the backing, NULL for a NULLIO device without one
 * @flags: VDISK_F_*
 * @virt_id: from scst_register_virtual_device()
 * @dev: the core's device, once registered
 * @naa: NAA designator, SPC-5 7.7.6.6.5; made from the name
 * @size: bytes, a multiple of the block size once open; see size.c. Read with
 *	vdisk_nblocks()
 * @size_lock: makes changes of @size one at a time; taken in any context
 * @block_shift: log2 of the logical block size
 * @phys_block: physical block size of the backing, bytes
 * @granularity: what the backing likes transfers to be a multiple of, bytes
 * @rotation_rate: VDISK_RATE_*
 * @atomic_unit: what the backing writes as a whole or not at all, bytes
 * @wce: the backing may hold written blocks in a volatile cache
 * @unit: what initiators can change
 * @space: thin provisioning
 * @limits: of its commands
 * @ranges: which commands work on which blocks
 * @retries: of reads and writes
 * @long_op: work on all blocks
 * @tokens: that stand for blocks of it
 * @closing: what goes on without a command should end
 * @page_cache: FILEIO: cached pages may be read without asking the file system
 * @no_direct: O_DIRECT: the file system has refused it after all
 * @dio_align: O_DIRECT: what places and lengths must be multiples of
 * @file: FILEIO, O_DIRECT: the backing
 * @lost_lock: protects changes of @lost_seen and @lost; taken in any context
 * @lost_seen: what we know of the file's errseq; see lost.c
 * @lost: how often it had news of us
 * @bdev: BLOCKIO: the backing
 *
 * But for @unit, @size, @retries and @no_direct constant while registered: commands read it
 * without locks.
 */
struct vdisk_dev {
	struct list_head entry;
	const struct vdisk_mode *mode;
	char name[SCST_MAX_DEV_NAME + 1];
	char *path;
	unsigned int flags;
	int virt_id;
	struct scst_device *dev;
	u64 naa;
	u64 size;
	spinlock_t size_lock;
	u8 block_shift;
	u32 phys_block;
	u32 granularity;
	u16 rotation_rate;
	u32 atomic_unit;
	bool wce;
	struct vdisk_unit unit;
	struct vdisk_space space;
	struct vdisk_limits limits;
	struct vdisk_ranges ranges;
	struct vdisk_retries retries[2];
	struct vdisk_long_op long_op;
	struct vdisk_tokens tokens;
	bool closing;
	bool page_cache;
	bool no_direct;
	u32 dio_align;
	struct file *file;
	spinlock_t lost_lock;
	errseq_t lost_seen;
	unsigned int lost;
	struct scst_bdev_handle bdev;
};

static inline u64 vdisk_nblocks(const struct vdisk_dev *vdev)
{
	return READ_ONCE(vdev->size) >> vdev->block_shift;
}

/* Must what a command writes be on stable storage before GOOD? @fua: it asks for it */
static inline bool vdisk_is_write_through(const struct vdisk_dev *vdev, bool fua)
{
	return READ_ONCE(vdev->unit.write_through) ||
	       (fua && !(vdev->flags & VDISK_F_NV_CACHE));
}

static inline bool vdisk_may_sleep(const struct scst_cmd *cmd)
{
	return cmd->context != SCST_CONTEXT_DIRECT_ATOMIC &&
	       cmd->context != SCST_CONTEXT_TASKLET;
}

/* The status is set: end the command where it runs. */
static inline enum scst_exec_res vdisk_finish(struct scst_cmd *cmd)
{
	scst_cmd_done(cmd, SCST_CONTEXT_SAME);
	return SCST_EXEC_COMPLETED;
}

/* main.c: the devices */
extern const struct scst_dev_type vdisk_type;
extern const struct scst_dev_type vdisk_blk_type;
extern unsigned long vdisk_trace_flags;
extern struct list_head vdisk_devs;
extern struct mutex vdisk_devs_mutex;

struct vdisk_dev *__vdisk_find(const char *name);
int vdisk_register(struct vdisk_dev *vdev, struct scst_proc_ctx *ctx);
void vdisk_destroy(struct vdisk_dev *vdev);
int vdisk_pass_gate(struct scst_proc_ctx *ctx, int argc, char **argv,
		    int (*run)(struct scst_proc_ctx *, int, char **));

/* open.c: the "open" command */
int vdisk_open(struct scst_proc_ctx *ctx, int argc, char **argv);
int vdisk_check_name(struct scst_proc_ctx *ctx, const char *name);
int vdisk_refuse_open(struct scst_proc_ctx *ctx, const struct vdisk_dev *vdev,
		      int err);
void vdisk_free(struct vdisk_dev *vdev);
void vdisk_use_bdev(struct vdisk_dev *vdev, struct block_device *bdev);
void vdisk_flags_text(unsigned int flags, char *buf, size_t size);

/* fileio.c, direct.c, blockio.c, nullio.c */
extern const struct vdisk_mode vdisk_fileio;
extern const struct vdisk_mode vdisk_direct;
extern const struct vdisk_mode vdisk_blockio;
extern const struct vdisk_mode vdisk_nullio;

int vdisk_blockio_init(void);
void vdisk_blockio_exit(void);

/* bounce.c: a buffer in whole pages, for what the backing can't take as it is */
struct vdisk_bounce;

bool vdisk_sg_is_aligned(struct scatterlist *sg, u32 len, u32 off_mask,
			 u32 len_mask);

struct vdisk_bounce *vdisk_bounce_get(struct scst_cmd *cmd, u32 len, u32 used,
				      bool write);
struct scatterlist *vdisk_bounce_sg(struct vdisk_bounce *bounce);
struct scst_cmd *vdisk_bounce_put(struct vdisk_bounce *bounce, bool copy_back);

/* retry.c: a second try of what has failed, and where it fails */
void vdisk_retry(struct scst_cmd *cmd, struct vdisk_dev *vdev, int err);
void vdisk_ask_retry(struct scst_cmd *cmd, int err);
void vdisk_dev_done(struct scst_cmd *cmd);

/* lost.c: writes that ended GOOD and could not be written back */
void vdisk_lost_init(struct vdisk_dev *vdev);
int vdisk_nexus_init(struct scst_tgt_dev *tgt_dev);
void vdisk_nexus_exit(struct scst_tgt_dev *tgt_dev);
bool __vdisk_lost_report(struct scst_cmd *cmd, struct vdisk_dev *vdev);
void vdisk_lost_told(struct scst_cmd *cmd, struct vdisk_dev *vdev);
int vdisk_lost_sync(struct scst_cmd *cmd, struct vdisk_dev *vdev, int err);

/* Our value is always marked as seen: any other one is of a later error. */
static inline bool vdisk_has_lost(const struct vdisk_dev *vdev)
{
	return vdev->file && unlikely(READ_ONCE(vdev->file->f_mapping->wb_err) !=
				      READ_ONCE(vdev->lost_seen));
}

/* size.c: the capacity follows the backing */
bool vdisk_size_refresh(struct vdisk_dev *vdev);
bool vdisk_size_covers(struct scst_cmd *cmd, struct vdisk_dev *vdev, u64 len);
int vdisk_resync_size(struct scst_proc_ctx *ctx, int argc, char **argv);

/*
 * verify.c, atomic.c, write_same.c, unmap.c, prefetch.c, sanitize.c, format.c:
 * commands on blocks
 */
enum scst_exec_res vdisk_verify(struct scst_cmd *cmd, struct vdisk_dev *vdev);
enum scst_exec_res vdisk_write_and_verify(struct scst_cmd *cmd,
					  struct vdisk_dev *vdev);
enum scst_exec_res vdisk_compare_and_write(struct scst_cmd *cmd,
					   struct vdisk_dev *vdev);
enum scst_exec_res vdisk_orwrite(struct scst_cmd *cmd, struct vdisk_dev *vdev);
enum scst_exec_res vdisk_write_atomic(struct scst_cmd *cmd,
				      struct vdisk_dev *vdev);
enum scst_exec_res vdisk_write_same(struct scst_cmd *cmd,
				    struct vdisk_dev *vdev);
enum scst_exec_res vdisk_unmap(struct scst_cmd *cmd, struct vdisk_dev *vdev);
enum scst_exec_res vdisk_get_lba_status(struct scst_cmd *cmd,
					struct vdisk_dev *vdev);
enum scst_exec_res vdisk_prefetch(struct scst_cmd *cmd, struct vdisk_dev *vdev);
enum scst_exec_res vdisk_sanitize_overwrite(struct scst_cmd *cmd,
					    struct vdisk_dev *vdev);
enum scst_exec_res vdisk_sanitize_block_erase(struct scst_cmd *cmd,
					      struct vdisk_dev *vdev);
enum scst_exec_res vdisk_sanitize_exit_failure(struct scst_cmd *cmd,
					       struct vdisk_dev *vdev);
enum scst_exec_res vdisk_format_unit(struct scst_cmd *cmd,
				     struct vdisk_dev *vdev);
void vdisk_read_defects_10(struct scst_cmd *cmd, struct vdisk_dev *vdev);
void vdisk_read_defects_12(struct scst_cmd *cmd, struct vdisk_dev *vdev);

/* identity.c: names that initiators know a device by */
u64 vdisk_make_naa(const char *name);

/* limits.c */
void vdisk_limits_init(struct vdisk_dev *vdev);

/* threshold.c: thin provisioning thresholds */
void vdisk_threshold_probe(struct vdisk_dev *vdev);
bool vdisk_has_thresholds(const struct vdisk_dev *vdev);
void vdisk_threshold_init(struct vdisk_unit *unit);
void vdisk_threshold_exit(struct vdisk_unit *unit);
void vdisk_threshold_look(struct vdisk_dev *vdev);
void vdisk_threshold_defaults(u8 *p, const struct vdisk_dev *vdev);
void vdisk_threshold_changeable(u8 *p, const struct vdisk_dev *vdev);
void vdisk_threshold_apply(const u8 *p, struct scst_device *dev,
			   struct vdisk_dev *vdev);
unsigned int vdisk_log_provisioning(u8 *p, struct vdisk_dev *vdev, u16 from);

/* vpd_block.c: pages of block devices; see struct vpd_page in inquiry.c */
unsigned int vdisk_vpd_limits(u8 *p, struct scst_cmd *cmd,
			      struct vdisk_dev *vdev);
unsigned int vdisk_vpd_characteristics(u8 *p, struct scst_cmd *cmd,
				       struct vdisk_dev *vdev);
unsigned int vdisk_vpd_provisioning(u8 *p, struct scst_cmd *cmd,
				    struct vdisk_dev *vdev);
unsigned int vdisk_vpd_block_lengths(u8 *p, struct scst_cmd *cmd,
				     struct vdisk_dev *vdev);

/* ops.c: parse(), exec() and supports_op() of both handlers */
int vdisk_ops_init(void);
int vdisk_parse(struct scst_cmd *cmd);
enum scst_exec_res vdisk_exec(struct scst_cmd *cmd);
bool vdisk_supports_op(const struct scst_device *dev, u8 op, u16 sa);

/* inquiry.c, capacity.c: commands that answer from what is known */
void vdisk_inquiry(struct scst_cmd *cmd, struct vdisk_dev *vdev);
void vdisk_test_unit_ready(struct scst_cmd *cmd, struct vdisk_dev *vdev);
void vdisk_read_capacity(struct scst_cmd *cmd, struct vdisk_dev *vdev);
void vdisk_read_capacity_16(struct scst_cmd *cmd, struct vdisk_dev *vdev);

/* proc.c: what the file shows */
extern const char vdisk_notes[];
int vdisk_show(struct seq_file *m, void *obj);

#endif /* VDISK_H */
