// SPDX-License-Identifier: GPL-2.0
/* bus_type.remove() returns nothing. */
#include <linux/module.h>
#include <linux/device.h>

void scst_probe(struct bus_type *bus, void (*fn)(struct device *dev));
void scst_probe(struct bus_type *bus, void (*fn)(struct device *dev))
{
	bus->remove = fn;
}
