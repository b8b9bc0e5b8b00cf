/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /proc/scsi_tgt: which objects have entries, and the engine below the files.
 *
 * Additions may be made with scst_mutex held. Removals wait for whoever is
 * reading or writing the entry, and those may be waiting for scst_mutex: it must
 * not be held. The object is marked as dying before, and its name is given free
 * after its removal from here.
 */
#ifndef SCST_CORE_PROC_H
#define SCST_CORE_PROC_H

#include "scst_priv.h"

/* ---- what the rest of the core calls ---- */

/* The directories, and the files in /proc/scsi_tgt: first and last of all. */
int scst_proc_init(void);
void scst_proc_exit(void);
int scst_proc_files_init(void);
void scst_proc_files_exit(void);

/* groups/GROUP/; fills and clears acg->proc_dir */
int scst_proc_add_group(struct scst_acg *acg);
void scst_proc_del_group(struct scst_acg *acg);

/* HANDLER/; fills and clears handler->proc_dir; nothing for a no_proc handler */
int scst_proc_add_handler(struct scst_handler_entry *handler);
void scst_proc_del_handler(struct scst_handler_entry *handler);

/* TARGET_DRIVER/; fills and clears te->proc_dir; nothing with no_proc_entry */
int scst_proc_add_template(struct scst_tmpl_entry *te);
void scst_proc_del_template(struct scst_tmpl_entry *te);

/* TARGET_DRIVER/NUMBER, where the driver has show_target() */
int scst_proc_add_target(struct scst_tmpl_entry *te, struct scst_tgt *tgt);
void scst_proc_del_target(struct scst_tmpl_entry *te, struct scst_tgt *tgt);

/* Room for what scst_proc_parse_hcil() writes. */
#define SCST_PROC_HCIL_SIZE	64

/**
 * scst_proc_parse_hcil() - does a word name a real SCSI device?
 * @word: the word
 * @hcil: filled with "H:C:I:L" in decimal, as scst_device.name of a real device
 *
 * "1:0:0x1:00" is the device 1:0:1:0. A virtual device must not have such a name.
 *
 * Return: true if @word is four numbers with colons between.
 */
bool scst_proc_parse_hcil(const char *word, char hcil[SCST_PROC_HCIL_SIZE]);

/* ---- proc.c, for the other proc_*.c ---- */

struct proc_dir_entry;

extern struct proc_dir_entry *scst_proc_root;

struct proc_dir_entry *scst_proc_mkdir(struct proc_dir_entry *parent,
				       const char *name);
void scst_proc_rmdir(struct proc_dir_entry *dir);
int scst_proc_add_file(struct proc_dir_entry *dir, const char *name,
		       const struct scst_proc_desc *desc, void *obj);
void scst_proc_del_file(struct proc_dir_entry *dir, const char *name);
void scst_proc_show_help(struct seq_file *m, const struct scst_proc_desc *desc,
			 const char *dir, const char *name);
int scst_proc_show_last_result(struct seq_file *m, void *obj);

/* ---- proc_files.c ---- */

void scst_sessions_walk(struct seq_file *m,
			void (*show)(struct seq_file *m,
				     struct scst_session *sess));

/* ---- proc_groups.c ---- */

int scst_proc_groups_init(void);
void scst_proc_groups_exit(void);
void scst_proc_help_groups(struct seq_file *m);

/* ---- proc_handlers.c ---- */

void scst_proc_help_modules(struct seq_file *m);

/* ---- proc_reserve.c ---- */

extern const struct scst_proc_desc scst_proc_reservations;

/* ---- proc_alua.c ---- */

extern const struct scst_proc_desc scst_proc_alua;

/* ---- proc_trace.c ---- */

extern const struct scst_proc_desc scst_proc_core_trace;
extern const struct scst_proc_desc scst_proc_module_trace;

#endif /* SCST_CORE_PROC_H */
