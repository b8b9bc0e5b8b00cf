/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SCST_SHIM_PRINTK_H
#define SCST_SHIM_PRINTK_H

#include <stdio.h>

#define pr_err(fmt, ...)	fprintf(stderr, fmt, ##__VA_ARGS__)
#define pr_warn			pr_err
#define pr_info			pr_err
#define pr_err_ratelimited	pr_err
#define pr_warn_ratelimited	pr_err

#endif /* SCST_SHIM_PRINTK_H */
