/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Log pages: what LOG SENSE and LOG SELECT share.
 */
#ifndef VDISK_LOG_H
#define VDISK_LOG_H

#include <linux/types.h>

struct vdisk_dev;

#define VDISK_LOG_APP_CLIENT	0x0f
#define VDISK_LOG_PAGE_HEADER	4
#define VDISK_LOG_PARAM_HEADER	4

/* CDB, byte 2: PC */
#define VDISK_LOG_PC_CUMULATIVE	1
#define VDISK_LOG_PC_DEFAULT	3

/**
 * struct vdisk_log_page - a log page, SPC-5 7.3
 * @code: PAGE CODE
 * @is_list: it is the list of all pages, which has no parameters
 * @max_param: the highest code of its parameters
 * @len: bytes of all of its parameters
 * @params: puts the parameters from code @from on to @p and returns their length;
 *	vdisk_unit.mutex is held
 */
struct vdisk_log_page {
	u8 code;
	bool is_list;
	u16 max_param;
	u16 len;
	unsigned int (*params)(u8 *p, const struct vdisk_dev *vdev, u16 from);
};

extern const struct vdisk_log_page vdisk_log_pages[];
extern const unsigned int vdisk_n_log_pages;

#endif /* VDISK_LOG_H */
