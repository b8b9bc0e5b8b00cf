// SPDX-License-Identifier: GPL-2.0
/*
 * The parameter list of EXTENDED COPY(LID1), SPC-5 6.6: everything in it is checked
 * here that can be without the devices.
 */
#include <linux/kernel.h>
#include <linux/types.h>

#include "kapi_base.h"
#include "xcopy_parse.h"

#define XCOPY_ILLEGAL_REQUEST	0x5
#define XCOPY_LENGTH_ERROR	0x1a00
#define XCOPY_INVALID_FIELD	0x2600
#define XCOPY_TOO_MANY_TARGETS	0x2606
#define XCOPY_TARGET_TYPE	0x2607
#define XCOPY_TOO_MANY_SEGMENTS	0x2608
#define XCOPY_SEGMENT_TYPE	0x2609
#define XCOPY_INLINE_LENGTH	0x260b

/* @code: ASC and ASCQ */
static bool xcopy_refuse(struct vdisk_xcopy_error *e, u16 code)
{
	e->key = XCOPY_ILLEGAL_REQUEST;
	e->asc = code >> 8;
	e->ascq = code;
	e->byte = -1;
	e->bit = -1;
	return false;
}

static bool xcopy_invalid(struct vdisk_xcopy_error *e, int byte, int bit)
{
	xcopy_refuse(e, XCOPY_INVALID_FIELD);
	e->byte = byte;
	e->bit = bit;
	return false;
}

static bool xcopy_parse_id(struct vdisk_xcopy *x, struct vdisk_xcopy_error *e)
{
	x->list_id = x->list[0];
	x->usage = x->list[1] >> 3 & 3;
	if (x->usage == 1)
		return xcopy_invalid(e, 1, 4);
	if (x->usage == VDISK_XCOPY_ID_NONE && x->list_id)
		return xcopy_invalid(e, 0, -1);
	return true;
}

/* The lengths in the header; the number of descriptors isn't known before. */
static bool xcopy_parse_lengths(struct vdisk_xcopy *x, u32 len,
				struct vdisk_xcopy_error *e)
{
	u32 targets = get_unaligned_be16(&x->list[2]);
	u32 segments = get_unaligned_be32(&x->list[8]);

	if ((u64)targets + segments > VDISK_XCOPY_DESCS)
		return xcopy_refuse(e, XCOPY_LENGTH_ERROR);
	if (targets > VDISK_XCOPY_TARGETS * VDISK_XCOPY_TARGET)
		return xcopy_refuse(e, XCOPY_TOO_MANY_TARGETS);
	if (segments > VDISK_XCOPY_SEGMENTS * VDISK_XCOPY_SEGMENT)
		return xcopy_refuse(e, XCOPY_TOO_MANY_SEGMENTS);
	if (get_unaligned_be32(&x->list[12]))
		return xcopy_refuse(e, XCOPY_INLINE_LENGTH);
	if (VDISK_XCOPY_HEADER + targets + segments > len)
		return xcopy_refuse(e, XCOPY_LENGTH_ERROR);
	if (targets % VDISK_XCOPY_TARGET)
		return xcopy_invalid(e, 2, -1);
	x->n_targets = targets / VDISK_XCOPY_TARGET;
	x->n_segments = segments / VDISK_XCOPY_SEGMENT;
	return true;
}

static unsigned int xcopy_target_at(unsigned int i)
{
	return VDISK_XCOPY_HEADER + i * VDISK_XCOPY_TARGET;
}

static unsigned int xcopy_segment_at(const struct vdisk_xcopy *x, unsigned int i)
{
	return xcopy_target_at(x->n_targets) + i * VDISK_XCOPY_SEGMENT;
}

/* LU ID TYPE says what an LU IDENTIFIER is, which this one has not; NUL is obsolete. */
static bool xcopy_check_target(const struct vdisk_xcopy *x, unsigned int i,
			       struct vdisk_xcopy_error *e)
{
	unsigned int at = xcopy_target_at(i);
	const u8 *d = &x->list[at];

	if (d[0] != VDISK_XCOPY_TYPE_ID)
		return xcopy_refuse(e, XCOPY_TARGET_TYPE);
	if (d[7] > 20)
		return xcopy_invalid(e, at + 7, -1);
	return true;
}

static bool xcopy_check_segment(const struct vdisk_xcopy *x, unsigned int i,
				struct vdisk_xcopy_error *e)
{
	unsigned int at = xcopy_segment_at(x, i);
	const u8 *d = &x->list[at];

	if (d[0] != VDISK_XCOPY_TYPE_B2B)
		return xcopy_refuse(e, XCOPY_SEGMENT_TYPE);
	if (get_unaligned_be16(&d[2]) != VDISK_XCOPY_SEGMENT - 4)
		return xcopy_invalid(e, at + 2, -1);
	return true;
}

/* What is left behind the last complete one: another type, or cut off. */
static bool xcopy_check_rest(const struct vdisk_xcopy *x,
			     struct vdisk_xcopy_error *e)
{
	u32 rest = get_unaligned_be32(&x->list[8]) % VDISK_XCOPY_SEGMENT;

	if (!rest)
		return true;
	if (x->list[xcopy_segment_at(x, x->n_segments)] != VDISK_XCOPY_TYPE_B2B)
		return xcopy_refuse(e, XCOPY_SEGMENT_TYPE);
	return xcopy_refuse(e, XCOPY_LENGTH_ERROR);
}

/**
 * vdisk_xcopy_parse() - check a parameter list
 * @x: what it says; refers to @list
 * @list: the list
 * @len: bytes that are there
 * @e: why it is refused
 *
 * Return: false: it is.
 */
bool vdisk_xcopy_parse(struct vdisk_xcopy *x, const u8 *list, u32 len,
		       struct vdisk_xcopy_error *e)
{
	unsigned int i;

	x->list = list;
	if (len < VDISK_XCOPY_HEADER)
		return xcopy_refuse(e, XCOPY_LENGTH_ERROR);
	if (!xcopy_parse_id(x, e) || !xcopy_parse_lengths(x, len, e))
		return false;
	for (i = 0; i < x->n_targets; i++)
		if (!xcopy_check_target(x, i, e))
			return false;
	for (i = 0; i < x->n_segments; i++)
		if (!xcopy_check_segment(x, i, e))
			return false;
	return xcopy_check_rest(x, e);
}

/* Nothing but an NAA of ours can be meant: T10 designators are too long for it. */
void vdisk_xcopy_get_target(const struct vdisk_xcopy *x, unsigned int i,
			    struct vdisk_xcopy_target *t)
{
	const u8 *d;

	t->at = xcopy_target_at(i);
	d = &x->list[t->at];
	t->type = d[1] & 0x1f;
	/* Binary, of the logical unit, NAA. */
	t->is_naa = (d[4] & 0x0f) == 1 && (d[5] & 0x3f) == 3 && d[7] == 8;
	t->naa = get_unaligned_be64(&d[8]);
	t->block = get_unaligned_be32(&d[28]) & 0xffffff;
}

void vdisk_xcopy_get_segment(const struct vdisk_xcopy *x, unsigned int i,
			     struct vdisk_xcopy_segment *s)
{
	const u8 *d = &x->list[xcopy_segment_at(x, i)];

	s->dc = d[1] & 0x02;
	s->src = get_unaligned_be16(&d[4]);
	s->dst = get_unaligned_be16(&d[6]);
	s->blocks = get_unaligned_be16(&d[10]);
	s->src_lba = get_unaligned_be64(&d[12]);
	s->dst_lba = get_unaligned_be64(&d[20]);
}
