/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TransportIDs (SPC-5 7.6.4): how persistent reservations name an initiator port.
 * Pure: builds in user space too (tests/unit).
 */
#ifndef SCST_PR_TRANSPORT_ID_H
#define SCST_PR_TRANSPORT_ID_H

#include <linux/types.h>

/* An iSCSI name of 255 bytes with ",i,0x", an ISID and a NUL, padded. */
#define SCST_TRANSPORT_ID_MAX	280
#define SCST_TRANSPORT_ID_MIN	24
/* As text: a hex dump is the longest. */
#define SCST_TRANSPORT_ID_TEXT	288

/* PROTOCOL IDENTIFIER, SPC-5 table 477. */
enum scst_protocol {
	SCST_PROTOCOL_FCP	= 0x0,
	SCST_PROTOCOL_SPI	= 0x1,
	SCST_PROTOCOL_SBP	= 0x3,
	SCST_PROTOCOL_SRP	= 0x4,
	SCST_PROTOCOL_ISCSI	= 0x5,
	SCST_PROTOCOL_SAS	= 0x6,
	SCST_PROTOCOL_SOP	= 0xa,
};

/**
 * struct scst_transport_id - an initiator port
 * @hash: of @bytes; differs for most that differ
 * @len: bytes in @bytes, a multiple of 4
 * @bytes: the TransportID in the only form that its port has: reserved and unused
 *	bytes are 0, there is no more padding than needed
 */
struct scst_transport_id {
	u32 hash;
	u16 len;
	u8 bytes[SCST_TRANSPORT_ID_MAX];
};

/**
 * scst_transport_id_iscsi() - of an initiator that is known by a name
 * @id: filled
 * @name: its iSCSI name, perhaps with ",i,0x" and the ISID
 *
 * Return: false: the name is empty or too long.
 */
bool scst_transport_id_iscsi(struct scst_transport_id *id, const char *name);

/**
 * scst_transport_id_parse() - a TransportID that somebody has sent
 * @id: filled
 * @buf: where it begins
 * @avail: how many bytes there are
 *
 * Return: its length there, or 0: it is malformed, of an unknown protocol, or cut.
 */
size_t scst_transport_id_parse(struct scst_transport_id *id, const u8 *buf,
			       size_t avail);

/**
 * scst_transport_id_text() - a TransportID to be read, without blanks
 * @id: what
 * @buf: where to
 * @size: its room
 *
 * The name alone for iSCSI, otherwise "PROTOCOL:HEX".
 */
void scst_transport_id_text(const struct scst_transport_id *id, char *buf,
			    size_t size);

static inline u8 scst_transport_id_protocol(const struct scst_transport_id *id)
{
	return id->bytes[0] & 0x0f;
}

bool scst_transport_id_is(const struct scst_transport_id *a,
			  const struct scst_transport_id *b);

#endif /* SCST_PR_TRANSPORT_ID_H */
