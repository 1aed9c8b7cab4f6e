// SPDX-License-Identifier: LGPL-2.1-or-later
/* Checks of addresses: who has them, whether they work, who thinks that somebody else has them. Pure. */
#include "diagnosis.h"
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

/* So long duplicate address detection does not take with any setting that a distribution ships. */
#define TENTATIVE_TOO_LONG 500 /* hundredths of a second */

/* An address and who has it, for looking up. */
struct held {
	const struct ipvlan_address *address;
	const struct fact_link *link;
};

struct holders {
	struct held *held;
	size_t count;
};

static int compare_held(const void *a, const void *b)
{
	const struct ipvlan_address *x = ((const struct held *)a)->address, *y = ((const struct held *)b)->address;

	return x->family != y->family ? x->family - y->family : memcmp(x->local, y->local, sizeof(x->local));
}

static int collect_holders(const struct facts *facts, struct holders *holders)
{
	const struct fact_link *link;
	size_t i, k, total = 0;

	for (i = 0; i < facts->link_count; i++)
		total += facts->links[i].link.address_count;
	holders->count = 0;
	holders->held = calloc(total ? total : 1, sizeof(*holders->held));
	if (!holders->held)
		return -ENOMEM;
	for (i = 0; i < facts->link_count; i++) {
		link = &facts->links[i];
		for (k = 0; !link->is_parent && k < link->link.address_count; k++) {
			if (is_global(&link->link.addresses[k]))
				holders->held[holders->count++] = (struct held){&link->link.addresses[k], link};
		}
	}
	if (holders->count)
		qsort(holders->held, holders->count, sizeof(*holders->held), compare_held);
	return 0;
}

static const struct held *find_holder(const struct holders *holders, const struct ipvlan_address *address)
{
	struct held key = {.address = address};

	return holders->count ? bsearch(&key, holders->held, holders->count, sizeof(key), compare_held) : NULL;
}

static const char *state_of(const struct fact_link *link)
{
	return link->link.device_flags & IFF_UP ? "" : ", which is down";
}

static void remedy_delete(struct judgement *j, const struct fact_link *link, const struct ipvlan_address *address)
{
	char command[WORD_SIZE + 16], word[WORD_SIZE], text[IPVLAN_ADDRESS_SIZE];

	remedy(j, "%s addr del %s dev %s", command_in(place_of(j, link), command, sizeof(command)),
	       ipvlan_address_format_prefix(address, text, sizeof(text)),
	       shell_word(link->link.name, word, sizeof(word)));
}

/* The kernel refuses the same address twice on one port; on two ports it cannot know whether they lead to one net. */
static void check_twins(struct judgement *j, const struct held *a, const struct held *b)
{
	char text[IPVLAN_ADDRESS_SIZE], holder[320];
	bool one_port = a->link->port == b->link->port;

	if (a->link == b->link)
		return;
	link_describe(&a->link->link, holder, sizeof(holder));
	report(j, FINDING_DUPLICATE_ADDRESS, one_port ? IPVLAN_SEVERITY_ERROR : IPVLAN_SEVERITY_WARNING, b->link,
	       "%s is also on %s%s (parent %s, here %s)", ipvlan_address_format(b->address, text, sizeof(text)), holder,
	       state_of(a->link), a->link->link.parent_name, b->link->link.parent_name);
	remedy_delete(j, b->link, b->address);
}

/* The kernel looks at slaves only, so what the host itself has can be given to one. */
static void check_host_twin(struct judgement *j, const struct holders *holders, const struct fact_place *place,
			    const struct fact_address *host)
{
	const struct held *held = find_holder(holders, &host->address);
	const struct fact_link *parent;
	char text[IPVLAN_ADDRESS_SIZE];

	for (; held && held < holders->held + holders->count &&
	       compare_held(held, &(struct held){.address = &host->address}) == 0;
	     held++) {
		parent = parent_of(j, port_of(j, held->link));
		/* Of a slave in the host's own namespace it is the slave's own address that is seen here. */
		if (!parent || place_of(j, parent) != place || place_of(j, held->link) == place)
			continue;
		report(j, FINDING_DUPLICATE_ADDRESS, IPVLAN_SEVERITY_ERROR, held->link,
		       "%s is also on %s%s, where its parent is; both answer for it",
		       ipvlan_address_format(held->address, text, sizeof(text)), host->link,
		       strcmp(host->link, parent->link.name) == 0 ? ", its parent" : "");
		remedy_delete(j, held->link, held->address);
	}
}

static void check_duplicates(struct judgement *j, const struct holders *holders)
{
	const struct fact_place *place;
	size_t i, k;

	for (i = 1; i < holders->count; i++) {
		if (compare_held(&holders->held[i - 1], &holders->held[i]) == 0)
			check_twins(j, &holders->held[i - 1], &holders->held[i]);
	}
	for (i = 0; i < j->facts->place_count; i++) {
		place = &j->facts->places[i];
		for (k = 0; k < place->address_count; k++) {
			if (is_global(&place->addresses[k].address))
				check_host_twin(j, holders, place, &place->addresses[k]);
		}
	}
}

