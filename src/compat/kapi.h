/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one door to kernel interfaces that differ between kernels.
 *
 * Nobody asks for a kernel version: each difference is found by compiling a
 * probe (probes/NAME.c gives SCST_HAVE_NAME), since distributions backport
 * freely.  The versions named in the comments below say where upstream changed,
 * nothing depends on them.
 *
 * Code outside of src/compat/ uses only the scst_ names and never looks at
 * SCST_HAVE_ itself.
 */
#ifndef SCST_KAPI_H
#define SCST_KAPI_H

#include "scst_kapi_config.h"

#include "kapi_base.h"
#include "kapi_block.h"
#include "kapi_cache.h"
#include "kapi_fs.h"
#include "kapi_mm.h"
#include "kapi_scsi.h"

#endif
