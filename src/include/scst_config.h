/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Build options: the only header that knows their macros by name.
 *
 * "make scst EXTRACHECKS=y" puts "#define SCST_CONFIG_EXTRACHECKS 1" into the
 * generated scst_options.h, and code asks "if (SCST_OPT(EXTRACHECKS))", so that
 * every variant of the code is always compiled.  The generated header is
 * installed beside this one: a driver built against an installed core gets the
 * options of that core.
 */
#ifndef SCST_CONFIG_H
#define SCST_CONFIG_H

#ifdef __KERNEL__
#include "scst_options.h"
#endif

/*
 * Every module that calls scst.ko says so once, and with which options it was built,
 * by which packages find those to rebuild.  Not MODULE_IMPORT_NS(), which took a bare
 * word before 6.13 and takes a string since.
 */
#define SCST_IMPORT_NS	MODULE_INFO(import_ns, "SCST"); \
			MODULE_INFO(scst_options, SCST_OPTIONS_STRING)

/* 1 if SCST_CONFIG_name is defined as 1, otherwise 0; also usable in #if. */
#define SCST_OPT(name)			SCST_OPT_EXPAND(SCST_CONFIG_##name)
#define SCST_OPT_EXPAND(value)		SCST_OPT_VALUE(value)
#define SCST_OPT_VALUE(value)		SCST_OPT_PICK(SCST_OPT_ARG_##value)
#define SCST_OPT_ARG_1			0,
#define SCST_OPT_PICK(arg_or_junk)	SCST_OPT_SECOND(arg_or_junk 1, 0)
#define SCST_OPT_SECOND(first, second, ...)	second

#if SCST_OPT(DEBUG_TM) && !SCST_OPT(DEBUG)
#error "DEBUG_TM needs DEBUG: give DEBUG=y as well, or leave DEBUG_TM out"
#endif

#if SCST_OPT(TM_DBG_GO_OFFLINE) && !SCST_OPT(DEBUG_TM)
#error "TM_DBG_GO_OFFLINE needs DEBUG_TM: give both, or leave it out"
#endif

#if SCST_OPT(SCST_HIGHMEM) && !defined(CONFIG_HIGHMEM)
#error "SCST_HIGHMEM needs a kernel with CONFIG_HIGHMEM: this one has none, leave SCST_HIGHMEM out"
#endif

/* __blk_mq_run_hw_queue() warns of it since 4.x: kernel-patches/README.md. */
#if SCST_OPT(ALLOW_PASSTHROUGH_IO_SUBMIT_IN_SIRQ)
#error "ALLOW_PASSTHROUGH_IO_SUBMIT_IN_SIRQ: kernels run queues in process context only: drop it"
#endif

/*
 * The options that may change the layout of a shared structure.  They are part
 * of the interface's identity: a driver that was built with others is refused.
 */
#define SCST_OPT_BITS	((SCST_OPT(DEBUG) << 0) | \
			 (SCST_OPT(EXTRACHECKS) << 1) | \
			 (SCST_OPT(MEASURE_LATENCY) << 2) | \
			 (SCST_OPT(DEBUG_TM) << 3) | \
			 (SCST_OPT(TRACING) << 4))

#endif
