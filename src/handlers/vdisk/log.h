/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Log pages: what LOG SENSE and LOG SELECT share.
 */
#ifndef VDISK_LOG_H
#define VDISK_LOG_H

#include <linux/types.h>

struct vdisk_dev;

/* FORMAT AND LINKING of a parameter control byte, SPC-5 7.3.2.2.2. */
#define VDISK_LOG_COUNTER	0x00	/* bounded data counter */
#define VDISK_LOG_BINARY	0x03	/* binary list */

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
 * @is_there: does a device have it? NULL: all have
 * @params: puts the parameters from code @from on to @p and returns their length;
 *	vdisk_unit.mutex is held
 * @reset: back to the defaults; returns whether that changes anything;
 *	vdisk_unit.mutex is held. NULL: LOG SELECT can't do that
 */
struct vdisk_log_page {
	u8 code;
	bool is_list;
	u16 max_param;
	u16 len;
	bool (*is_there)(const struct vdisk_dev *vdev);
	unsigned int (*params)(u8 *p, struct vdisk_dev *vdev, u16 from);
	bool (*reset)(struct vdisk_dev *vdev);
};

extern const struct vdisk_log_page vdisk_log_pages[];
extern const unsigned int vdisk_n_log_pages;

unsigned int vdisk_log_header(u8 *p, u16 code, u8 format, u8 len);
bool vdisk_log_reset_app_client(struct vdisk_dev *vdev);

#define VDISK_LOG_PROVISIONING_LEN	24	/* page 0Ch, see threshold.c */

/* log_counters.c */
#define VDISK_LOG_ERRORS_LEN	60	/* pages 02h, 03h */
#define VDISK_LOG_STATS_LEN	92	/* page 19h */

unsigned int vdisk_log_write_errors(u8 *p, struct vdisk_dev *vdev, u16 from);
unsigned int vdisk_log_read_errors(u8 *p, struct vdisk_dev *vdev, u16 from);
bool vdisk_log_reset_write_errors(struct vdisk_dev *vdev);
bool vdisk_log_reset_read_errors(struct vdisk_dev *vdev);
unsigned int vdisk_log_stats(u8 *p, struct vdisk_dev *vdev, u16 from);

#endif /* VDISK_LOG_H */
