/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lists the slaves of all namespaces that can be found and entered, with what they hang on and their addresses. What is
 * left out for want of permission is told, by the log function.
 *
 * cc inventory.c $(pkg-config --cflags --libs libipvlan) -o inventory
 * ./inventory
 */
#include <inttypes.h>
#include <ipvlan/ipvlan.h>
#include <stdio.h>

static void tell(enum ipvlan_log_level level, const char *text, void *data)
{
	(void)level;
	fprintf(data, "note: %s\n", text);
}

/* A namespace has a name, or a process that is in it; its inode is always known. */
static void print_place(const struct ipvlan_link *link)
{
	if (ipvlan_link_get_netns(link))
		printf(" in %s", ipvlan_link_get_netns(link));
	else if (ipvlan_link_get_netns_pid(link))
		printf(" in the namespace of process %d", (int)ipvlan_link_get_netns_pid(link));
	else
		printf(" in namespace %" PRIu64, ipvlan_link_get_netns_inode(link));
}

static void print_link(const struct ipvlan_link *link)
{
	const char *parent = ipvlan_link_get_parent_name(link);
	char mode[IPVLAN_NAME_SIZE], flags[IPVLAN_NAME_SIZE], address[IPVLAN_ADDRESS_SIZE];

	printf("%s on %s (%s, %s)", ipvlan_link_get_name(link), parent ? parent : "a parent that cannot be seen",
	       ipvlan_mode_format(ipvlan_link_get_mode(link), mode, sizeof(mode)),
	       ipvlan_flags_format(ipvlan_link_get_flags(link), flags, sizeof(flags)));
	print_place(link);
	for (size_t i = 0; i < ipvlan_link_get_address_count(link); i++)
		printf(" %s", ipvlan_address_format_prefix(ipvlan_link_get_address(link, i), address, sizeof(address)));
	printf("\n");
}

int main(void)
{
	struct ipvlan_link_list *list;
	struct ipvlan_ctx *ctx;
	int err;

	if (ipvlan_ctx_new(&ctx) < 0) {
		fprintf(stderr, "no context can be had\n");
		return 1;
	}
	ipvlan_ctx_set_log(ctx, tell, IPVLAN_LOG_NOTICE, stderr);
	err = ipvlan_link_list(ctx, IPVLAN_LINKS_EVERYWHERE, &list);
	if (err)
		fprintf(stderr, "%s\n", ipvlan_ctx_strerror(ctx));
	ipvlan_ctx_free(ctx);
	if (err)
		return 1;
	/* A list is a snapshot: it does not need the context any more. */
	for (size_t i = 0; i < ipvlan_link_list_get_count(list); i++)
		print_link(ipvlan_link_list_get(list, i));
	ipvlan_link_list_free(list);
	return 0;
}
