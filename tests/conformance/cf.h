/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The conformance suite: commands by SG_IO, and what the standards say about
 * their ends. See conformance.c.
 */
#ifndef SCST_CF_H
#define SCST_CF_H

#include <stdbool.h>
#include <stdint.h>

#define CF_BLOCK	512		/* logical block size of the disks */
#define CF_MAX_DATA	(64 * CF_BLOCK)
#define CF_MAX_CDB	32

/* The logical unit as one I_T nexus sees it. */
enum cf_path {
	CF_RW,			/* to write through */
	CF_RO,			/* another initiator's, mapped READ_ONLY */
	CF_OTHER,		/* a third one's, to write through */
	CF_PATHS
};

enum cf_dir { CF_NONE, CF_IN, CF_OUT };

/* Statuses, SAM-5 5.3.1. */
enum {
	CF_GOOD			= 0x00,
	CF_CHECK		= 0x02,
	CF_CONDITION_MET	= 0x04,
	CF_CONFLICT		= 0x18,
};

#define CF_ANY		(-1)		/* not looked at */

/* Sense key, ASC and ASCQ in one number. */
#define CF_SENSE(key, asc, ascq)	((key) << 16 | (asc) << 8 | (ascq))

#define CF_INVALID_OPCODE	CF_SENSE(0x5, 0x20, 0x00)
#define CF_OUT_OF_RANGE		CF_SENSE(0x5, 0x21, 0x00)
#define CF_INVALID_FIELD	CF_SENSE(0x5, 0x24, 0x00)
#define CF_INVALID_PARAM	CF_SENSE(0x5, 0x26, 0x00)
#define CF_PARAM_LENGTH		CF_SENSE(0x5, 0x1a, 0x00)
#define CF_INVALID_IU		CF_SENSE(0x5, 0x0e, 0x03)
#define CF_NO_SAVING		CF_SENSE(0x5, 0x39, 0x00)
#define CF_PROTECTED		CF_SENSE(0x7, 0x27, 0x00)
#define CF_MISCOMPARE		CF_SENSE(0xe, 0x1d, 0x00)

/**
 * struct cf_cmd - a command and its end
 * @path: which nexus sends it
 * @cdb: the CDB
 * @cdb_len: its length
 * @dir: what the transport says
 * @len: bytes that the transport is prepared to move, at most CF_MAX_DATA
 * @data: Data-Out before, Data-In afterwards
 * @status: afterwards: SAM status, or -1 when there was none
 * @sense: afterwards: CF_SENSE(), 0 without sense data
 * @field: afterwards: byte of the field pointer, or -1
 * @bit: afterwards: its bit, or -1
 * @in_data: afterwards: it points into the parameter list
 * @info_valid: afterwards: INFORMATION is valid
 * @info: afterwards: INFORMATION
 * @resid: afterwards: bytes that were not moved
 */
struct cf_cmd {
	enum cf_path path;
	uint8_t cdb[CF_MAX_CDB];
	unsigned int cdb_len;
	enum cf_dir dir;
	unsigned int len;
	uint8_t *data;
	int status;
	int sense;
	int field;
	int bit;
	bool in_data;
	bool info_valid;
	uint64_t info;
	int resid;
};

/* What is expected; CF_ANY where it doesn't matter. */
struct cf_end {
	int status;
	int sense;
	int field;
	int resid;
};

/* sgio.c */
int cf_open(enum cf_path path, const char *device);
void cf_run(struct cf_cmd *cmd);
void cf_settle(void);
uint64_t cf_capacity(void);

/* conformance.c */
bool cf_wanted(const char *clause, const char *name);
void cf_verdict(const char *clause, const char *name, const struct cf_cmd *cmd,
		const struct cf_end *end, const char *wrong);
void cf_check(const char *clause, const char *name, struct cf_cmd *cmd,
	      const struct cf_end *end);

/* Big-endian fields. */
static inline void cf_put(uint8_t *p, unsigned int len, uint64_t value)
{
	while (len--) {
		p[len] = value;
		value >>= 8;
	}
}

static inline uint64_t cf_get(const uint8_t *p, unsigned int len)
{
	uint64_t value = 0;

	while (len--)
		value = value << 8 | *p++;
	return value;
}

/* cases_*.c */
void cf_media_cases(void);
void cf_fixed_cases(void);
void cf_reservation_cases(void);
void cf_unit_attention_cases(void);

#endif /* SCST_CF_H */
