/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command.h"
#include "output.h"

#include <ipvlan/ipvlan.h>

static void print_version(struct page *page, const json_t *document)
{
	fprintf(page->out, "ipvlanctl %s, libipvlan %s\n", field_text(document, "ipvlanctl"),
		field_text(document, "libipvlan"));
}

int run_version(struct session *session, const struct args *args)
{
	return output(session, &args->options,
		      json_pack("{s:s, s:s}", "ipvlanctl", PACKAGE_VERSION, "libipvlan", ipvlan_version()),
		      print_version);
}
