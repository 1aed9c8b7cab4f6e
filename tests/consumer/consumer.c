// SPDX-License-Identifier: GPL-2.0-or-later
/* A program as a stranger writes it: compiled as C and as C++ against the installed library. Prints its version. */
#include <ipvlan/ipvlan.h>
#include <stdio.h>

int main(void)
{
	struct ipvlan_ctx *ctx;
	struct ipvlan_link *link;
	int err = ipvlan_ctx_new(&ctx);

	if (err < 0) {
		fprintf(stderr, "no context: %d\n", err);
		return 1;
	}
	err = ipvlan_link_get(ctx, "lo", &link);
	if (err < 0) {
		fprintf(stderr, "%s\n", ipvlan_ctx_strerror(ctx));
		ipvlan_ctx_free(ctx);
		return 1;
	}
	printf("%s %s\n", ipvlan_version(), ipvlan_link_get_name(link));
	ipvlan_link_free(link);
	ipvlan_ctx_free(ctx);
	return 0;
}
