// SPDX-License-Identifier: GPL-2.0
/*
 * The identity of a device, by which initiators recognize it on every path and
 * after every reboot. It must depend on nothing that may change: so it is made
 * from the device's name alone.
 *
 * Two targets that export a device of the same name export the same identity.
 * That is right for two ways to the same data, and wrong otherwise: multipath
 * software would join them. Then give one of the targets another id_seed.
 */
#include <linux/module.h>
#include <linux/siphash.h>
#include <linux/string.h>

#include "vdisk.h"

static char *id_seed = "";
module_param(id_seed, charp, 0444);
MODULE_PARM_DESC(id_seed,
		 "any text, enters the serial number and NAA of all devices: give each target its own if initiators can see devices of the same name on several");

/* Arbitrary, but never to change: identities are made with it. */
static const siphash_key_t vdisk_id_key = {
	{ 0x5343535420766469ULL, 0x736b206964656e74ULL }
};

/* NAA 3h: locally assigned, 60 bits of our choice. */
u64 vdisk_make_naa(const char *name)
{
	siphash_key_t key = vdisk_id_key;

	if (*id_seed)
		key.key[1] ^= siphash(id_seed, strlen(id_seed), &vdisk_id_key);
	return 3ULL << 60 | siphash(name, strlen(name), &key) >> 4;
}
