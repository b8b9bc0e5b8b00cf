// SPDX-License-Identifier: GPL-2.0
/*
 * LOG SENSE, SPC-5 6.9.
 */
#include <linux/bits.h>
#include <linux/mm.h>
#include <linux/mutex.h>

#include "vdisk.h"
#include "log.h"

#define LOG_SP			BIT(0)	/* CDB, byte 1 */
#define LOG_DS			0x80	/* page, byte 0: it isn't saved */
#define LOG_SPF			0x40
#define LOG_ALL_SUBPAGES	0xff

static bool log_is_there(const struct vdisk_log_page *page,
			 const struct vdisk_dev *vdev)
{
	return !page->is_there || page->is_there(vdev);
}

/* SPC-5 7.3.18, 7.3.19: the pages of @only (0: all), alone or with subpages. */
static unsigned int put_list(u8 *p, const struct vdisk_dev *vdev, u8 only,
			     bool subpages)
{
	unsigned int i;
	u8 *start = p;

	for (i = 0; i < vdisk_n_log_pages; i++) {
		u8 code = vdisk_log_pages[i].code;

		if ((only && code != only) ||
		    !log_is_there(&vdisk_log_pages[i], vdev))
			continue;
		*p++ = code;
		if (subpages)
			*p++ = 0;
		/* The list with subpages is one itself. */
		if (subpages && vdisk_log_pages[i].is_list) {
			*p++ = code;
			*p++ = LOG_ALL_SUBPAGES;
		}
	}
	return p - start;
}

static const struct vdisk_log_page *log_find(const struct vdisk_dev *vdev, u8 code)
{
	unsigned int i;

	for (i = 0; i < vdisk_n_log_pages; i++)
		if (vdisk_log_pages[i].code == code &&
		    log_is_there(&vdisk_log_pages[i], vdev))
			return &vdisk_log_pages[i];
	return NULL;
}

/* The page that the CDB asks for, or NULL: an error was set. */
static const struct vdisk_log_page *log_asked_for(struct scst_cmd *cmd,
						  const struct vdisk_dev *vdev)
{
	u8 subpage = cmd->cdb[3], pc = cmd->cdb[2] >> 6;
	const struct vdisk_log_page *page = log_find(vdev, cmd->cdb[2] & 0x3f);
	u16 from = get_unaligned_be16(&cmd->cdb[5]);
	bool list;

	list = page && (page->is_list || subpage == LOG_ALL_SUBPAGES);
	if (cmd->cdb[1] & LOG_SP)
		scst_set_invalid_field(cmd, 1, 0);
	else if (!page)
		scst_set_invalid_field(cmd, 2, 5);
	else if (subpage && subpage != LOG_ALL_SUBPAGES)
		scst_set_invalid_field(cmd, 3, -1);
	/* There are no thresholds, and no defaults of what was stored. */
	else if (!list && pc != VDISK_LOG_PC_CUMULATIVE)
		scst_set_invalid_field(cmd, 2, 7);
	else if (list ? from : from > page->max_param)
		scst_set_invalid_field(cmd, 5, -1);
	else
		return page;
	return NULL;
}

static unsigned int log_fill(u8 *buf, const struct scst_cmd *cmd,
			     const struct vdisk_log_page *page,
			     struct vdisk_dev *vdev)
{
	bool subpages = cmd->cdb[3] == LOG_ALL_SUBPAGES;
	u8 *p = buf + VDISK_LOG_PAGE_HEADER;
	unsigned int len;

	buf[0] = page->code | (subpages ? LOG_SPF : 0);
	buf[1] = cmd->cdb[3];
	if (page->is_list || subpages) {
		len = put_list(p, vdev, page->is_list ? 0 : page->code, subpages);
	} else {
		buf[0] |= LOG_DS;
		mutex_lock(&vdev->unit.mutex);
		len = page->params(p, vdev, get_unaligned_be16(&cmd->cdb[5]));
		mutex_unlock(&vdev->unit.mutex);
	}
	put_unaligned_be16(len, &buf[2]);
	return VDISK_LOG_PAGE_HEADER + len;
}

/**
 * vdisk_log_sense() - LOG SENSE
 * @cmd: the command, in a thread
 * @vdev: the device
 */
enum scst_exec_res vdisk_log_sense(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	const struct vdisk_log_page *page = log_asked_for(cmd, vdev);
	u8 *buf;

	if (!page)
		return vdisk_finish(cmd);
	/* A list has two bytes for each page, and for itself with subpages. */
	buf = kvzalloc(VDISK_LOG_PAGE_HEADER + page->len +
		       2 * (vdisk_n_log_pages + 1), GFP_NOIO | __GFP_NOWARN);
	if (buf)
		scst_copy_response(cmd, buf, log_fill(buf, cmd, page, vdev));
	else
		scst_set_busy(cmd);
	kvfree(buf);
	return vdisk_finish(cmd);
}
