// SPDX-License-Identifier: GPL-2.0
/*
 * The trace flags that /proc/scsi_tgt/trace_level changes.
 */
#include "scst_priv.h"

unsigned long scst_trace_flags = SCST_TRACE_DEFAULT;
SCST_EXPORT(scst_trace_flags);
