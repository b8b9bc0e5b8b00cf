// SPDX-License-Identifier: GPL-2.0
/* Sense data (SPC-5 4.4) as bytes. */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>

#include "kapi_base.h"
#include "sense.h"

/* SPC-5 4.4.1: response codes of current errors; deferred ones are one more. */
#define SCST_SENSE_FIXED	0x70
#define SCST_SENSE_DESCRIPTOR	0x72
#define SCST_SENSE_DEFERRED	0x01
#define SCST_SENSE_VALID	0x80

#define SCST_SENSE_FIXED_LEN	18
#define SCST_SENSE_DESC_HDR_LEN	8
#define SCST_SENSE_INFO_LEN	12
#define SCST_SENSE_SKS_LEN	8
#define SCST_SENSE_SPECIFIC_LEN	12
#define SCST_SENSE_MAX_LEN	(SCST_SENSE_DESC_HDR_LEN + \
				 SCST_SENSE_INFO_LEN + SCST_SENSE_SKS_LEN + \
				 SCST_SENSE_SPECIFIC_LEN)

/* SPC-5 4.4.2.4.2: field pointer. */
static void sense_put_field(u8 *p, const struct scst_sense *s)
{
	p[0] = 0x80 | (s->field_in_data ? 0 : 0x40);
	if (s->field_bit >= 0)
		p[0] |= 0x08 | (s->field_bit & 0x07);
	put_unaligned_be16(s->field_byte, p + 1);
}

/* SPC-5 4.4.2.4.4: progress indication. */
static void sense_put_progress(u8 *p, const struct scst_sense *s)
{
	p[0] = 0x80;
	put_unaligned_be16(s->progress, p + 1);
}

static bool sense_has_sks(const struct scst_sense *s)
{
	return s->field_valid || s->progress_valid;
}

/* Sense key specific data: three bytes. */
static void sense_put_sks(u8 *p, const struct scst_sense *s)
{
	if (s->field_valid)
		sense_put_field(p, s);
	else
		sense_put_progress(p, s);
}

/* SPC-5 4.4.3 */
static unsigned int sense_fixed(u8 *p, const struct scst_sense *s)
{
	p[0] = SCST_SENSE_FIXED | (s->deferred ? SCST_SENSE_DEFERRED : 0);
	p[2] = s->key;
	p[7] = SCST_SENSE_FIXED_LEN - 8;
	p[12] = s->asc;
	p[13] = s->ascq;
	/* What doesn't fit is not valid, SPC-5 4.4.3. */
	if (s->info_valid && s->info <= U32_MAX) {
		p[0] |= SCST_SENSE_VALID;
		put_unaligned_be32(s->info, p + 3);
	}
	if (s->specific_valid)
		put_unaligned_be32(s->specific, p + 8);
	if (sense_has_sks(s))
		sense_put_sks(p + 15, s);
	return SCST_SENSE_FIXED_LEN;
}

/* SPC-5 4.4.2 */
static unsigned int sense_descriptor(u8 *p, const struct scst_sense *s)
{
	unsigned int len = SCST_SENSE_DESC_HDR_LEN;

	p[0] = SCST_SENSE_DESCRIPTOR | (s->deferred ? SCST_SENSE_DEFERRED : 0);
	p[1] = s->key;
	p[2] = s->asc;
	p[3] = s->ascq;
	if (s->info_valid) {
		p[len] = 0x00;
		p[len + 1] = SCST_SENSE_INFO_LEN - 2;
		p[len + 2] = SCST_SENSE_VALID;
		put_unaligned_be64(s->info, p + len + 4);
		len += SCST_SENSE_INFO_LEN;
	}
	if (s->specific_valid) {
		p[len] = 0x01;
		p[len + 1] = SCST_SENSE_SPECIFIC_LEN - 2;
		put_unaligned_be64(s->specific, p + len + 4);
		len += SCST_SENSE_SPECIFIC_LEN;
	}
	if (sense_has_sks(s)) {
		p[len] = 0x02;
		p[len + 1] = SCST_SENSE_SKS_LEN - 2;
		sense_put_sks(p + len + 4, s);
		len += SCST_SENSE_SKS_LEN;
	}
	p[7] = len - SCST_SENSE_DESC_HDR_LEN;
	return len;
}

unsigned int scst_sense_build(u8 *buf, unsigned int size,
			      const struct scst_sense *s)
{
	u8 sense[SCST_SENSE_MAX_LEN] = { };
	unsigned int len;

	if (s->descriptor)
		len = sense_descriptor(sense, s);
	else
		len = sense_fixed(sense, s);
	len = min(len, size);
	memcpy(buf, sense, len);
	return len;
}
