// SPDX-License-Identifier: GPL-2.0
/* links: src/tools/scstadmin/parse.c src/tools/scstadmin/bracket.c */
/* links: src/tools/scstadmin/lex.c src/tools/scstadmin/rules.c */
/* links: src/tools/scstadmin/check.c src/tools/scstadmin/print.c */
/* links: src/tools/scstadmin/model.c src/tools/scstadmin/text.c */
/* links: src/tools/scstadmin/util.c */
/* Any bytes as a configuration: what is taken must be the same when it is printed. */
#define _GNU_SOURCE
#include <string.h>

#include <linux/kernel.h>
#include <linux/types.h>

#include "fuzz.h"
#include "parse.h"

/* Each error has its place, and says what was expected. */
static void check_messages(const struct adm_diag *diag)
{
	unsigned int errors = 0;
	const char *p = adm_text_str(&diag->text);

	while (*p) {
		const char *end = strchr(p, '\n');

		must(end && !strncmp(p, "f:", 2));
		if (memmem(p, end - p, "expected ", 9))
			errors++;
		p = end + 1;
	}
	must(errors >= diag->errors);
}

/* Parsing what was printed gives a configuration that prints the same. */
static void check_round_trip(const struct adm_config *config)
{
	struct adm_text first = { NULL }, second = { NULL };
	struct adm_config again = { .threads = 0 };
	struct adm_diag diag = { .errors = 0 };

	adm_config_print(config, &first);
	must(adm_parse(&again, "f", adm_text_str(&first), first.len, NULL, &diag));
	adm_config_print(&again, &second);
	must(!strcmp(adm_text_str(&first), adm_text_str(&second)));
	must(config->devices.n == again.devices.n);
	must(config->groups.n == again.groups.n);
	adm_config_free(&again);
	adm_diag_free(&diag);
	adm_text_free(&first);
	adm_text_free(&second);
}

/* What random bytes would hardly ever spell. */
static const char *const words[] = {
	"device", "group", "target", "module", "threads", "include", "handler",
	"path", "block_size", "flags", "initiator", "lun", "session", "vdisk",
	"vcdrom", "dev_disk", "external", "scst_local", "read_only", "nullio",
	"blockio", "thin", "/a", "d1", "d2", "1:0:0:0", "Default", "g", "0", "1",
	"512", "4096", " {", "}", "\n", "\n", ";", " ", "\"", "#", "\\", ",",
	"|", "[HANDLER vdisk]\n", "[GROUP g]\n", "[ASSIGNMENT g]\n", "DEVICE",
	"USER", "[HANDLER dev_disk]\n", "d1 {\n", "g {\n", "\nd",
};

/* Half of the inputs are words by their numbers. */
static void make_text(const u8 *data, size_t size, struct adm_text *text)
{
	size_t i;

	if (!size || data[0] % 2) {
		adm_text_addn(text, (const char *)data, size);
		return;
	}
	for (i = 1; i < size; i++) {
		if (data[i] < ARRAY_SIZE(words)) {
			adm_text_add(text, words[data[i]]);
			adm_text_add(text, " ");
		} else {
			adm_text_addn(text, (const char *)&data[i], 1);
		}
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct adm_config config = { .threads = 0 };
	struct adm_diag diag = { .errors = 0 };
	struct adm_text made = { NULL };
	char *text;

	/* A copy of the very size, so that reading beyond it shows. */
	make_text(data, size, &made);
	text = malloc(made.len + !made.len);
	memcpy(text, adm_text_str(&made), made.len);
	if (adm_parse(&config, "f", text, made.len, NULL, &diag)) {
		must(!diag.errors);
		check_round_trip(&config);
	}
	adm_config_check(&config, &diag);
	check_messages(&diag);
	adm_config_free(&config);
	adm_diag_free(&diag);
	adm_text_free(&made);
	free(text);
	return 0;
}
