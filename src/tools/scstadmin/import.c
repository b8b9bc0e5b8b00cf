// SPDX-License-Identifier: GPL-2.0
/* import: which format it is, and where the result goes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "files.h"
#include "import.h"

static bool is_json(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '{';
}

static bool read_import(struct adm_call *call, struct adm_config *config,
			const char *text, size_t len)
{
	const char *from = call->opt[ADM_OPT_FROM];

	if (from && strcmp(from, "lio") && strcmp(from, "scst3")) {
		adm_usage_error(call, "unknown format '%s', expected lio or scst3", from);
		return false;
	}
	if (from ? !strcmp(from, "lio") : is_json(text))
		return adm_import_lio(config, call->args[0], text, len, &call->diag);
	return adm_import_scst3(config, call->args[0], text, len, &call->diag);
}

static int write_import(struct adm_call *call, const struct adm_config *config)
{
	const char *output = call->opt[ADM_OPT_OUTPUT];
	struct adm_text text = { NULL };
	struct adm_place at = { output };
	int err = 0;

	adm_config_print(config, &text);
	if (!output) {
		fputs(adm_text_str(&text), stdout);
	} else if (adm_file_exists(output) && !call->opt[ADM_OPT_FORCE]) {
		adm_error(&call->diag, &at, "it exists, expected --force to write over it");
		err = -EEXIST;
	} else {
		err = adm_file_replace(output, adm_text_str(&text), text.len);
		if (err)
			adm_error(&call->diag, &at, "can't write it: %s", strerror(-err));
	}
	adm_text_free(&text);
	return err ? ADM_FAILED : ADM_OK;
}

int adm_run_import(struct adm_call *call)
{
	struct adm_config config = { .threads = 0 };
	struct adm_place at = { call->args[0] };
	int ret = ADM_FAILED;
	size_t len;
	char *text = adm_file_read(call->args[0], &len);

	if (!text) {
		adm_error(&call->diag, &at, "can't read it: %s", strerror(errno));
		return ADM_FAILED;
	}
	if (read_import(call, &config, text, len)) {
		unsigned int lost = call->diag.warnings;

		adm_config_check(&config, &call->diag);
		ret = write_import(call, &config);
		adm_note(&call->diag, &at, "%zu devices, %zu groups; %u warnings about what is not as it was",
			 config.devices.n, config.groups.n, lost);
	} else if (call->usage) {
		ret = ADM_USAGE;
	}
	free(text);
	adm_config_free(&config);
	return ret;
}
