// SPDX-License-Identifier: GPL-2.0
/*
 * The core as a module: what it consists of, in order.
 */
#include <linux/module.h>

#include "proc.h"
#include "scst_priv.h"
#include "sgv.h"

const char scst_version[] = SCST_VERSION_STRING;

/* Brought up from the first row to the last, taken down the other way round. */
static const struct {
	const char *name;
	int (*init)(void);
	void (*exit)(void);
} scst_parts[] = {
	{ "opcode table",	scst_op_init,		NULL },
	{ "opcode flags",	scst_op_flags_init,	NULL },
	{ "buffers",		scst_sgv_init,		scst_sgv_exit },
	{ "buffer pool",	scst_buffers_init,	scst_buffers_exit },
	{ "commands",		scst_cmds_init,		scst_cmds_exit },
	{ "threads",		scst_threads_init,	scst_threads_exit },
	{ "softirq queues",	scst_softirq_init,	scst_softirq_exit },
	{ "responses",		scst_xmit_init,		scst_xmit_exit },
	{ "local commands",	scst_local_init,	scst_local_exit },
	{ "task management",	scst_tm_init,		scst_tm_exit },
	{ "LUNs",		scst_luns_init,		scst_luns_exit },
	{ "sessions",		scst_sessions_init,	scst_sessions_exit },
	{ "/proc/scsi_tgt",	scst_proc_init,		scst_proc_exit },
	{ "groups",		scst_groups_init,	scst_groups_exit },
	{ "files of /proc",	scst_proc_files_init,	scst_proc_files_exit },
	{ "requests",		scst_midlevel_init,	scst_midlevel_exit },
	{ "real devices",	scst_real_init,		scst_real_exit },
};

static void parts_exit(unsigned int n)
{
	while (n--)
		if (scst_parts[n].exit)
			scst_parts[n].exit();
}

static int __init scst_init(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(scst_parts); i++) {
		ret = scst_parts[i].init();
		if (ret) {
			scst_err("can't set up %s: error %d\n",
				 scst_parts[i].name, ret);
			parts_exit(i);
			return ret;
		}
	}
	scst_info("version %s loaded, %u threads\n", scst_version,
		  scst_threads_count());
	return 0;
}

static void __exit scst_exit(void)
{
	parts_exit(ARRAY_SIZE(scst_parts));
	scst_info("unloaded\n");
}

module_init(scst_init);
module_exit(scst_exit);

MODULE_DESCRIPTION("Generic SCSI target mid-level: core");
MODULE_LICENSE("GPL");
MODULE_VERSION(SCST_VERSION_STRING);
