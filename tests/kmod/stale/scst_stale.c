// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that was built against another core: its view of the interface is
 * this one's, but for what the parameter says. It must be refused.
 *
 *	what=version|options|cmd|objs|none	of a target driver
 *	handler=1				of a device handler
 */
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "scsi_tgt.h"

static char *what = "version";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "what differs: version, options, cmd, objs, none");

static bool handler;
module_param(handler, bool, 0444);
MODULE_PARM_DESC(handler, "a device handler rather than a target driver");

static int stale_xmit_response(struct scst_cmd *cmd)
{
	return SCST_TGT_RES_FATAL_ERROR;
}

static void stale_release(struct scst_tgt *tgt)
{
}

static enum scst_exec_res stale_exec(struct scst_cmd *cmd)
{
	return SCST_EXEC_NOT_COMPLETED;
}

static const struct scst_tgt_template stale_tgtt = {
	.name		= "stale",
	.module		= THIS_MODULE,
	.xmit_response	= stale_xmit_response,
	.release	= stale_release,
};

static const struct scst_dev_type stale_type = {
	.name		= "stale",
	.type		= TYPE_DISK,
	.module		= THIS_MODULE,
	.parse		= scst_sbc_generic_parse,
	.exec		= stale_exec,
};

static int __init stale_init(void)
{
	struct scst_abi abi = SCST_ABI_INIT;

	if (!strcmp(what, "version"))
		abi.version--;
	else if (!strcmp(what, "options"))
		abi.options ^= 1;
	else if (!strcmp(what, "cmd"))
		abi.cmd_size += 8;
	else if (!strcmp(what, "objs"))
		abi.obj_size += 8;
	if (handler)
		return __scst_register_virtual_dev_driver(&stale_type, &abi);
	return __scst_register_target_template(&stale_tgtt, &abi);
}

static void __exit stale_exit(void)
{
	if (handler)
		scst_unregister_virtual_dev_driver(&stale_type);
	else
		scst_unregister_target_template(&stale_tgtt);
}

module_init(stale_init);
module_exit(stale_exit);

MODULE_DESCRIPTION("SCST driver of another interface, for tests");
MODULE_LICENSE("GPL");
SCST_IMPORT_NS;
