/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Handlers of real devices. Everything that they do is here, in scst_passthru; the
 * modules for the types of devices only say which type they are for.
 */
#ifndef PASSTHRU_H
#define PASSTHRU_H

#include <scsi/scsi_proto.h>

#include "kapi_base.h"
#include "scsi_tgt.h"

/* common.c */
int passthru_parse(struct scst_cmd *cmd);
enum scst_exec_res passthru_exec(struct scst_cmd *cmd);
enum scst_exec_res passthru_exec_perf(struct scst_cmd *cmd);
int passthru_attach(struct scst_device *dev);
int passthru_register(const struct scst_dev_type *types, unsigned int n);
void passthru_unregister(const struct scst_dev_type *types, unsigned int n);

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
	.dev_done_atomic = 1,				\
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
