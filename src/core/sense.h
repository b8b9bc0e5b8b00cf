/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sense data (SPC-5 4.4) as bytes. Pure: builds in user space too (tests/unit).
 */
#ifndef SCST_SENSE_H
#define SCST_SENSE_H

#include <linux/types.h>

/**
 * struct scst_sense - sense data before it is laid out
 * @key: sense key
 * @asc: additional sense code
 * @ascq: additional sense code qualifier
 * @info_valid: @info holds the INFORMATION field
 * @field_valid: @field_byte and @field_bit hold a field pointer
 * @field_in_data: it points into the parameter list, not into the CDB
 * @progress_valid: @progress holds a progress indication, SPC-5 4.4.2.4.4
 * @deferred: the error is of a command that has ended GOOD before
 * @descriptor: descriptor format is wanted (D_SENSE)
 * @info: INFORMATION; more than 32 bits fit into descriptor format only
 * @field_byte: offending byte
 * @field_bit: its most significant offending bit, -1: the whole byte
 * @progress: of 65536; without a field pointer only
 * @specific_valid: @specific holds the COMMAND-SPECIFIC INFORMATION field
 * @specific: that field
 */
struct scst_sense {
	u8 key;
	u8 asc;
	u8 ascq;
	bool info_valid;
	bool field_valid;
	bool field_in_data;
	bool progress_valid;
	bool deferred;
	bool descriptor;
	u64 info;
	u16 field_byte;
	s8 field_bit;
	u16 progress;
	bool specific_valid;
	u32 specific;
};

/**
 * scst_sense_build() - lay out sense data
 * @buf: where to
 * @size: its room, at least 18
 * @s: what
 *
 * Return: bytes written: 18 in fixed format, 8 and more in descriptor format;
 *	never more than @size.
 */
unsigned int scst_sense_build(u8 *buf, unsigned int size,
			      const struct scst_sense *s);

#endif /* SCST_SENSE_H */
