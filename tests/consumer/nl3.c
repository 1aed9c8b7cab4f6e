// SPDX-License-Identifier: GPL-2.0-or-later
/* A stranger's program that lives on libnl-3, as C and as C++. Prints the library's version and a link. */
#include <ipvlan/ipvlan.h>
#include <ipvlan/nl3.h>
#include <netlink/netlink.h>
#include <stdio.h>

int main(void)
{
	struct nl_sock *sock = nl_socket_alloc();
	struct ipvlan_ctx *ctx = NULL;
	struct ipvlan_link *link = NULL;
	int err = nl_connect(sock, NETLINK_ROUTE);

	if (!err)
		err = ipvlan_nl3_ctx_new(sock, &ctx);
	if (!err)
		err = ipvlan_link_get(ctx, "lo", &link);
	if (!err)
		printf("%s %s\n", ipvlan_version(), ipvlan_link_get_name(link));
	ipvlan_link_free(link);
	ipvlan_ctx_free(ctx);
	nl_socket_free(sock);
	return err ? 1 : 0;
}
