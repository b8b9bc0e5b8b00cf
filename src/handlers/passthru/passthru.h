/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Handlers of real devices. Everything that they do is here, in scst_passthru; the
 * modules for the types of devices only say which type they are for.
 */
#ifndef PASSTHRU_H
#define PASSTHRU_H

/* One word for all of them: they are one implementation. */
#define SCST_TRACE_FLAGS	passthru_trace_flags

#include <linux/workqueue.h>
#include <scsi/scsi_proto.h>

#include "kapi_base.h"
#include "scsi_tgt.h"

extern unsigned long passthru_trace_flags;

#define PASSTHRU_MAX_BLOCK	0xffffffu	/* what 24 bits hold */

/**
 * struct passthru_dev - a device whose blocks have a size
 * @dev: the device; its dh_priv
 * @block: bytes of a block; of a tape 0 for variable blocks
 * @prot: bytes of protection information of a block
 * @stale: @block may have changed, or was never heard
 * @ask: asks the device, and sets what it answers; 0, -EIO: it doesn't answer, or
 *	-errno
 * @learn: calls @ask
 *
 * @block, @prot and @stale are read by commands, and written by their ends and by
 * @learn, in any context: each for itself, with READ_ONCE() and WRITE_ONCE(). Who
 * writes has just heard it from the device.
 */
struct passthru_dev {
	struct scst_device *dev;
	u32 block;
	u32 prot;
	bool stale;
	int (*ask)(struct passthru_dev *pd);
	struct work_struct learn;
};

/* common.c */
int passthru_parse(struct scst_cmd *cmd);
int passthru_attach(struct scst_device *dev);
int passthru_register(const struct scst_dev_type *types, unsigned int n);
void passthru_unregister(const struct scst_dev_type *types, unsigned int n);

/* exec.c */
enum scst_exec_res passthru_exec(struct scst_cmd *cmd);
enum scst_exec_res passthru_exec_perf(struct scst_cmd *cmd);

/* learn.c: what devices say of their blocks */
struct passthru_dev *passthru_dev_alloc(struct scst_device *dev,
					int (*ask)(struct passthru_dev *pd));
void passthru_dev_free(struct passthru_dev *pd);
int passthru_ask(struct scst_device *dev, const u8 *cdb, u8 cdb_len, void *buf,
		 u32 len);
void passthru_learn(struct passthru_dev *pd);
bool passthru_hears_of_change(const struct scst_cmd *cmd);
bool passthru_mode_block(const u8 *buf, u32 len, bool ten, u32 *block);
bool passthru_mode_block_of(const struct scst_cmd *cmd, u32 *block);
void passthru_set_block(struct passthru_dev *pd, u32 block, const char *from);
int passthru_learn_init(void);
void passthru_learn_exit(void);

/* block.c: devices with logical blocks: disks, MO disks, CD-ROM drives */
int passthru_block_attach(struct scst_device *dev);
void passthru_block_detach(struct scst_device *dev);
int passthru_block_parse(struct scst_cmd *cmd);
void passthru_block_done(struct scst_cmd *cmd);

/* tape.c */
int passthru_tape_attach(struct scst_device *dev);
void passthru_tape_detach(struct scst_device *dev);
int passthru_tape_parse(struct scst_cmd *cmd);
void passthru_tape_done(struct scst_cmd *cmd);

/* A row: what all handlers of real devices have in common. */
#define PASSTHRU_TYPE(handler, device_type, ...) {	\
	.name		= handler,			\
	.type		= device_type,			\
	.module		= THIS_MODULE,			\
	.parse_atomic	= 1,				\
	.exec_atomic	= 1,				\
	.dev_done_atomic = 1,				\
	.trace_flags	= &passthru_trace_flags,	\
	__VA_ARGS__					\
}

#define PASSTHRU_BLOCK					\
	.parse		= passthru_block_parse,		\
	.dev_done	= passthru_block_done,		\
	.attach		= passthru_block_attach,	\
	.detach		= passthru_block_detach

#define PASSTHRU_TAPE					\
	.parse		= passthru_tape_parse,		\
	.dev_done	= passthru_tape_done,		\
	.attach		= passthru_tape_attach,		\
	.detach		= passthru_tape_detach

#define PASSTHRU_PLAIN					\
	.parse		= passthru_parse,		\
	.attach		= passthru_attach

/* Expands to the whole of a module that has the rows @types. */
#define PASSTHRU_MODULE(types, text)					\
	static int __init types##_init(void)				\
	{								\
		return passthru_register(types, ARRAY_SIZE(types));	\
	}								\
	static void __exit types##_exit(void)				\
	{								\
		passthru_unregister(types, ARRAY_SIZE(types));		\
	}								\
	module_init(types##_init);					\
	module_exit(types##_exit);					\
	MODULE_DESCRIPTION("SCST: " text);				\
	MODULE_LICENSE("GPL");						\
	MODULE_VERSION(SCST_VERSION_STRING);				\
	SCST_IMPORT_NS

#endif
