/* SPDX-License-Identifier: GPL-2.0 */
/* Pools of data buffers; see scsi_tgt.h for what drivers and handlers call. */
#ifndef SCST_SGV_H
#define SCST_SGV_H

struct seq_file;

/* Module parameter: most memory for data buffers, in MiB. Constant after init. */
extern unsigned int scst_max_cmd_mem;

/**
 * scst_sgv_init() - set the limits and register the shrinker
 *
 * Context: process context, before the first sgv_pool_create().
 * Return: 0 or -ENOMEM.
 */
int scst_sgv_init(void);

/**
 * scst_sgv_exit() - undo it
 *
 * Context: process context, after the last sgv_pool_destroy().
 */
void scst_sgv_exit(void);

/**
 * scst_sgv_show() - the contents of /proc/scsi_tgt/sgv
 * @m: where to
 * @obj: unused
 *
 * Context: process context, may sleep.
 * Return: 0.
 */
int scst_sgv_show(struct seq_file *m, void *obj);

#endif /* SCST_SGV_H */
