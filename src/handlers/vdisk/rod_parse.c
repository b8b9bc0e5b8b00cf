// SPDX-License-Identifier: GPL-2.0
/*
 * Parameter lists of POPULATE TOKEN and WRITE USING TOKEN, and the bytes of a token:
 * everything in them is checked here that can be without the device.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>

#include "kapi_base.h"
#include "rod_parse.h"

#define ROD_ILLEGAL_REQUEST	0x5
#define ROD_LENGTH_ERROR	0x1a00
#define ROD_INVALID_FIELD	0x2600
#define ROD_TOO_MANY_RANGES	0x2608	/* TOO MANY SEGMENT DESCRIPTORS */
#define ROD_TOKEN_TYPE		0x2301	/* UNSUPPORTED TOKEN TYPE */
#define ROD_TOKEN_LENGTH	0x230a	/* INVALID TOKEN LENGTH */

/* Of a token. */
#define ROD_LENGTH_FIELD	(VDISK_ROD_TOKEN - 8)
#define ROD_CREATOR		16
#define ROD_BYTES		48
#define ROD_BLOCK		96
#define ROD_EXTENDED		256

/* @code: ASC and ASCQ */
static bool rod_refuse(struct vdisk_xcopy_error *e, u16 code, int byte)
{
	e->key = ROD_ILLEGAL_REQUEST;
	e->asc = code >> 8;
	e->ascq = code;
	e->byte = byte;
	e->bit = -1;
	return false;
}

static bool rod_invalid(struct vdisk_xcopy_error *e, int byte)
{
	return rod_refuse(e, ROD_INVALID_FIELD, byte);
}

u32 vdisk_rod_get_range(const struct vdisk_rod_list *l, unsigned int i, u64 *lba)
{
	const u8 *d = &l->list[l->at + i * VDISK_ROD_RANGE];

	*lba = get_unaligned_be64(&d[0]);
	return get_unaligned_be32(&d[8]);
}

/* Each block once: SBC-4 doesn't let a list have it twice. */
static bool rod_ranges_overlap(const struct vdisk_rod_list *l, unsigned int i)
{
	unsigned int k;
	u64 a, b;
	u32 na = vdisk_rod_get_range(l, i, &a);
	u32 nb;

	for (k = 0; k < i; k++) {
		nb = vdisk_rod_get_range(l, k, &b);
		if (na && nb && (a < b ? b - a < na : a - b < nb))
			return true;
	}
	return false;
}

static bool rod_parse_ranges(struct vdisk_rod_list *l, struct vdisk_xcopy_error *e)
{
	unsigned int i;
	u64 lba;
	u32 n;

	for (i = 0; i < l->n; i++) {
		n = vdisk_rod_get_range(l, i, &lba);
		if (lba + n < lba || rod_ranges_overlap(l, i))
			return rod_invalid(e, l->at + i * VDISK_ROD_RANGE);
		l->blocks += n;
	}
	return true;
}

/* The lengths, and the range descriptors from @at on. */
static bool rod_parse(struct vdisk_rod_list *l, const u8 *list, u32 len,
		      unsigned int at, struct vdisk_xcopy_error *e)
{
	u32 data, ranges;

	memset(l, 0, sizeof(*l));
	l->list = list;
	l->at = at;
	if (len < at)
		return rod_refuse(e, ROD_LENGTH_ERROR, -1);
	data = get_unaligned_be16(&list[0]) + 2;
	ranges = get_unaligned_be16(&list[at - 2]);
	if (data < at + VDISK_ROD_RANGE)
		return rod_invalid(e, 0);
	if (!ranges || ranges % VDISK_ROD_RANGE || at + ranges > data)
		return rod_invalid(e, at - 2);
	if (ranges > VDISK_ROD_RANGES * VDISK_ROD_RANGE)
		return rod_refuse(e, ROD_TOO_MANY_RANGES, -1);
	if (at + ranges > len)
		return rod_refuse(e, ROD_LENGTH_ERROR, -1);
	l->n = ranges / VDISK_ROD_RANGE;
	l->immed = list[2] & 0x01;
	return rod_parse_ranges(l, e);
}

