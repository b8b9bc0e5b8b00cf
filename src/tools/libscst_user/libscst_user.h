/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * libscst_user: SCSI devices in user space, on top of /dev/scst_user.
 *
 * A program opens a device with scstu_open(), serves it with scstu_run(), and
 * ends it with scstu_close(). The library talks to the kernel: it keeps the buffers,
 * runs the threads, takes and answers subcommands in batches. The program says what
 * a command does, in one function: scstu_ops.exec.
 *
 * Functions that can fail return 0 or -errno, or NULL with errno set;
 * scstu_error() has the reason as a sentence.
 */
#ifndef LIBSCST_USER_H
#define LIBSCST_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

#include <scst_user.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Most subcommands that one system call brings. */
#define SCSTU_MAX_BATCH		64

#define SCSTU_SENSE_MAX		64

struct scstu_dev;

/**
 * struct scstu_cmd - a SCSI command while the program executes it
 * @dev: its device
 * @exec: what the kernel says about it: CDB, LBA, lengths, direction, session
 * @cmd_h: the kernel's handle, by which task management names it
 * @buf: the data buffer: Data-Out is there already, Data-In goes there. NULL if the
 *	command moves no data
 * @len: bytes that may be used of @buf, never more than the initiator takes
 * @resp_len: Data-In: bytes of @buf that are valid; the program sets it
 * @status: SAM status, 0 (GOOD) unless the program sets something else
 * @sense_len: bytes of @sense
 * @sense: sense data, see scstu_sense()
 * @priv: the program's, NULL at first
 *
 * It is valid until exec() returns; see scstu_defer() for what takes longer.
 */
struct scstu_cmd {
	struct scstu_dev *dev;
	const struct scst_user_scsi_cmd_exec *exec;
	__u32 cmd_h;
	__u8 *buf;
	__u32 len;
	__u32 resp_len;
	__u8 status;
	__u8 sense_len;
	__u8 sense[SCSTU_SENSE_MAX];
	void *priv;
};

/**
 * struct scstu_ops - what a program does
 * @exec: executes a command. Called by all threads at once. Must be there
 * @attach: a session begins; not 0 refuses it. NULL: all are welcome
 * @detach: a session has ended, none of its commands is left
 * @parse: with parse CALL or EXCEPTION: fills in @reply, which has the kernel's
 *	values; its status is GOOD, or another with sense data. NULL: they are taken
 * @tm: task management begins (@done false) or is done (@done true). Not 0 at the
 *	begin: a status SCST_MGMT_STATUS_*
 *
 * All functions may be called by several threads at the same time. sess_h tells
 * sessions apart.
 */
struct scstu_ops {
	void (*exec)(struct scstu_cmd *cmd);
	int (*attach)(struct scstu_dev *dev, const struct scst_user_sess *sess);
	void (*detach)(struct scstu_dev *dev, const struct scst_user_sess *sess);
	void (*parse)(struct scstu_dev *dev,
		      const struct scst_user_scsi_cmd_parse *cmd,
		      struct scst_user_scsi_cmd_reply_parse *reply);
	int (*tm)(struct scstu_dev *dev, const struct scst_user_tm *tm, bool done);
};

/**
 * struct scstu_config - a device to be
 * @name: its name in /proc/scsi_tgt
 * @type: SCSI peripheral device type: 0 disk, 1 tape, 5 CD-ROM...
 * @block_size: bytes, of disks
 * @threads: that serve it; 0: one
 * @batch: subcommands of one system call; 0: 16; 1: one at a time
 * @nonblock: threads sleep in poll() rather than in the system call
 * @opt: options of the device, see scstu_opt_default()
 * @ops: what the program does
 * @priv: the program's, see scstu_priv()
 * @path: the device node; NULL: /dev/scst_user
 *
 * The license given to the kernel is "GPL": it only takes compatible ones.
 */
