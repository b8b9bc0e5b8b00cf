/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Persistent reservations as bytes of a file. Pure: builds in user space too
 * (tests/unit).
 *
 * Version 1, all numbers big-endian:
 *
 *	 0  8  "SCST-PR\n"
 *	 8  4  version
 *	12  4  length of all
 *	16  4  CRC-32 of all, with 0 here
 *	20  4  number of registrations
 *	24  1  type of the reservation, 0: none; then 7 reserved bytes
 *	32 64  name of the device, padded with 0
 *	96     for each registration:
 *		 0  8  key
 *		 8  1  bit 0: it holds the reservation
 *		 9  1  length of the target driver's name
 *		10  1  length of the target's name
 *		11  1  reserved
 *		12  2  relative target port identifier, as it was
 *		14  2  length of the TransportID
 *		16     these three, one after the other
 */
#ifndef SCST_PR_FILE_H
#define SCST_PR_FILE_H

#include <linux/bits.h>
#include <linux/types.h>

#include "pr_transport_id.h"
#include "scst_defs.h"

/* Registrations of a device. */
#define SCST_PR_MAX_REGS	1024

#define SCST_PR_FILE_HDR	96
#define SCST_PR_FILE_REG	16
#define SCST_PR_FILE_MAX	(SCST_PR_FILE_HDR + SCST_PR_MAX_REGS * \
				 (SCST_PR_FILE_REG + SCST_MAX_TEMPLATE_NAME + \
				  SCST_MAX_INITIATOR_NAME + \
				  SCST_TRANSPORT_ID_MAX))

/* Types, SPC-5 table 70, and what they have in common. */
enum scst_pr_type {
	SCST_PR_NO_TYPE			= 0,
	SCST_PR_WRITE_EXCL		= 1,
	SCST_PR_EXCL_ACCESS		= 3,
	SCST_PR_WRITE_EXCL_REGS		= 5,	/* registrants only */
	SCST_PR_EXCL_ACCESS_REGS	= 6,
	SCST_PR_WRITE_EXCL_ALL		= 7,	/* all registrants hold it */
	SCST_PR_EXCL_ACCESS_ALL		= 8,
};

#define SCST_PR_TYPES		(BIT(1) | BIT(3) | BIT(5) | BIT(6) | BIT(7) | BIT(8))
#define SCST_PR_TYPES_WRITE	(BIT(1) | BIT(5) | BIT(7))
#define SCST_PR_TYPES_SHARED	(BIT(5) | BIT(6) | BIT(7) | BIT(8))
#define SCST_PR_TYPES_ALL	(BIT(7) | BIT(8))

static inline bool scst_pr_type_in(u8 type, unsigned long types)
{
	return type < 16 && types & BIT(type);
}

/**
 * struct scst_pr_port - an I_T nexus, whether it is there or not
 * @id: the initiator port
 * @rel_tgt_id: the target port's number, as last known
 * @driver: the target port's driver
 * @target: and its name there
 */
struct scst_pr_port {
	struct scst_transport_id id;
	u16 rel_tgt_id;
	char driver[SCST_MAX_TEMPLATE_NAME + 1];
	char target[SCST_MAX_INITIATOR_NAME + 1];
};

/**
 * struct scst_pr_file - a file's contents while they are written or read
 * @buf: the contents
 * @size: room, or bytes that were read
 * @pos: where to go on
 * @n: registrations so far, or still to come
 * @holders: of them that hold the reservation
 * @type: of the reservation
 */
struct scst_pr_file {
	u8 *buf;
	size_t size;
	size_t pos;
	u32 n;
	u32 holders;
	u8 type;
};

/**
 * scst_pr_file_begin() - begin to write
 * @f: @f->buf and @f->size are set, the size at least SCST_PR_FILE_HDR
 * @device: the device's name
 * @type: the reservation's type
 */
void scst_pr_file_begin(struct scst_pr_file *f, const char *device, u8 type);

/* Bytes that a registration needs. */
size_t scst_pr_file_need(const struct scst_pr_port *port);

/* Add a registration; false: no room. */
bool scst_pr_file_add(struct scst_pr_file *f, const struct scst_pr_port *port,
		      u64 key, bool holder);

/* Return: the length of the file. */
size_t scst_pr_file_end(struct scst_pr_file *f);

/**
 * scst_pr_file_open() - begin to read
 * @f: @f->buf and @f->size are set
 * @device: the device's name
 *
 * Return: NULL, or what is wrong with the file. Then @f->n registrations follow.
 */
const char *scst_pr_file_open(struct scst_pr_file *f, const char *device);

/* The next registration. Return: NULL, or what is wrong with it. */
const char *scst_pr_file_next(struct scst_pr_file *f, struct scst_pr_port *port,
			      u64 *key, bool *holder);

/* After the last one. Return: NULL, or what is wrong. */
const char *scst_pr_file_close(const struct scst_pr_file *f);

#endif /* SCST_PR_FILE_H */
