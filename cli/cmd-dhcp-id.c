/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `dhcp-id`: how a slave's DHCP client is told apart from those of its siblings. */
#include "command.h"
#include "dhcp-id.h"
#include "output.h"
#include "session.h"

#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MACHINE_ID "/etc/machine-id"

int check_dhcp_id(struct args *args, struct message *message)
{
	return args->name ? 0 : message_set(message, "of which slave? Add its name");
}

/* @return 0 or -errno; "" for a file that there is not. */
static int read_line(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "re");
	int err = 0;

	text[0] = '\0';
	if (!file)
		return errno == ENOENT ? 0 : -errno;
	if (!fgets(text, (int)size, file)) {
		err = ferror(file) ? -errno : 0;
		text[0] = '\0';
	}
	fclose(file);
	text[strcspn(text, "\n")] = '\0';
	return err;
}

/* Not every machine has an id; a name is better than nothing. But the id of one that has it must not change. */
static int read_machine(struct session *session, char *text, size_t size)
{
	int err = read_line(MACHINE_ID, text, size);

	if (err) {
		session_error(session, "cannot read %s: %s", MACHINE_ID, strerror(-err));
		return STATUS_REFUSED;
	}
	if (!text[0])
		gethostname(text, size - 1);
	return STATUS_DONE;
}

/* A namespace is called the same from inside as from outside. */
static int read_place(struct session *session, const struct ipvlan_link *link, char *text, size_t size)
{
	const struct ipvlan_netns_info *info;
	const char *name = ipvlan_link_get_netns(link);
	struct ipvlan_netns_list *list = NULL;

	if (!name && ipvlan_netns_list(session->ctx, &list))
		return session_library_error(session);
	for (size_t i = 0; !name && (info = ipvlan_netns_list_get(list, i)); i++)
		if (ipvlan_netns_info_get_inode(info) == ipvlan_link_get_netns_inode(link))
			name = ipvlan_netns_info_get_name(info);
	snprintf(text, size, "%s", name ? name : "");
	ipvlan_netns_list_free(list);
	return STATUS_DONE;
}

static void print_dhcp_id(struct page *page, const json_t *document)
{
	const json_t *snippet, *line;
	size_t i, k;

	page_ink(page, INK_NAME, "%s", field_text(document, "ifname"));
	if (*field_text(document, "netns"))
		fprintf(page->out, " in namespace %s", field_text(document, "netns"));
	fprintf(page->out, "\n  client identifier  %s\n  DUID               %s\n  IAID               %d\n",
		field_text(document, "client_id"), field_text(document, "duid"), (int)field_number(document, "iaid"));
	json_array_foreach (json_object_get(document, "snippets"), i, snippet) {
		fprintf(page->out, "%s, in %s:\n", field_text(snippet, "client"), field_text(snippet, "where"));
		json_array_foreach (json_object_get(snippet, "lines"), k, line)
			fprintf(page->out, "  %s\n", json_string_value(line));
	}
}

static int refuse(struct session *session, const struct ipvlan_link *link)
{
	char mode[IPVLAN_NAME_SIZE];

	if (!ipvlan_link_is_slave(link))
		session_error(session, "%s is no ipvlan slave; its MAC address is its own", ipvlan_link_get_name(link));
	else
		session_error(session, "%s is in mode %s, which carries no broadcast, so DHCP cannot work there",
			      ipvlan_link_get_name(link),
			      ipvlan_mode_format(ipvlan_link_get_mode(link), mode, sizeof(mode)));
	return STATUS_REFUSED;
}

int run_dhcp_id(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);
	struct ipvlan_link *link;
	char machine[256], place[256];
	int status;

	if (!ctx)
		return STATUS_REFUSED;
	if (ipvlan_link_get(ctx, args->name, &link))
		return session_library_error(session);
	if (!ipvlan_link_is_slave(link) || ipvlan_link_get_mode(link) != IPVLAN_MODE_L2) {
		status = refuse(session, link);
	} else {
		status = read_machine(session, machine, sizeof(machine));
		if (status == STATUS_DONE)
			status = read_place(session, link, place, sizeof(place));
		if (status == STATUS_DONE)
			status = output(session, &args->options, dhcp_id(machine, place, ipvlan_link_get_name(link)),
					print_dhcp_id);
	}
	ipvlan_link_free(link);
	return status;
}