static void check_dad(struct judgement *j, const struct fact_link *link, const struct ipvlan_address *address)
{
	char text[IPVLAN_ADDRESS_SIZE], command[WORD_SIZE + 16], word[WORD_SIZE];
	uint64_t age = j->facts->now - address->created;

	ipvlan_address_format_prefix(address, text, sizeof(text));
	shell_word(link->link.name, word, sizeof(word));
	command_in(place_of(j, link), command, sizeof(command));
	if (address->flags & IFA_F_DADFAILED) {
		report(j, FINDING_DAD_FAILED, IPVLAN_SEVERITY_ERROR, link,
		       "%s is marked dadfailed: somebody else answered for it, and the kernel does not use it", text);
		remedy(j, "%s addr del %s dev %s", command, text, word);
		remedy(j, "# then give it another address, or take this one from whoever else has it");
	} else if ((address->flags & IFA_F_TENTATIVE) && address->created && j->facts->now > address->created &&
		   age > TENTATIVE_TOO_LONG) {
		report(j, FINDING_DAD_TENTATIVE, IPVLAN_SEVERITY_WARNING, link,
		       "%s is tentative since %llu s: duplicate address detection has not ended, and nobody can use it",
		       text, (unsigned long long)(age / 100));
		remedy(j, "%s addr del %s dev %s", command, text, word);
		remedy(j, "%s addr add %s dev %s nodad", command, text, word);
	}
}

static const struct fact_link *sibling_with_ipv6(const struct judgement *j, const struct fact_port *port)
{
	const struct fact_link *slave = NULL;

	while ((slave = next_slave(j, port, slave))) {
		if (has_global(&slave->link, AF_INET6))
			return slave;
	}
	return NULL;
}

/*
 * Without IPv6 around it nobody misses it. That a parent has it means little, for a router's announcement is enough;
 * and who switches it off for the whole namespace knows what they do.
 */
static void check_ipv6(struct judgement *j, const struct fact_link *link)
{
	const struct fact_port *port = port_of(j, link);
	const struct fact_link *sibling = sibling_with_ipv6(j, port), *other = sibling ? sibling : parent_of(j, port);
	bool is_meant = !sibling || place_of(j, link)->all[SYSCTL_DISABLE_IPV6] == 1;
	char prefix[WORD_SIZE + 32], name[320], word[WORD_SIZE];

	if (link->sysctl[SYSCTL_DISABLE_IPV6] != 1 || !other || !has_global(&other->link, AF_INET6))
		return;
	report(j, FINDING_IPV6_DISABLED, is_meant ? IPVLAN_SEVERITY_INFO : IPVLAN_SEVERITY_WARNING, link,
	       "net.ipv6.conf.%s.disable_ipv6 is 1, while %s has IPv6 addresses", link->link.name,
	       link_describe(&other->link, name, sizeof(name)));
	prefix_in(place_of(j, link), prefix, sizeof(prefix));
	remedy(j, "%ssysctl -w net/ipv6/conf/%s/disable_ipv6=0", prefix,
	       shell_word(link->link.name, word, sizeof(word)));
}

static void check_none(struct judgement *j, const struct fact_link *link)
{
	char command[WORD_SIZE + 16], word[WORD_SIZE];

	if (!(link->link.device_flags & IFF_UP) || link->link.group == HOST_ACCESS_GROUP ||
	    place_of(j, link)->client_count || has_global(&link->link, AF_INET) || has_global(&link->link, AF_INET6))
		return;
	report(j, FINDING_NO_ADDRESS, IPVLAN_SEVERITY_INFO, link,
	       "it is up and has no address that others could reach; the port gives a slave only what is for one of "
	       "its addresses");
	remedy(j, "# %s addr add ADDRESS/LENGTH dev %s", command_in(place_of(j, link), command, sizeof(command)),
	       shell_word(link->link.name, word, sizeof(word)));
}

static const struct fact_link *find_link(const struct judgement *j, size_t place, int ifindex)
{
	size_t i;

	for (i = 0; i < j->facts->link_count; i++) {
		if (j->facts->links[i].place == place && j->facts->links[i].link.ifindex == ifindex)
			return &j->facts->links[i];
	}
	return NULL;
}

#define USABLE (NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT)

