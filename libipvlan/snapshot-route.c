// SPDX-License-Identifier: LGPL-2.1-or-later
/* The routes of a namespace: those of slaves, and those that stand where a wanted one shall. */
#include "snapshot-route.h"
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

/* What is wanted in the namespace, in an order in which rivals are found; of which there are no two. */
struct wanted_routes {
	const struct ipvlan_route **routes;
	size_t count;
};

static int compare_wanted(const void *a, const void *b)
{
	return route_compare_rivals(*(const struct ipvlan_route *const *)a, *(const struct ipvlan_route *const *)b);
}

static int gather_wanted(const struct place_routes *p, struct wanted_routes *wanted)
{
	size_t count = 0, i, j;
	const struct ipvlan_topology_slave *slaves = p->wanted ? state_slaves_in(p->wanted, p->netns, &count) : NULL;

	for (i = 0; i < count; i++)
		wanted->count += slaves[i].route_count;
	wanted->routes = malloc((wanted->count + 1) * sizeof(*wanted->routes));
	if (!wanted->routes)
		return -ENOMEM;
	wanted->count = 0;
	for (i = 0; i < count; i++) {
		for (j = 0; j < slaves[i].route_count; j++)
			wanted->routes[wanted->count++] = &slaves[i].routes[j];
	}
	if (wanted->count)
		qsort(wanted->routes, wanted->count, sizeof(*wanted->routes), compare_wanted);
	return 0;
}

static int compare_index(const void *a, const void *b)
{
	return *(const int *)a - ((const struct ipvlan_link *)b)->ifindex;
}

static const struct ipvlan_link *find_slave(const struct place_routes *p, const struct ipvlan_route *route)
{
	return p->links->count ? bsearch(&route->ifindex, p->links->links, p->links->count, sizeof(*p->links->links),
					 compare_index)
			       : NULL;
}

/* The name of a link that is none of ours; none for a route through several, or that has gone meanwhile. */
static int name_of(const struct place_routes *p, int ifindex, char name[IFNAMSIZ])
{
	struct ipvlan_link link;
	struct ack ack;
	int err = ifindex ? link_query(p->transport, ifindex, NULL, -1, &link, &ack) : -ENODEV;

	name[0] = '\0';
	if (!err)
		memcpy(name, link.name, IFNAMSIZ);
	return shortage(err);
}

static int add_taken(const struct place_routes *p, const struct ipvlan_link *slave, const struct ipvlan_route *route)
{
	struct state_taken *taken = state_add_taken(p->state, p->netns, route);

	if (!taken)
		return -ENOMEM;
	if (!slave)
		return name_of(p, route->ifindex, taken->link);
	memcpy(taken->link, slave->name, IFNAMSIZ);
	return 0;
}

/* appended: to a rival, which comes right before it. Such a one cannot be described, but may be what is. */
static int take_route(const struct place_routes *p, const struct wanted_routes *wanted,
		      const struct ipvlan_route *route, bool appended)
{
	const struct ipvlan_link *slave = find_slave(p, route);
	const struct ipvlan_topology_slave *described =
		slave && p->wanted ? state_find_slave(p->wanted, p->netns, slave->name) : NULL;
	int err = 0;

	if (slave && route_is_described(route) && (!appended || (described && slave_has_route(described, route))))
		err = slave_add_route(&p->state->slaves[p->first + (size_t)(slave - p->links->links)], route);
	if (err || described || !wanted->count ||
	    !bsearch(&route, wanted->routes, wanted->count, sizeof(*wanted->routes), compare_wanted))
		return err;
	return add_taken(p, slave, route);
}

/* In a namespace of its own a slave's world is all that is there. */
static bool is_linkless(const struct place_routes *p, const struct ipvlan_route *route)
{
	return p->netns && p->links->count && route->table == RT_TABLE_MAIN &&
	       (!route->ifindex || route_leads_nowhere(route->type));
}

/* Where nothing is described: all that somebody made. */
static int take_any(const struct place_routes *p, struct ipvlan_route *route, bool appended)
{
	const struct ipvlan_link *slave = find_slave(p, route);

	if (!route_is_somebodys(route) && !(slave && route_is_described(route)))
		return 0;
	route->is_appended = appended;
	if (slave)
		return slave_add_route(&p->state->slaves[p->first + (size_t)(slave - p->links->links)], route);
	return !is_linkless(p, route) || state_add_taken(p->state, p->netns, route) ? 0 : -ENOMEM;
}

int snapshot_read_routes(const struct place_routes *p)
{
	struct wanted_routes wanted = {0};
	uint32_t table = p->wanted ? RT_TABLE_MAIN : 0;
	struct ipvlan_route *routes = NULL;
	size_t count = 0, i;
	struct ack ack;
	int err = gather_wanted(p, &wanted);

	if (!err && (wanted.count || p->links->count))
		err = routes_read(p->transport, AF_UNSPEC, table, 0, &routes, &count, &ack);
	for (i = 0; !err && i < count; i++) {
		bool appended = i && route_is_rival(&routes[i - 1], &routes[i]);

		err = p->wanted ? take_route(p, &wanted, &routes[i], appended) : take_any(p, &routes[i], appended);
	}
	free(routes);
	free(wanted.routes);
	return err;
}
