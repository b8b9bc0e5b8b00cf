// SPDX-License-Identifier: GPL-2.0
/*
 * LOG SELECT (SPC-5 6.8): the application client page is the one that can be
 * written, counters of errors can be reset. All of the parameter list is checked
 * before anything is stored.
 */
#include <linux/bits.h>
#include <linux/bitops.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/string.h>

#include "vdisk.h"
#include "log.h"

#define LOG_SP			BIT(0)	/* CDB, byte 1 */
#define LOG_PCR			BIT(1)

#define APP_PARAM_LEN		(VDISK_LOG_PARAM_HEADER + VDISK_APP_CLIENT_LEN)
#define APP_MAX_LIST		(VDISK_LOG_PAGE_HEADER + \
				 VDISK_APP_CLIENT_N * APP_PARAM_LEN)

/* The parameter control byte: FORMAT AND LINKING, and DU, which says nothing here. */
#define APP_CONTROL		0x03
#define APP_CONTROL_DU		0x80

static bool list_cut_off(struct scst_cmd *cmd)
{
	scst_set_cmd_error(cmd,
			   SCST_LOAD_SENSE(scst_sense_parameter_list_length_invalid));
	return false;
}

static bool field_invalid(struct scst_cmd *cmd, unsigned int byte, int bit)
{
	scst_set_invalid_field_in_param(cmd, byte, bit);
	return false;
}

static bool check_page_header(struct scst_cmd *cmd, const u8 *list, u32 len)
{
	u32 page_len;

	if (len < VDISK_LOG_PAGE_HEADER)
		return list_cut_off(cmd);
	if ((list[0] & 0x3f) != VDISK_LOG_APP_CLIENT)
		return field_invalid(cmd, 0, 5);
	if (list[1])
		return field_invalid(cmd, 1, -1);
	page_len = get_unaligned_be16(&list[2]);
	if (page_len > len - VDISK_LOG_PAGE_HEADER)
		return list_cut_off(cmd);
	/* A second page could only be the same one again. */
	if (page_len < len - VDISK_LOG_PAGE_HEADER)
		return field_invalid(cmd, 2, -1);
	return true;
}

/* In ascending order, SPC-5 7.3.2.1. */
static bool check_param(struct scst_cmd *cmd, const u8 *list, u32 pos, u32 len,
			int *last)
{
	const u8 *p = list + pos;

	if (len - pos < VDISK_LOG_PARAM_HEADER)
		return list_cut_off(cmd);
	if (get_unaligned_be16(p) >= VDISK_APP_CLIENT_N ||
	    get_unaligned_be16(p) <= *last)
		return field_invalid(cmd, pos, -1);
	if ((p[2] & ~APP_CONTROL_DU) != APP_CONTROL)
		return field_invalid(cmd, pos + 2, -1);
	if (p[3] != VDISK_APP_CLIENT_LEN)
		return field_invalid(cmd, pos + 3, -1);
	if (len - pos < APP_PARAM_LEN)
		return list_cut_off(cmd);
	*last = get_unaligned_be16(p);
	return true;
}

static bool check_list(struct scst_cmd *cmd, const u8 *list, u32 len)
{
	u32 pos = VDISK_LOG_PAGE_HEADER;
	int last = -1;

	if (!check_page_header(cmd, list, len))
		return false;
	for (; pos < len; pos += APP_PARAM_LEN)
		if (!check_param(cmd, list, pos, len, &last))
			return false;
	return true;
}

/* Returns whether there was anything to store. */
static bool app_client_store(struct scst_cmd *cmd, struct vdisk_unit *unit,
			     const u8 *list, u32 len)
{
	u32 pos = VDISK_LOG_PAGE_HEADER;

	lockdep_assert_held(&unit->mutex);
	if (pos == len)
		return false;
	if (!unit->app_client)
		unit->app_client = kvzalloc(VDISK_APP_CLIENT_N *
					    VDISK_APP_CLIENT_LEN,
					    GFP_NOIO | __GFP_NOWARN);
	if (!unit->app_client) {
		scst_set_busy(cmd);
		return false;
	}
	for (; pos < len; pos += APP_PARAM_LEN)
		memcpy(unit->app_client[get_unaligned_be16(list + pos)],
		       list + pos + VDISK_LOG_PARAM_HEADER,
		       VDISK_APP_CLIENT_LEN);
	return true;
}