static void check_neighbour(struct judgement *j, const struct holders *holders, size_t place,
			    const struct neighbour *neighbour)
{
	struct ipvlan_address wanted = {.family = neighbour->family};
	char text[IPVLAN_ADDRESS_SIZE], holder[320], prefix[WORD_SIZE + 32], word[WORD_SIZE];
	const struct fact_link *link;
	const struct held *held;

	memcpy(wanted.local, neighbour->ip, sizeof(wanted.local));
	held = neighbour->is_proxy || !neighbour->has_mac || !(neighbour->state & USABLE)
		       ? NULL
		       : find_holder(holders, &wanted);
	link = held ? find_link(j, place, neighbour->ifindex) : NULL;
	if (!link || link->port != held->link->port || held->link == link ||
	    memcmp(held->link->link.mac, neighbour->mac, sizeof(neighbour->mac)) == 0)
		return;
	ipvlan_address_format(&wanted, text, sizeof(text));
	report(j, FINDING_STALE_NEIGHBOUR, IPVLAN_SEVERITY_WARNING, link,
	       "%s is remembered as %02x:%02x:%02x:%02x:%02x:%02x, but %s has it, whose MAC address is another", text,
	       neighbour->mac[0], neighbour->mac[1], neighbour->mac[2], neighbour->mac[3], neighbour->mac[4],
	       neighbour->mac[5], link_describe(&held->link->link, holder, sizeof(holder)));
	prefix_in(place_of(j, link), prefix, sizeof(prefix));
	remedy(j, "%sip neigh del %s dev %s", prefix, text, shell_word(link->link.name, word, sizeof(word)));
}

static void check_neighbours(struct judgement *j, const struct holders *holders)
{
	const struct fact_place *place;
	size_t i, k;

	for (i = 0; i < j->facts->place_count; i++) {
		place = &j->facts->places[i];
		for (k = 0; k < place->neighbour_count; k++)
			check_neighbour(j, holders, i, &place->neighbours[k]);
	}
}

/* A slave that a DHCP client of its namespace may work on. */
static const struct fact_link *first_slave_in(const struct judgement *j, const struct fact_port *port,
					      const struct fact_place *place)
{
	const struct fact_link *slave = NULL;

	while ((slave = next_slave(j, port, slave)) && place_of(j, slave) != place)
		;
	return slave;
}

static void check_l3_client(struct judgement *j, const struct fact_port *port, const struct fact_link *slave)
{
	const struct fact_client *client = place_of(j, slave)->clients;
	const struct fact_link *parent = parent_of(j, port);
	char word[WORD_SIZE], command[WORD_SIZE + 16], mode[IPVLAN_NAME_SIZE];

	report(j, FINDING_DHCP_IN_L3, IPVLAN_SEVERITY_ERROR, slave,
	       "%s (process %ld) asks for addresses by broadcast, which mode %s does not carry", client->name,
	       (long)client->pid, ipvlan_mode_format(port->mode, mode, sizeof(mode)));
	remedy(j, "# end it, and give the slave an address; or, for all slaves of the parent:");
	if (parent)
		remedy(j, "%s port set %s mode l2 --force", command_in(place_of(j, parent), command, sizeof(command)),
		       shell_word(parent->link.name, word, sizeof(word)));
}

static void check_shared_mac(struct judgement *j, const struct fact_link *slave, size_t clients)
{
	const struct fact_client *client = place_of(j, slave)->clients;
	char word[WORD_SIZE], command[WORD_SIZE + 16];

	report(j, FINDING_DHCP_SHARED_MAC, IPVLAN_SEVERITY_WARNING, slave,
	       "%s (process %ld) was started without a client identifier, and %zu DHCP clients of this port have one "
	       "MAC address: a server may give all the same address",
	       client->name, (long)client->pid, clients);
	remedy(j, "# configure the client as this shows, and start it again:");
	remedy(j, "%s dhcp-id %s", command_in(place_of(j, slave), command, sizeof(command)),
	       shell_word(slave->link.name, word, sizeof(word)));
}

static void check_clients(struct judgement *j, const struct fact_port *port)
{
	const struct fact_link *slave = NULL;
	size_t clients = 0;

	while ((slave = next_slave(j, port, slave)))
		clients += first_slave_in(j, port, place_of(j, slave)) == slave ? place_of(j, slave)->client_count : 0;
	while (clients && (slave = next_slave(j, port, slave))) {
		if (!place_of(j, slave)->client_count || place_of(j, slave)->has_parent ||
		    first_slave_in(j, port, place_of(j, slave)) != slave)
			continue;
		if (is_l3(port))
			check_l3_client(j, port, slave);
		else if (clients > 1 && !place_of(j, slave)->clients[0].has_client_id)
			check_shared_mac(j, slave, clients);
	}
}

static void check_slave(struct judgement *j, const struct fact_link *link)
{
	size_t i;

	for (i = 0; i < link->link.address_count; i++)
		check_dad(j, link, &link->link.addresses[i]);
	check_ipv6(j, link);
	check_none(j, link);
}

void check_addresses(struct judgement *j)
{
	struct holders holders;
	size_t i;

	if (collect_holders(j->facts, &holders)) {
		j->error = -ENOMEM;
		return;
	}
	check_duplicates(j, &holders);
	check_neighbours(j, &holders);
	for (i = 0; i < j->facts->link_count; i++) {
		if (!j->facts->links[i].is_parent)
			check_slave(j, &j->facts->links[i]);
	}
	for (i = 0; i < j->facts->port_count; i++)
		check_clients(j, &j->facts->ports[i]);
	free(holders.held);
}
