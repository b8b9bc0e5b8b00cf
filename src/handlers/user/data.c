// SPDX-License-Identifier: GPL-2.0
/*
 * Between the core's buffers and the program's memory, in a system call of the
 * program's. Used where the target driver has brought the buffer.
 */
#include <linux/highmem.h>
#include <linux/uaccess.h>
#include <scsi/scsi_proto.h>

#include "user.h"

/* Page by page, since an entry may be longer. False: the program's memory is none. */
static bool copy_pages(struct scatterlist *sg, u64 addr, u32 len, bool to_program)
{
	while (len && sg) {
		unsigned int off = 0;

		while (len && off < sg->length) {
			unsigned int at = sg->offset + off;
			unsigned int n = min3(len, sg->length - off,
					      (unsigned int)(PAGE_SIZE - offset_in_page(at)));
			struct page *page = pfn_to_page(page_to_pfn(sg_page(sg)) +
							(at >> PAGE_SHIFT));
			void __user *user = u64_to_user_ptr(addr);
			void *kernel = kmap(page) + offset_in_page(at);
			bool failed = to_program ? copy_to_user(user, kernel, n) :
						   copy_from_user(kernel, user, n);

			kunmap(page);
			if (failed)
				return false;
			off += n;
			addr += n;
			len -= n;
		}
		sg = sg_next(sg);
	}
	return true;
}

bool user_copy_to_program(struct scst_cmd *cmd, u64 addr, u32 len)
{
	return copy_pages(cmd->sg, addr, len, true);
}

bool user_copy_from_program(struct scst_cmd *cmd, u64 addr, u32 len)
{
	return copy_pages(cmd->sg, addr, len, false);
}

static bool status_has_no_sense(u8 status)
{
	switch (status) {
	case SAM_STAT_CONDITION_MET:
	case SAM_STAT_BUSY:
	case SAM_STAT_RESERVATION_CONFLICT:
	case SAM_STAT_TASK_SET_FULL:
	case SAM_STAT_ACA_ACTIVE:
	case SAM_STAT_TASK_ABORTED:
		return true;
	}
	return false;
}

/**
 * user_set_status() - another status than GOOD
 * @cmd: the command
 * @status: as the program says
 * @sense: where the program has its sense data
 * @sense_len: their length
 *
 * What is no status, and CHECK CONDITION without sense data, is HARDWARE ERROR.
 */
void user_set_status(struct scst_cmd *cmd, u8 status, u64 sense, u8 sense_len)
{
	u8 buf[SCST_MAX_SENSE_LEN];
	u32 len = min_t(u32, sense_len, sizeof(buf));

	if (status_has_no_sense(status)) {
		scst_set_cmd_error_status(cmd, status);
	} else if (status == SAM_STAT_CHECK_CONDITION && len &&
		   !copy_from_user(buf, u64_to_user_ptr(sense), len)) {
		scst_set_cmd_sense_data(cmd, buf, len);
	} else {
		scst_warn_rl("device %s: the program ends command %02x with status %02x and no sense data: HARDWARE ERROR\n",
			     cmd->dev->name, cmd->cdb[0], status);
		scst_set_cmd_error(cmd, SCST_LOAD_SENSE(scst_sense_hardw_error));
	}
}
