// SPDX-License-Identifier: GPL-2.0
/* Persistent reservations as bytes of a file; see pr_file.h for the layout. */
#include <linux/crc32.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>

#include "kapi_base.h"
#include "pr_file.h"

#define SCST_PR_FILE_VERSION	1
#define SCST_PR_FILE_HOLDER	BIT(0)

static const u8 file_magic[8] = { 'S', 'C', 'S', 'T', '-', 'P', 'R', '\n' };

/* Of what stands in the file, with the four bytes of the sum itself as 0. */
static u32 file_crc(const u8 *buf, size_t len)
{
	static const u8 no_sum[4];
	u32 crc = ~0u;

	crc = crc32_le(crc, buf, 16);
	crc = crc32_le(crc, no_sum, sizeof(no_sum));
	return ~crc32_le(crc, buf + 20, len - 20);
}

void scst_pr_file_begin(struct scst_pr_file *f, const char *device, u8 type)
{
	f->pos = SCST_PR_FILE_HDR;
	f->n = 0;
	f->holders = 0;
	f->type = type;
	memset(f->buf, 0, SCST_PR_FILE_HDR);
	memcpy(f->buf, file_magic, sizeof(file_magic));
	put_unaligned_be32(SCST_PR_FILE_VERSION, f->buf + 8);
	f->buf[24] = type;
	strscpy((char *)f->buf + 32, device, SCST_MAX_DEV_NAME + 1);
}

size_t scst_pr_file_need(const struct scst_pr_port *port)
{
	return SCST_PR_FILE_REG + strlen(port->driver) + strlen(port->target) +
	       port->id.len;
}

static void file_put(struct scst_pr_file *f, const void *data, size_t len)
{
	memcpy(f->buf + f->pos, data, len);
	f->pos += len;
}

bool scst_pr_file_add(struct scst_pr_file *f, const struct scst_pr_port *port,
		      u64 key, bool holder)
{
	u8 reg[SCST_PR_FILE_REG] = {
		[8] = holder ? SCST_PR_FILE_HOLDER : 0,
		[9] = strlen(port->driver),
		[10] = strlen(port->target),
	};

	if (scst_pr_file_need(port) > f->size - f->pos)
		return false;
	put_unaligned_be64(key, reg);
	put_unaligned_be16(port->rel_tgt_id, reg + 12);
	put_unaligned_be16(port->id.len, reg + 14);
	file_put(f, reg, sizeof(reg));
	file_put(f, port->driver, reg[9]);
	file_put(f, port->target, reg[10]);
	file_put(f, port->id.bytes, port->id.len);
	f->n++;
	return true;
}

size_t scst_pr_file_end(struct scst_pr_file *f)
{
	put_unaligned_be32(f->pos, f->buf + 12);
	put_unaligned_be32(f->n, f->buf + 20);
	put_unaligned_be32(file_crc(f->buf, f->pos), f->buf + 16);
	return f->pos;
}

const char *scst_pr_file_open(struct scst_pr_file *f, const char *device)
{
	if (f->size < SCST_PR_FILE_HDR)
		return "it is too short";
	if (memcmp(f->buf, file_magic, sizeof(file_magic)))
		return "it is no file of persistent reservations";
	if (get_unaligned_be32(f->buf + 8) != SCST_PR_FILE_VERSION)
		return "its version is unknown";
	if (get_unaligned_be32(f->buf + 12) != f->size)
		return "its length is wrong";
	if (get_unaligned_be32(f->buf + 16) != file_crc(f->buf, f->size))
		return "its checksum is wrong";
	if (f->buf[32 + SCST_MAX_DEV_NAME] ||
	    strcmp((const char *)f->buf + 32, device))
		return "it is of another device";
	f->pos = SCST_PR_FILE_HDR;
	f->holders = 0;
	f->n = get_unaligned_be32(f->buf + 20);
	f->type = f->buf[24];
	if (f->n > SCST_PR_MAX_REGS)
		return "it has too many registrations";
	if (f->type && (!scst_pr_type_in(f->type, SCST_PR_TYPES) || !f->n))
		return "its reservation is none";
	return NULL;
}

/* A name of @len bytes without blanks. */
static bool file_get_name(struct scst_pr_file *f, char *name, size_t len,
			  size_t max)
{
	size_t i;

	if (!len || len > max)
		return false;
	memcpy(name, f->buf + f->pos, len);
	name[len] = '\0';
	f->pos += len;
	for (i = 0; i < len; i++)
		if ((u8)name[i] <= ' ' || name[i] == 0x7f)
			return false;
	return true;
}

const char *scst_pr_file_next(struct scst_pr_file *f, struct scst_pr_port *port,
			      u64 *key, bool *holder)
{
	const u8 *reg = f->buf + f->pos;
	size_t left = f->size - f->pos, id_len;

	if (left < SCST_PR_FILE_REG)
		return "a registration is cut";
	id_len = get_unaligned_be16(reg + 14);
	if (left < SCST_PR_FILE_REG + (size_t)reg[9] + reg[10] + id_len)
		return "a registration is cut";
	*key = get_unaligned_be64(reg);
	*holder = reg[8] & SCST_PR_FILE_HOLDER;
	port->rel_tgt_id = get_unaligned_be16(reg + 12);
	f->pos += SCST_PR_FILE_REG;
	if (!*key)
		return "a registration has no key";
	if (!file_get_name(f, port->driver, reg[9], SCST_MAX_TEMPLATE_NAME) ||
	    !file_get_name(f, port->target, reg[10], SCST_MAX_INITIATOR_NAME))
		return "a target's name is wrong";
	if (scst_transport_id_parse(&port->id, f->buf + f->pos, id_len) != id_len)
		return "a TransportID is wrong";
	f->pos += id_len;
	f->holders += *holder;
	f->n--;
	return NULL;
}

const char *scst_pr_file_close(const struct scst_pr_file *f)
{
	bool one = f->type && !scst_pr_type_in(f->type, SCST_PR_TYPES_ALL);

	if (f->pos != f->size)
		return "something follows the last registration";
	if (f->holders != (one ? 1 : 0))
		return "nobody, or more than one, holds the reservation";
	return NULL;
}
