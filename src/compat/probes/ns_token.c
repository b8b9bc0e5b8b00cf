// SPDX-License-Identifier: GPL-2.0
/* Symbol namespaces are bare words, not strings. */
#include <linux/module.h>

MODULE_IMPORT_NS(SCST_PROBE_NAMESPACE);
