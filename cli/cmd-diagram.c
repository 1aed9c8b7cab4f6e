/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command.h"
#include "diagram.h"
#include "ports.h"

#include <unistd.h>

int run_diagram(struct session *session, const struct args *args)
{
	json_t *ports, *document;
	char host[256] = "?";

	if (ports_read(session, args->name, &ports))
		return STATUS_REFUSED;
	gethostname(host, sizeof(host) - 1);
	document = json_object();
	json_object_set_new(document, "host", document_text(host));
	json_object_set_new(document, "ports", ports);
	return output(session, &args->options, document, print_diagram);
}