struct scstu_config {
	const char *name;
	__u8 type;
	__u32 block_size;
	unsigned int threads;
	unsigned int batch;
	bool nonblock;
	struct scst_user_opt opt;
	const struct scstu_ops *ops;
	void *priv;
	const char *path;
};

/**
 * struct scstu_stats - what has happened, see scstu_get_stats()
 * @cmds: commands executed
 * @calls: system calls that brought subcommands
 * @late: replies that came too late: the command was gone
 * @allocated: bytes of buffers that the library has mapped now
 */
struct scstu_stats {
	unsigned long long cmds;
	unsigned long long calls;
	unsigned long long late;
	unsigned long long allocated;
};

/* ---- devices ---- */

/**
 * scstu_opt_default() - usual options
 * @opt: filled in: the kernel parses, buffers are reused, no word at the end of a
 *	command, commands in any order, a task set for all sessions
 */
void scstu_opt_default(struct scst_user_opt *opt);

/**
 * scstu_open() - make a device known to the kernel
 * @cfg: the device; strings are copied, @cfg->ops is not
 *
 * Return: the device, or NULL with errno set: ENOENT (the module scst_user isn't
 *	loaded), EINVAL (the kernel doesn't take a value, or the name is in use),
 *	ENOMEM... scstu_error() has the sentence.
 */
struct scstu_dev *scstu_open(const struct scstu_config *cfg);

/**
 * scstu_run() - serve the device until scstu_stop()
 * @dev: the device
 *
 * Return: 0 after scstu_stop(), or -errno when the kernel has refused to go on.
 */
int scstu_run(struct scstu_dev *dev);

/**
 * scstu_stop() - make scstu_run() return soon
 * @dev: the device
 *
 * May be called in a signal handler, and by any thread.
 */
void scstu_stop(struct scstu_dev *dev);

/**
 * scstu_close() - the device is gone
 * @dev: from scstu_open(), not served any more; NULL is ignored
 *
 * Commands that were not answered end with an error.
 */
void scstu_close(struct scstu_dev *dev);

/* The cfg->priv of a device, its file, its name. */
void *scstu_priv(const struct scstu_dev *dev);
int scstu_fd(const struct scstu_dev *dev);
const char *scstu_name(const struct scstu_dev *dev);

/**
 * scstu_set_options() - change options of an open device
 * @dev: the device
 * @opt: all of them
 *
 * Return: 0 or -errno.
 */
int scstu_set_options(struct scstu_dev *dev, const struct scst_user_opt *opt);

/* The options in force now. */
int scstu_get_options(struct scstu_dev *dev, struct scst_user_opt *opt);

/* Initiators are told that READ CAPACITY would answer something else. */
int scstu_capacity_changed(struct scstu_dev *dev);

/* The kernel's cache of buffers is emptied. */
int scstu_flush_cache(struct scstu_dev *dev);

void scstu_get_stats(struct scstu_dev *dev, struct scstu_stats *stats);

/**
 * scstu_error() - why the last function has failed
 *
 * Return: a sentence: what, which object, why, what to do; of this thread, until
 *	its next call.
 */
const char *scstu_error(void);

/* ---- commands that take longer ---- */

/**
 * scstu_defer() - answer a command after exec() has returned
 * @cmd: the command
 *
 * Return: a copy of the command that lives until scstu_done(), or NULL (no memory):
 *	then it must be answered now.
 */
struct scstu_cmd *scstu_defer(struct scstu_cmd *cmd);

/**
 * scstu_done() - the answer to a deferred command
 * @cmd: from scstu_defer(); not the caller's any more
 *
 * Any thread. Return: 0, or -errno: the command was gone.
 */
int scstu_done(struct scstu_cmd *cmd);

/**
 * scstu_ext_cdb() - all of a long CDB
 * @cmd: a command whose exec->cdb_len is above SCST_MAX_CDB_SIZE
 * @buf: gets it: exec->cdb_len bytes
 *
 * Return: 0 or -errno.
 */
