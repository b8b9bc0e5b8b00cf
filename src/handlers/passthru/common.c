// SPDX-License-Identifier: GPL-2.0
/* What handlers of all types of real devices do. */
#include <linux/module.h>

#include "passthru.h"

unsigned long passthru_trace_flags = SCST_TRACE_DEFAULT;
SCST_EXPORT(passthru_trace_flags);

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

static int __init passthru_init(void)
{
	return passthru_learn_init();
}

static void __exit passthru_exit(void)
{
	passthru_learn_exit();
}

module_init(passthru_init);
module_exit(passthru_exit);
MODULE_DESCRIPTION("SCST: pass-through of real devices");
MODULE_LICENSE("GPL");
MODULE_VERSION(SCST_VERSION_STRING);
SCST_IMPORT_NS;