static bool log_select_list(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	u32 len = cmd->bufflen;
	bool changed = false;
	u8 *list;

	if (len > APP_MAX_LIST) {
		list_cut_off(cmd);
		return false;
	}
	list = kvzalloc(len, GFP_NOIO | __GFP_NOWARN);
	if (!list) {
		scst_set_busy(cmd);
		return false;
	}
	scst_get_param_list(cmd, list, 0, len);
	if (check_list(cmd, list, len)) {
		mutex_lock(&vdev->unit.mutex);
		changed = app_client_store(cmd, &vdev->unit, list, len);
		mutex_unlock(&vdev->unit.mutex);
	}
	kvfree(list);
	return changed;
}

bool vdisk_log_reset_app_client(struct vdisk_dev *vdev)
{
	void *old = vdev->unit.app_client;

	lockdep_assert_held(&vdev->unit.mutex);
	vdev->unit.app_client = NULL;
	kvfree(old);
	return old;
}

/*
 * Back to zeroes, all pages or the one of @code. Results of self-tests are not for
 * initiators to remove.
 */
static bool log_reset(struct vdisk_dev *vdev, u8 code)
{
	bool changed = false;
	unsigned int i;

	mutex_lock(&vdev->unit.mutex);
	for (i = 0; i < vdisk_n_log_pages; i++) {
		const struct vdisk_log_page *page = &vdisk_log_pages[i];

		if (page->reset && (!code || page->code == code))
			changed |= page->reset(vdev);
	}
	mutex_unlock(&vdev->unit.mutex);
	return changed;
}

static bool page_can_be_reset(u8 code)
{
	unsigned int i;

	for (i = 0; i < vdisk_n_log_pages; i++)
		if (vdisk_log_pages[i].code == code)
			return vdisk_log_pages[i].reset;
	return false;
}

/* Which pages: all, or the one of the CDB, which then has no list. */
static bool check_cdb(struct scst_cmd *cmd)
{
	const u8 *cdb = cmd->cdb;
	u8 code = cdb[2] & 0x3f, pc = cdb[2] >> 6;

	if (cdb[1] & LOG_SP)
		scst_set_invalid_field(cmd, 1, 0);
	else if (cdb[1] & LOG_PCR && cmd->bufflen)
		scst_set_invalid_field(cmd, 1, 1);
	else if (code && (cmd->bufflen || !page_can_be_reset(code)))
		scst_set_invalid_field(cmd, 2, 5);
	else if (cdb[3])
		scst_set_invalid_field(cmd, 3, -1);
	else if (cmd->bufflen && pc != VDISK_LOG_PC_CUMULATIVE)
		scst_set_invalid_field(cmd, 2, 7);
	else
		return true;
	return false;
}

/**
 * vdisk_log_select() - LOG SELECT
 * @cmd: the command, in a thread
 * @vdev: the device
 */
enum scst_exec_res vdisk_log_select(struct scst_cmd *cmd, struct vdisk_dev *vdev)
{
	bool changed = false;

	if (!check_cdb(cmd))
		return vdisk_finish(cmd);
	if (cmd->bufflen)
		changed = log_select_list(cmd, vdev);
	else if (cmd->cdb[1] & LOG_PCR ||
		 cmd->cdb[2] >> 6 == VDISK_LOG_PC_DEFAULT)
		changed = log_reset(vdev, cmd->cdb[2] & 0x3f);
	if (changed)
		scst_dev_raise_ua(cmd->dev, SCST_UA_LOG_CHANGED, cmd->tgt_dev);
	return vdisk_finish(cmd);
}
