/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `link show` and `address show`: the same links, told in two ways. */
#include "command.h"
#include "document.h"
#include "print-link.h"
#include "session.h"
#include "write-link.h"

#include <errno.h>
#include <linux/if.h>
#include <string.h>
#include <sys/socket.h>

/* Links are looked for among those that were read, with the last find remembered: siblings share their parent. */
struct search {
	const struct ipvlan_link_list *list;
	const struct ipvlan_link *last;
};

static const struct ipvlan_link *find(struct search *search, int ifindex)
{
	if (search->last && ipvlan_link_get_ifindex(search->last) == ifindex)
		return search->last;
	for (size_t i = 0; i < ipvlan_link_list_get_count(search->list); i++) {
		const struct ipvlan_link *link = ipvlan_link_list_get(search->list, i);

		if (ipvlan_link_get_ifindex(link) == ifindex)
			return search->last = link;
	}
	return NULL;
}

static struct around look_around(struct search *search, const struct ipvlan_link *link)
{
	const struct ipvlan_link *parent = NULL, *controller = NULL;

	if (ipvlan_link_get_controller_index(link))
		controller = find(search, ipvlan_link_get_controller_index(link));
	if (ipvlan_link_get_parent_index(link) && ipvlan_link_get_parent_nsid(link) < 0)
		parent = find(search, ipvlan_link_get_parent_index(link));
	return (struct around){
		.parent_down = parent && !ipvlan_link_is_up(parent),
		.controller = controller ? ipvlan_link_get_name(controller) : NULL,
	};
}

static unsigned int parts_of(const struct args *args, bool addresses)
{
	unsigned int parts = addresses ? PART_ADDRESSES : PART_LINK | PART_HARDWARE;

	if (args->options.details)
		parts |= PART_DETAILS | PART_HARDWARE;
	if (args->options.statistics)
		parts |= PART_STATS;
	if (args->options.family == AF_UNSPEC || !addresses)
		parts |= PART_HARDWARE;
	return parts;
}

/* Of any family with AF_UNSPEC, and of any scope with UNSET. */
static bool has_address_of(const struct ipvlan_link *link, int family, int scope)
{
	for (size_t i = 0; i < ipvlan_link_get_address_count(link); i++) {
		const struct ipvlan_address *address = ipvlan_link_get_address(link, i);

		if ((family == AF_UNSPEC || ipvlan_address_get_family(address) == family) &&
		    (scope == UNSET || ipvlan_address_get_scope(address) == scope))
			return true;
	}
	return false;
}

static bool is_wanted(const struct ipvlan_link *link, const struct args *args, bool addresses)
{
	const char *kind = ipvlan_link_get_kind(link);

	if (args->name && strcmp(args->name, ipvlan_link_get_name(link)) != 0)
		return false;
	if (args->kind && (!kind || strcmp(args->kind, kind) != 0))
		return false;
	if (args->up > 0 && !ipvlan_link_is_up(link))
		return false;
	/* As ip has it, who has no address at all is hidden by a family only. */
	if (!addresses || (args->options.family == AF_UNSPEC && !ipvlan_link_get_address_count(link)))
		return true;
	return has_address_of(link, args->options.family, args->scope);
}

static void show_link(struct output *o, const struct ipvlan_link *link, const struct args *args, bool addresses,
		      struct around *around)
{
	around->by_scope = args->scope != UNSET;
	around->scope = (uint8_t)args->scope;
	if (!is_wanted(link, args, addresses))
		return;
	write_object(&o->writer, NULL);
	write_link_fields(&o->writer, link, parts_of(args, addresses), around, args->options.family);
	write_end(&o->writer);
	output_show(o);
}

static void begin(struct output *o, struct session *session, const struct args *args, bool addresses)
{
	output_list_begin(o, session, &args->options, addresses ? print_addresses : print_link);
}

/* NULL where there is none, or none any more. */
static int read_other(struct ipvlan_ctx *ctx, int ifindex, struct ipvlan_link **link)
{
	int err = ifindex ? ipvlan_link_get_by_index(ctx, ifindex, link) : 0;

	return err == -ENODEV ? 0 : err;
}

/* One link and what is around it. */
static int show_one(struct session *session, const struct args *args, bool addresses)
{
	struct ipvlan_link *link, *parent = NULL, *controller = NULL;
	struct ipvlan_ctx *ctx = session->ctx;
	struct around around = {0};
	int err = 0, status;
	struct output o;

	if (ipvlan_link_get(ctx, args->name, &link))
		return session_library_error(session);
	if (ipvlan_link_get_parent_nsid(link) < 0)
		err = read_other(ctx, ipvlan_link_get_parent_index(link), &parent);
	if (!err)
		err = read_other(ctx, ipvlan_link_get_controller_index(link), &controller);
	around.parent_down = parent && !ipvlan_link_is_up(parent);
	around.controller = controller ? ipvlan_link_get_name(controller) : NULL;
	status = err ? session_library_error(session) : STATUS_DONE;
	if (!err) {
		begin(&o, session, args, addresses);
		show_link(&o, link, args, addresses, &around);
		status = output_list_end(&o);
	}
	ipvlan_link_free(controller);
	ipvlan_link_free(parent);
	ipvlan_link_free(link);
	return status;
}

static int show_all(struct session *session, const struct args *args, bool addresses)
{
	struct ipvlan_link_list *list;
	struct search search;
	struct output o;

	if (ipvlan_link_list(session->ctx, IPVLAN_LINKS_ANY_KIND, &list))
		return session_library_error(session);
	search = (struct search){.list = list};
	begin(&o, session, args, addresses);
	for (size_t i = 0; i < ipvlan_link_list_get_count(list); i++) {
		const struct ipvlan_link *link = ipvlan_link_list_get(list, i);
		struct around around = look_around(&search, link);

		show_link(&o, link, args, addresses, &around);
	}
	ipvlan_link_list_free(list);
	return output_list_end(&o);
}

static int show(struct session *session, const struct args *args, bool addresses)
{
	if (!session_context(session))
		return STATUS_REFUSED;
	return args->name ? show_one(session, args, addresses) : show_all(session, args, addresses);
}

int run_link_show(struct session *session, const struct args *args)
{
	return show(session, args, false);
}

int run_address_show(struct session *session, const struct args *args)
{
	return show(session, args, true);
}
