/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tokens that POPULATE TOKEN has made: see rod_token.c.
 */
#ifndef VDISK_ROD_TOKEN_H
#define VDISK_ROD_TOKEN_H

#include "rod_parse.h"
#include "vdisk.h"

/* ASC and ASCQ with ILLEGAL REQUEST, INVALID TOKEN OPERATION. */
#define VDISK_ROD_NOT_HERE	0x2300	/* CAUSE NOT REPORTABLE */
#define VDISK_ROD_UNKNOWN	0x2304
#define VDISK_ROD_CORRUPT	0x2305
#define VDISK_ROD_REVOKED	0x2306
#define VDISK_ROD_EXPIRED	0x2307
#define VDISK_ROD_DELETED	0x2309

/**
 * struct vdisk_token - a token
 * @entry: in vdisk_tokens.list
 * @hash: in the table of all, by its number
 * @vdev: the device that the data are on
 * @id: its number
 * @bytes: what the initiator has; nothing of it can be left out
 * @why: 0: valid; ASC and ASCQ otherwise
 * @users: WRITE USING TOKENs at work with it
 * @written: data have changed
 * @watched: @ranges are, for @written
 * @timeout: seconds without use after which it is invalid
 * @expires: when they are over, if there are no @users
 * @blocks: of @ranges
 * @n: number of @ranges
 * @ranges: the data, in their order
 *
 * Under the lock of the table, but for @written. What is behind @watched is constant
 * but for @expires.
 */
struct vdisk_token {
	struct list_head entry;
	struct hlist_node hash;
	struct vdisk_dev *vdev;
	u64 id;
	u8 bytes[VDISK_ROD_TOKEN];
	u16 why;
	unsigned int users;
	bool written;
	bool watched;
	u32 timeout;
	unsigned long expires;
	u64 blocks;
	unsigned int n;
	struct vdisk_watch ranges[];
};

void vdisk_tokens_init(struct vdisk_tokens *tokens);
void vdisk_tokens_end(struct vdisk_dev *vdev);
void vdisk_tokens_exit(void);

struct vdisk_token *vdisk_token_make(struct vdisk_dev *vdev,
				     const struct vdisk_rod_list *l);
bool vdisk_token_add(struct vdisk_token *t);
u16 vdisk_token_get(const u8 *bytes, struct vdisk_token **t);
u16 vdisk_token_why(const struct vdisk_token *t);
void vdisk_token_put(struct vdisk_token *t, bool delete);

#endif /* VDISK_ROD_TOKEN_H */
