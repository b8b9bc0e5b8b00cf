// SPDX-License-Identifier: GPL-2.0
/* TransportIDs (SPC-5 7.6.4). */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>

#include "kapi_base.h"
#include "pr_transport_id.h"

/* Those of 24 bytes with format code 0: where the port's identity is. */
static const struct id_layout {
	u8 protocol;
	u8 off, len;
	u8 off2, len2;
	const char *name;
} id_layouts[] = {
	{ SCST_PROTOCOL_FCP, 8, 8, 0, 0, "fcp" },	/* N_Port_Name */
	{ SCST_PROTOCOL_SPI, 2, 2, 6, 2, "spi" },	/* address, relative port */
	{ SCST_PROTOCOL_SBP, 8, 8, 0, 0, "sbp" },	/* EUI-64 */
	{ SCST_PROTOCOL_SRP, 8, 16, 0, 0, "srp" },	/* port identifier */
	{ SCST_PROTOCOL_SAS, 4, 8, 0, 0, "sas" },	/* SAS address */
	{ SCST_PROTOCOL_SOP, 2, 2, 0, 0, "sop" },	/* routing identifier */
};

/* iSCSI: bits 7 and 6 of byte 0 say whether there is an ISID. */
#define SCST_ISCSI_DEVICE	(0x00 | SCST_PROTOCOL_ISCSI)
#define SCST_ISCSI_PORT		(0x40 | SCST_PROTOCOL_ISCSI)
#define SCST_ISCSI_HDR		4
#define SCST_ISCSI_SEPARATOR	",i,0x"

static const struct id_layout *layout_find(u8 protocol)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(id_layouts); i++)
		if (id_layouts[i].protocol == protocol)
			return &id_layouts[i];
	return NULL;
}

/* FNV-1a */
static void id_finish(struct scst_transport_id *id, size_t len)
{
	size_t i;

	id->len = len;
	id->hash = 2166136261u;
	for (i = 0; i < len; i++)
		id->hash = (id->hash ^ id->bytes[i]) * 16777619u;
}

/* UTF-8 without blanks and control characters, RFC 7143 4.2.7. */
static bool iscsi_name_is_good(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((u8)name[i] <= ' ' || name[i] == 0x7f)
			return false;
	return len;
}

static bool iscsi_build(struct scst_transport_id *id, const char *name, size_t n)
{
	/* With its NUL in a multiple of 4, at least 20 bytes. */
	size_t len = (n + 1 + 3) & ~(size_t)3;

	if (len < SCST_TRANSPORT_ID_MIN - SCST_ISCSI_HDR)
		len = SCST_TRANSPORT_ID_MIN - SCST_ISCSI_HDR;
	if (len > SCST_TRANSPORT_ID_MAX - SCST_ISCSI_HDR ||
	    !iscsi_name_is_good(name, n))
		return false;
	memset(id, 0, sizeof(*id));
	memcpy(id->bytes + SCST_ISCSI_HDR, name, n);
	id->bytes[0] = strstr((char *)id->bytes + SCST_ISCSI_HDR,
			      SCST_ISCSI_SEPARATOR) ?
		       SCST_ISCSI_PORT : SCST_ISCSI_DEVICE;
	put_unaligned_be16(len, id->bytes + 2);
	id_finish(id, SCST_ISCSI_HDR + len);
	return true;
}

bool scst_transport_id_iscsi(struct scst_transport_id *id, const char *name)
{
	return iscsi_build(id, name, strlen(name));
}

static size_t iscsi_parse(struct scst_transport_id *id, const u8 *buf,
			  size_t avail)
{
	const char *name = (const char *)buf + SCST_ISCSI_HDR;
	size_t len = get_unaligned_be16(buf + 2), n;

	if (len < SCST_TRANSPORT_ID_MIN - SCST_ISCSI_HDR || len % 4 ||
	    SCST_ISCSI_HDR + len > avail)
		return 0;
	n = strnlen(name, len);
	if (n == len || !iscsi_build(id, name, n))
		return 0;
	/* The name must have what the format code says. */
	return id->bytes[0] == buf[0] ? SCST_ISCSI_HDR + len : 0;
}

size_t scst_transport_id_parse(struct scst_transport_id *id, const u8 *buf,
			       size_t avail)
{
	const struct id_layout *layout;

	if (avail < SCST_TRANSPORT_ID_MIN)
		return 0;
	if ((buf[0] & 0x0f) == SCST_PROTOCOL_ISCSI)
		return iscsi_parse(id, buf, avail);
	layout = layout_find(buf[0]);
	if (!layout)
		return 0;
	memset(id, 0, sizeof(*id));
	id->bytes[0] = buf[0];
	memcpy(id->bytes + layout->off, buf + layout->off, layout->len);
	memcpy(id->bytes + layout->off2, buf + layout->off2, layout->len2);
	id_finish(id, SCST_TRANSPORT_ID_MIN);
	return SCST_TRANSPORT_ID_MIN;
}

static int hex_text(char *buf, size_t size, const u8 *bytes, unsigned int len)
{
	unsigned int i;
	int n = 0;

	for (i = 0; i < len; i++)
		n += scnprintf(buf + n, size - n, "%02x", bytes[i]);
	return n;
}

void scst_transport_id_text(const struct scst_transport_id *id, char *buf,
			    size_t size)
{
	u8 protocol = scst_transport_id_protocol(id);
	const struct id_layout *layout = layout_find(protocol);
	int n;

	if (!layout) {
		scnprintf(buf, size, "%s",
			  (const char *)id->bytes + SCST_ISCSI_HDR);
		return;
	}
	n = scnprintf(buf, size, "%s:", layout->name);
	n += hex_text(buf + n, size - n, id->bytes + layout->off, layout->len);
	hex_text(buf + n, size - n, id->bytes + layout->off2, layout->len2);
}

bool scst_transport_id_is(const struct scst_transport_id *a,
			  const struct scst_transport_id *b)
{
	return a->hash == b->hash && a->len == b->len &&
	       !memcmp(a->bytes, b->bytes, a->len);
}
