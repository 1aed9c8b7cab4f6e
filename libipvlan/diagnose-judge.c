// SPDX-License-Identifier: LGPL-2.1-or-later
/* From facts to findings: what all checks share. Pure. */
#include "array.h"
#include "diagnosis.h"
#include "state.h"
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdarg.h>
#include <string.h>

void report(struct judgement *j, enum finding_kind kind, enum ipvlan_severity severity, const struct fact_link *link,
	    const char *format, ...)
{
	struct ipvlan_finding *room = j->error ? NULL : array_grow(j->findings, j->count, sizeof(*room));
	va_list args;

	if (!room) {
		j->error = -ENOMEM;
		return;
	}
	j->findings = room;
	room += j->count;
	*room = (struct ipvlan_finding){.kind = kind, .severity = severity};
	snprintf(room->subject, sizeof(room->subject), "this machine");
	if (link) {
		memcpy(room->link, link->link.name, sizeof(room->link));
		room->inode = link->link.netns_inode;
		link_describe(&link->link, room->subject, sizeof(room->subject));
		room->netns = link->link.netns ? strdup(link->link.netns) : NULL;
		if (link->link.netns && !room->netns) {
			j->error = -ENOMEM;
			return;
		}
	}
	va_start(args, format);
	vsnprintf(room->evidence, sizeof(room->evidence), format, args);
	va_end(args);
	text_defuse(room->subject);
	text_defuse(room->evidence);
	j->count++;
}

void remedy(struct judgement *j, const char *format, ...)
{
	struct ipvlan_finding *finding;
	size_t used, begin;
	va_list args;

	if (j->error)
		return;
	finding = &j->findings[j->count - 1];
	used = strlen(finding->remedy);
	begin = used && used + 1 < sizeof(finding->remedy) ? used + 1 : used;
	va_start(args, format);
	vsnprintf(finding->remedy + begin, sizeof(finding->remedy) - begin, format, args);
	va_end(args);
	text_defuse(finding->remedy + begin);
	if (begin > used)
		finding->remedy[used] = '\n';
}

void findings_free(struct ipvlan_finding *findings, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		free(findings[i].netns);
	free(findings);
}

static bool is_plain(const char *text)
{
	return text[0] && text[0] != '-' &&
	       !text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/@%+,-")];
}

const char *shell_word(const char *text, char *buf, size_t size)
{
	size_t used = 0;

	if (is_plain(text)) {
		snprintf(buf, size, "%s", text);
		return buf;
	}
	buf[used++] = '\'';
	/* The longest that one character becomes, the closing quote and the NUL. */
	for (; *text && used + 6 < size; text++) {
		if (*text == '\'') {
			memcpy(buf + used, "'\\''", 4);
			used += 4;
		} else {
			buf[used++] = *text;
		}
	}
	buf[used++] = '\'';
	buf[used] = '\0';
	return buf;
}

/* A name, a process where there is none, or a path; "" for the namespace that the program was started in. */
static const char *place_word(const struct fact_place *place, char *buf, size_t size)
{
	buf[0] = '\0';
	if (place->is_home || (!place->name && !place->path && !place->pid))
		return buf;
	if (place->name || place->path)
		return shell_word(place->name ? place->name : place->path, buf, size);
	snprintf(buf, size, "%ld", (long)place->pid);
	return buf;
}

const char *command_in(const struct fact_place *place, char *buf, size_t size)
{
	char word[WORD_SIZE];

	place_word(place, word, sizeof(word));
	snprintf(buf, size, "ipvlanctl%s%s", word[0] ? " -n " : "", word);
	return buf;
}

const char *prefix_in(const struct fact_place *place, char *buf, size_t size)
{
	char word[WORD_SIZE];

	place_word(place, word, sizeof(word));
	snprintf(buf, size, "%s%s%s", word[0] ? "ipvlanctl netns exec " : "", word, word[0] ? " " : "");
	return buf;
}

const struct fact_place *place_of(const struct judgement *j, const struct fact_link *link)
{
	return &j->facts->places[link->place];
}

const struct fact_port *port_of(const struct judgement *j, const struct fact_link *link)
{
	return &j->facts->ports[link->port];
}

const struct fact_link *parent_of(const struct judgement *j, const struct fact_port *port)
{
	return port->parent == NONE ? NULL : &j->facts->links[port->parent];
}

const struct fact_link *next_slave(const struct judgement *j, const struct fact_port *port,
				   const struct fact_link *after)
{
	const struct fact_link *link = after ? after + 1 : j->facts->links;
	const struct fact_link *end = j->facts->links + j->facts->link_count;
	size_t number = (size_t)(port - j->facts->ports);

	for (; link < end; link++) {
		if (!link->is_parent && link->port == number)
			return link;
	}
	return NULL;
}

bool is_l3(const struct fact_port *port)
{
	return port->mode == IPVLAN_MODE_L3 || port->mode == IPVLAN_MODE_L3S;
}

bool is_global(const struct ipvlan_address *address)
{
	return address->scope == RT_SCOPE_UNIVERSE;
}

bool has_global(const struct ipvlan_link *link, int family)
{
	size_t i;

	for (i = 0; i < link->address_count; i++) {
		if (link->addresses[i].family == family && is_global(&link->addresses[i]))
			return true;
	}
	return false;
}

const struct ipvlan_route *route_to(const struct fact_place *place, const struct ipvlan_address *address)
{
	const struct ipvlan_route *route, *best = NULL;
	size_t i;

	for (i = 0; i < place->route_count; i++) {
		route = &place->routes[i];
		if (route->family != address->family ||
		    !prefix_holds(route->destination, route->destination_length, address->local))
			continue;
		if (!best || route->destination_length > best->destination_length ||
		    (route->destination_length == best->destination_length && route->metric < best->metric))
			best = route;
	}
	return best;
}

int rp_filter_of(const struct judgement *j, const struct fact_link *link)
{
	int all = place_of(j, link)->all[SYSCTL_RP_FILTER], own = link->sysctl[SYSCTL_RP_FILTER];

	return all > own ? all : own;
}

/* Errors, warnings, the rest; within each as the kinds stand, and then as they were found. */
static int rank_of(const struct ipvlan_finding *finding)
{
	static const int ranks[] = {
		[IPVLAN_SEVERITY_ERROR] = 0, [IPVLAN_SEVERITY_WARNING] = 1, [IPVLAN_SEVERITY_INFO] = 2};

	return ranks[finding->severity] * FINDING_KINDS + (int)finding->kind;
}

static int compare(const void *a, const void *b)
{
	const struct ipvlan_finding *x = a, *y = b;
	int by_rank = rank_of(x) - rank_of(y), by_netns, by_link;

	if (by_rank)
		return by_rank;
	by_netns = strcmp(x->netns ? x->netns : "", y->netns ? y->netns : "");
	by_link = by_netns ? by_netns : strcmp(x->link, y->link);
	return by_link ? by_link : strcmp(x->evidence, y->evidence);
}

int judge(struct judgement *j)
{
	check_addresses(j);
	check_parents(j);
	check_routes(j);
	check_host(j);
	check_machine(j);
	if (j->count)
		qsort(j->findings, j->count, sizeof(*j->findings), compare);
	return j->error;
}
