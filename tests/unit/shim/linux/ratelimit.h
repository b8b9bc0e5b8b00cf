/* SPDX-License-Identifier: GPL-2.0 */
/* Nothing of it is needed in user space; see prelude.h for its attributes. */
#ifndef SCST_SHIM_RATELIMIT_H
#define SCST_SHIM_RATELIMIT_H
#endif /* SCST_SHIM_RATELIMIT_H */
