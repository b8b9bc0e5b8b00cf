// SPDX-License-Identifier: GPL-2.0
/* What handlers of all types of real devices do. */
#include <linux/module.h>

#include "passthru.h"

int passthru_parse(struct scst_cmd *cmd)
{
	return 0;
}
SCST_EXPORT(passthru_parse);

int passthru_attach(struct scst_device *dev)
{
	return 0;
}
SCST_EXPORT(passthru_attach);

/* The device does it. */
enum scst_exec_res passthru_exec(struct scst_cmd *cmd)
{
	return SCST_EXEC_NOT_COMPLETED;
}
SCST_EXPORT(passthru_exec);

/*
 * For measurements: what reads or writes the medium is not carried out, and what a
 * READ finds in its buffer is what was there. The README warns of that.
 */
enum scst_exec_res passthru_exec_perf(struct scst_cmd *cmd)
{
	switch (cmd->cdb[0]) {
	case READ_6:
	case READ_10:
	case READ_12:
	case READ_16:
		scst_set_resp_data_len(cmd, cmd->bufflen);
		fallthrough;
	case WRITE_6:
	case WRITE_10:
	case WRITE_12:
	case WRITE_16:
		scst_cmd_done(cmd, SCST_CONTEXT_SAME);
		return SCST_EXEC_COMPLETED;
	}
	return SCST_EXEC_NOT_COMPLETED;
}
SCST_EXPORT(passthru_exec_perf);

void passthru_unregister(const struct scst_dev_type *types, unsigned int n)
{
	while (n--)
		scst_unregister_dev_driver(&types[n]);
}
SCST_EXPORT(passthru_unregister);

/* The first row gets the devices that nobody has. */
int passthru_register(const struct scst_dev_type *types, unsigned int n)
{
	unsigned int i;
	int ret;

	for (i = 0; i < n; i++) {
		ret = scst_register_dev_driver(&types[i]);
		if (ret) {
			passthru_unregister(types, i);
			return ret;
		}
	}
	return 0;
}
SCST_EXPORT(passthru_register);

MODULE_DESCRIPTION("SCST: pass-through of real devices");
MODULE_LICENSE("GPL");
MODULE_VERSION(SCST_VERSION_STRING);
SCST_IMPORT_NS;
