/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `tree` and `diagram`: pictures of all ports of the machine, or of one. */
#include "command.h"
#include "diagram.h"
#include "document.h"
#include "picture.h"
#include "ports.h"

#include <unistd.h>

static int run_picture(struct session *session, const struct args *args, renderer render)
{
	json_t *ports, *document;
	char host[256] = "?";

	if (ports_read(session, args->name, PORTS_EVERYWHERE, args->options.json ? PART_ALL : PART_SHOWN, &ports))
		return STATUS_REFUSED;
	gethostname(host, sizeof(host) - 1);
	document = json_object();
	json_object_set_new(document, "host", document_text(host));
	json_object_set_new(document, "netns_inode", json_integer((json_int_t)own_inode(session->ctx)));
	json_object_set_new(document, "ports", ports);
	return output(session, &args->options, document, render);
}

int run_tree(struct session *session, const struct args *args)
{
	return run_picture(session, args, print_tree);
}

int run_diagram(struct session *session, const struct args *args)
{
	return run_picture(session, args,
			   args->picture == PICTURE_DOT	  ? print_dot
			   : args->picture == PICTURE_SVG ? print_svg
							  : print_diagram);
}