int scstu_ext_cdb(struct scstu_cmd *cmd, void *buf);

/* ---- answers ---- */

/**
 * scstu_reply() - answer with parameter data
 * @cmd: Data-In
 * @data: what to send
 * @len: bytes; what is more than the initiator takes is cut off
 */
void scstu_reply(struct scstu_cmd *cmd, const void *data, __u32 len);

/**
 * scstu_sense() - end with CHECK CONDITION, SPC-5 4.4
 * @cmd: the command
 * @key: sense key
 * @asc: additional sense code
 * @ascq: additional sense code qualifier
 *
 * For SCST_LOAD_SENSE(scst_sense_...) as the three last. Fixed or descriptor format
 * as the device's d_sense says.
 */
void scstu_sense(struct scstu_cmd *cmd, int key, int asc, int ascq);

/* Bits of scstu_sense_info()'s flags. */
#define SCSTU_FILEMARK	0x80
#define SCSTU_EOM	0x40
#define SCSTU_ILI	0x20

/**
 * scstu_sense_info() - the same with the INFORMATION field
 * @cmd: the command
 * @key: see scstu_sense()
 * @asc: see scstu_sense()
 * @ascq: see scstu_sense()
 * @flags: SCSTU_FILEMARK, SCSTU_EOM, SCSTU_ILI, of tapes
 * @info: LBA of a disk; of a tape the residual, which may be below 0
 */
void scstu_sense_info(struct scstu_cmd *cmd, int key, int asc, int ascq, int flags,
		      long long info);

/**
 * scstu_invalid_field() - INVALID FIELD IN CDB, or IN PARAMETER LIST, with its place
 * @cmd: the command
 * @in_list: in the parameter list
 * @byte: the first wrong byte
 * @bit: its most significant wrong bit, -1: the whole byte
 */
void scstu_invalid_field(struct scstu_cmd *cmd, bool in_list, unsigned int byte,
			 int bit);

/* ---- buffers ---- */

/**
 * scstu_buf_get() - page-aligned memory of the device's pool
 * @dev: the device
 * @len: bytes, above 0
 *
 * The library uses it for commands; a program may for its own.
 *
 * Return: the buffer, or NULL: no memory.
 */
void *scstu_buf_get(struct scstu_dev *dev, size_t len);

/* Back to the pool. Memory that isn't of it is ignored. */
void scstu_buf_put(struct scstu_dev *dev, void *buf);

/**
 * scstu_prealloc() - give the kernel a buffer to cache, before any command
 * @dev: a device with memory reuse
 * @len: bytes, a power of two
 * @count: so many buffers
 *
 * Return: 0 or -errno.
 */
int scstu_prealloc(struct scstu_dev *dev, __u32 len, unsigned int count);

/* ---- big-endian fields ---- */

static inline __u16 scstu_get16(const __u8 *p)
{
	return p[0] << 8 | p[1];
}

static inline __u32 scstu_get24(const __u8 *p)
{
	return (__u32)p[0] << 16 | p[1] << 8 | p[2];
}

static inline __u32 scstu_get32(const __u8 *p)
{
	return (__u32)scstu_get16(p) << 16 | scstu_get16(p + 2);
}

static inline __u64 scstu_get64(const __u8 *p)
{
	return (__u64)scstu_get32(p) << 32 | scstu_get32(p + 4);
}

static inline void scstu_put16(__u8 *p, __u16 v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static inline void scstu_put24(__u8 *p, __u32 v)
{
	p[0] = v >> 16;
	scstu_put16(p + 1, v);
}

static inline void scstu_put32(__u8 *p, __u32 v)
{
	scstu_put16(p, v >> 16);
	scstu_put16(p + 2, v);
}

static inline void scstu_put64(__u8 *p, __u64 v)
{
	scstu_put32(p, v >> 32);
	scstu_put32(p + 4, v);
}

#ifdef __cplusplus
}
#endif

#endif /* LIBSCST_USER_H */
