// SPDX-License-Identifier: GPL-2.0
/* PERSISTENT RESERVE IN, SPC-5 6.16. */
#include <scsi/scsi_proto.h>

#include "reserve.h"

/* SPC-5 table 201: what REPORT CAPABILITIES says. */
#define SCST_PR_CAP_RLR		BIT(7)	/* REPLACE LOST RESERVATION */
#define SCST_PR_CAP_CRH		BIT(4)	/* RESERVE and RELEASE beside them */
#define SCST_PR_CAP_SIP		BIT(3)	/* SPEC_I_PT */
#define SCST_PR_CAP_ATP		BIT(2)	/* ALL_TG_PT */
#define SCST_PR_CAP_PTPL	BIT(0)	/* APTPL */
#define SCST_PR_CAP_TMV		BIT(7)	/* the type mask is valid */
#define SCST_PR_CAP_ALLOW_TUR	BIT(4)	/* TEST UNIT READY never conflicts */
#define SCST_PR_CAP_PTPL_ON	BIT(0)

/*
 * While RESERVE is in force nobody may use persistent reservations, SPC-2 7.12.
 * Returns the state, or NULL with a status.
 */
static struct scst_pr *pr_in_begin(struct scst_cmd *cmd)
{
	struct scst_pr *pr = scst_pr_get(cmd->dev);

	if (!READ_ONCE(cmd->dev->resv->holder))
		return pr;
	scst_pr_put(pr);
	scst_set_cmd_error_status(cmd, SAM_STAT_RESERVATION_CONFLICT);
	return NULL;
}

static void put_header(struct scst_cmd *cmd, const struct scst_pr *pr, u32 len)
{
	u8 buf[8];

	put_unaligned_be32(pr->generation, buf);
	put_unaligned_be32(len, buf + 4);
	scst_response_put(cmd, 0, buf, sizeof(buf));
}

/* READ KEYS, SPC-5 6.16.2. */
void scst_exec_pr_read_keys(struct scst_cmd *cmd)
{
	struct scst_pr *pr = pr_in_begin(cmd);
	unsigned int i;
	u8 buf[8];

	if (!pr)
		return;
	put_header(cmd, pr, 8 * pr->n);
	for (i = 0; i < pr->n; i++) {
		put_unaligned_be64(pr->regs[i].key, buf);
		scst_response_put(cmd, 8 + 8 * i, buf, sizeof(buf));
	}
	scst_pr_put(pr);
}

/* READ RESERVATION, SPC-5 6.16.3: no key if all registrants hold it. */
void scst_exec_pr_read_reservation(struct scst_cmd *cmd)
{
	struct scst_pr *pr = pr_in_begin(cmd);
	u8 buf[16] = { };

	if (!pr)
		return;
	put_header(cmd, pr, pr->type ? sizeof(buf) : 0);
	if (pr->type) {
		if (pr->holder >= 0)
			put_unaligned_be64(pr->regs[pr->holder].key, buf);
		buf[13] = pr->type;
		scst_response_put(cmd, 8, buf, sizeof(buf));
	}
	scst_pr_put(pr);
}

/* REPORT CAPABILITIES, SPC-5 6.16.4. */
void scst_exec_pr_report_capabilities(struct scst_cmd *cmd)
{
	struct scst_pr *pr = pr_in_begin(cmd);
	u8 buf[8] = {
		[1] = sizeof(buf),
		[2] = SCST_PR_CAP_RLR | SCST_PR_CAP_CRH | SCST_PR_CAP_SIP |
		      SCST_PR_CAP_ATP | SCST_PR_CAP_PTPL,
		[3] = SCST_PR_CAP_TMV | SCST_PR_CAP_ALLOW_TUR,
		/* Each type is the bit of its number, from byte 4 on. */
		[4] = SCST_PR_TYPES & 0xff,
		[5] = SCST_PR_TYPES >> 8,
	};

	if (!pr)
		return;
	if (pr->aptpl)
		buf[3] |= SCST_PR_CAP_PTPL_ON;
	scst_response_put(cmd, 0, buf, sizeof(buf));
	scst_pr_put(pr);
}

/* A full status descriptor, SPC-5 table 204. Returns its length. */
static u32 put_full_status(struct scst_cmd *cmd, u32 off,
			   const struct scst_pr *pr, int i)
{
	const struct scst_pr_reg *reg = &pr->regs[i];
	const struct scst_pr_port *port = &reg->nexus->port;
	u8 buf[24] = { };

	put_unaligned_be64(reg->key, buf);
	if (scst_pr_is_holder(pr, i)) {
		buf[12] = BIT(0);	/* R_HOLDER */
		buf[13] = pr->type;
	}
	put_unaligned_be16(READ_ONCE(port->rel_tgt_id), buf + 18);
	put_unaligned_be32(port->id.len, buf + 20);
	scst_response_put(cmd, off, buf, sizeof(buf));
	scst_response_put(cmd, off + sizeof(buf), port->id.bytes, port->id.len);
	return sizeof(buf) + port->id.len;
}

/* READ FULL STATUS, SPC-5 6.16.5. */
void scst_exec_pr_read_full_status(struct scst_cmd *cmd)
{
	struct scst_pr *pr = pr_in_begin(cmd);
	unsigned int i;
	u32 off = 8;

	if (!pr)
		return;
	for (i = 0; i < pr->n; i++)
		off += put_full_status(cmd, off, pr, i);
	put_header(cmd, pr, off - 8);
	scst_pr_put(pr);
}
