/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parameter lists of POPULATE TOKEN and WRITE USING TOKEN (SBC-4 5.12, 5.65), and the
 * bytes of a token (SPC-5 5.18.6). Pure: builds in user space too (tests/unit).
 */
#ifndef VDISK_ROD_PARSE_H
#define VDISK_ROD_PARSE_H

#include <linux/types.h>

#include "xcopy_parse.h"

#define VDISK_ROD_TOKEN		512	/* bytes of a token */
#define VDISK_ROD_SECRET	32	/* bytes of it that nobody can guess */
#define VDISK_ROD_RANGES	64	/* block device range descriptors of a list */
#define VDISK_ROD_RANGE		16	/* bytes of one */
#define VDISK_ROD_POPULATE	16	/* bytes before those of POPULATE TOKEN */
#define VDISK_ROD_WRITE		536	/* and of WRITE USING TOKEN */
#define VDISK_ROD_LIST		(VDISK_ROD_WRITE + VDISK_ROD_RANGES * VDISK_ROD_RANGE)

#define VDISK_ROD_TIMEOUT	60	/* seconds without use, where none are given */
#define VDISK_ROD_MAX_TIMEOUT	600	/* at most */
#define VDISK_ROD_MAX_BYTES	(256ULL << 20)	/* of a command */
#define VDISK_ROD_BEST_BYTES	(64ULL << 20)

/* ROD types, SPC-5 table 104 */
#define VDISK_ROD_ON_REFERENCE	0x00010000u	/* the data as they are when used */
#define VDISK_ROD_PIT_DEFAULT	0x00800000u	/* as they were: which of the others */
#define VDISK_ROD_PIT_VULNERABLE 0x00800001u	/* invalid from the first change on */
#define VDISK_ROD_PIT_ANY	0x0080ffffu
#define VDISK_ROD_ZERO		0xffff0001u	/* known to all: zeros */

/**
 * struct vdisk_rod_list - a list that is well-formed
 * @list: its bytes
 * @at: where the range descriptors begin
 * @n: their number
 * @blocks: of all of them
 * @immed: IMMED
 * @del_token: WRITE USING TOKEN: DEL_TKN
 * @timeout: POPULATE TOKEN: seconds
 * @type: POPULATE TOKEN: the ROD type to be made
 * @offset: WRITE USING TOKEN: OFFSET INTO ROD
 * @token: WRITE USING TOKEN: VDISK_ROD_TOKEN bytes
 */
struct vdisk_rod_list {
	const u8 *list;
	unsigned int at;
	unsigned int n;
	u64 blocks;
	bool immed;
	bool del_token;
	u32 timeout;
	u32 type;
	u64 offset;
	const u8 *token;
};

/**
 * struct vdisk_rod_info - what a token says
 * @type: ROD type
 * @id: COPY MANAGER ROD TOKEN IDENTIFIER
 * @naa: the logical unit that the data are on
 * @bytes: NUMBER OF BYTES REPRESENTED
 * @block: logical block length
 * @secret: VDISK_ROD_SECRET bytes
 */
struct vdisk_rod_info {
	u32 type;
	u64 id;
	u64 naa;
	u64 bytes;
	u32 block;
	const u8 *secret;
};

bool vdisk_rod_parse_populate(struct vdisk_rod_list *l, const u8 *list, u32 len,
			      struct vdisk_xcopy_error *e);
bool vdisk_rod_parse_write(struct vdisk_rod_list *l, const u8 *list, u32 len,
			   struct vdisk_xcopy_error *e);
u32 vdisk_rod_get_range(const struct vdisk_rod_list *l, unsigned int i, u64 *lba);
void vdisk_rod_build(u8 *token, const struct vdisk_rod_info *info);
u16 vdisk_rod_check(const u8 *token, u64 *id);

#endif /* VDISK_ROD_PARSE_H */
