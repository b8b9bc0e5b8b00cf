// SPDX-License-Identifier: GPL-2.0
/* Callbacks of struct class_interface have one parameter. */
#include <linux/module.h>
#include <linux/device.h>

int scst_probe(struct device *dev);
int scst_probe(struct device *dev)
{
	struct class_interface intf = { .add_dev = scst_probe };

	return intf.add_dev(dev);
}