/* Of the types that say "as they were" it is always the same one. */
static bool rod_parse_type(struct vdisk_rod_list *l, struct vdisk_xcopy_error *e)
{
	if (!(l->list[2] & 0x02)) {		/* RTV */
		l->type = VDISK_ROD_PIT_VULNERABLE;
		return true;
	}
	l->type = get_unaligned_be32(&l->list[8]);
	switch (l->type) {
	case VDISK_ROD_PIT_ANY:
		l->type = VDISK_ROD_PIT_VULNERABLE;
		return true;
	case VDISK_ROD_PIT_DEFAULT:
	case VDISK_ROD_PIT_VULNERABLE:
	case VDISK_ROD_ON_REFERENCE:
		return true;
	default:
		return rod_invalid(e, 8);
	}
}

/**
 * vdisk_rod_parse_populate() - check a parameter list of POPULATE TOKEN
 * @l: what it says; refers to @list
 * @list: the list
 * @len: bytes that are there
 * @e: why it is refused
 *
 * Return: false: it is.
 */
bool vdisk_rod_parse_populate(struct vdisk_rod_list *l, const u8 *list, u32 len,
			      struct vdisk_xcopy_error *e)
{
	if (!rod_parse(l, list, len, VDISK_ROD_POPULATE, e))
		return false;
	l->timeout = get_unaligned_be32(&list[4]);
	if (l->timeout > VDISK_ROD_MAX_TIMEOUT)
		return rod_invalid(e, 4);
	if (!l->timeout)
		l->timeout = VDISK_ROD_TIMEOUT;
	return rod_parse_type(l, e);
}

/**
 * vdisk_rod_parse_write() - check a parameter list of WRITE USING TOKEN
 * @l: what it says; refers to @list
 * @list: the list
 * @len: bytes that are there
 * @e: why it is refused
 *
 * Return: false: it is.
 */
bool vdisk_rod_parse_write(struct vdisk_rod_list *l, const u8 *list, u32 len,
			   struct vdisk_xcopy_error *e)
{
	if (!rod_parse(l, list, len, VDISK_ROD_WRITE, e))
		return false;
	l->del_token = list[2] & 0x02;
	l->offset = get_unaligned_be64(&list[8]);
	l->token = &list[16];
	return true;
}

/**
 * vdisk_rod_build() - make the bytes of a token
 * @token: VDISK_ROD_TOKEN bytes
 * @info: what it says
 */
void vdisk_rod_build(u8 *token, const struct vdisk_rod_info *info)
{
	u8 *creator = &token[ROD_CREATOR];

	memset(token, 0, VDISK_ROD_TOKEN);
	put_unaligned_be32(info->type, &token[0]);
	put_unaligned_be16(ROD_LENGTH_FIELD, &token[6]);
	put_unaligned_be64(info->id, &token[8]);
	/* An identification descriptor with an NAA, as in EXTENDED COPY. */
	creator[0] = VDISK_XCOPY_TYPE_ID;
	creator[4] = 0x01;
	creator[5] = 0x03;
	creator[7] = 8;
	put_unaligned_be64(info->naa, &creator[8]);
	put_unaligned_be32(info->block, &creator[28]);
	put_unaligned_be64(info->bytes, &token[ROD_BYTES + 8]);
	put_unaligned_be32(info->block, &token[ROD_BLOCK]);
	memcpy(&token[ROD_EXTENDED], info->secret, VDISK_ROD_SECRET);
}

/**
 * vdisk_rod_check() - what can be said of a token without knowing it
 * @token: VDISK_ROD_TOKEN bytes
 * @id: the number by which it can be found; 0: zeros are meant
 *
 * Return: 0, or ASC and ASCQ.
 */
u16 vdisk_rod_check(const u8 *token, u64 *id)
{
	*id = 0;
	if (get_unaligned_be16(&token[6]) != ROD_LENGTH_FIELD)
		return ROD_TOKEN_LENGTH;
	switch (get_unaligned_be32(&token[0])) {
	case VDISK_ROD_ZERO:
		return 0;
	case VDISK_ROD_ON_REFERENCE:
	case VDISK_ROD_PIT_DEFAULT:
	case VDISK_ROD_PIT_VULNERABLE:
		*id = get_unaligned_be64(&token[8]);
		/* No token of ours has this number. */
		return *id ? 0 : 0x2304;
	default:
		return ROD_TOKEN_TYPE;
	}
}
