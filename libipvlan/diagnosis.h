/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A diagnosis in two halves: facts are gathered (diagnose-gather.c and diagnose-system.c touch the machine), and judged
 * (diagnose-judge.c and the checks know nothing but the facts, and so can be tested without a machine).
 */
#ifndef LIBIPVLAN_DIAGNOSIS_INTERNAL_H
#define LIBIPVLAN_DIAGNOSIS_INTERNAL_H

#include "host-access.h"
#include <ipvlan/diagnosis.h>

/* No place, no port. */
#define NONE SIZE_MAX

/* Settings of a link; SYSCTL_UNREAD where they could not be read. */
enum sysctl {
	SYSCTL_RP_FILTER,
	SYSCTL_FORWARDING,
	SYSCTL_ACCEPT_REDIRECTS,
	SYSCTL_PROXY_ARP,
	SYSCTL_DISABLE_IPV6,
	SYSCTL_FORWARDING6,
	SYSCTL_PROXY_NDP,
	SYSCTL_COUNT,
};
#define SYSCTL_UNREAD (-1)

/* A process that asks for an address by DHCP. */
struct fact_client {
	pid_t pid;
	char name[16];
	bool has_client_id; /* its command line gives it a client identifier */
};

/* An address of any link of a place, with the link's name. */
struct fact_address {
	struct ipvlan_address address;
	char link[IFNAMSIZ];
};

/* A namespace with a slave, or with a slave's parent. */
struct fact_place {
	char *name; /* NULL: it has none */
	pid_t pid;  /* a process in it when it has no name; 0 */
	char *path; /* a file that leads there when there is neither; NULL */
	ino_t inode;
	bool is_own, has_parent, was_read;
	bool is_home; /* commands are typed there, whatever namespace the context works in */
	bool loopback_up;
	int all[SYSCTL_COUNT]; /* the settings of "all" */
	char tables[128];      /* of iptables, ip6tables and nftables, that are in use there */
	bool tables_unread;
	struct fact_address *addresses; /* where a parent is */
	size_t address_count;
	struct ipvlan_route *routes; /* unicast, main table */
	size_t route_count;
	struct neighbour *neighbours;
	size_t neighbour_count;
	struct fact_client *clients;
	size_t client_count;
};

struct fact_link {
	struct ipvlan_link link; /* with its addresses */
	size_t place, port;	 /* a parent's port is the one it is the parent of */
	int sysctl[SYSCTL_COUNT];
	bool is_parent, is_wireless;
	char holder[360];	    /* a parent's: the bridge, bond, macvlan … that takes its packets; "" */
	bool is_held_by_controller; /* which it can be taken out of */
};

/* A parent, seen or not, and what it shares. */
struct fact_port {
	ino_t inode; /* of the parent's namespace; 0: it cannot be found */
	int parent_index;
	size_t parent; /* the link; NONE: it could not be read */
	int mode, flags;
	size_t slave_count;
};

/* A step that would make the machine what it was described to be. */
struct fact_step {
	bool is_port;	       /* it changes what all slaves of a parent share */
	char parent[IFNAMSIZ]; /* is_port */
	char text[400];
};

struct facts {
	struct fact_place *places;
	size_t place_count;
	struct fact_link *links;
	size_t link_count;
	struct fact_port *ports;
	size_t port_count;
	struct fact_step *steps;
	size_t step_count;
	char description_error[1408]; /* why no steps could be found; "" */
	enum module_state module;
	char module_hint[400];
	bool has_net_admin, has_sys_admin, is_owned_here;
	char left_out[300]; /* the namespaces that could not be entered; "" */
	size_t left_out_count;
	uint64_t now; /* hundredths of a second after the start of the machine */
};

void facts_clear(struct facts *facts);
/* Each adds an empty one and returns it; NULL when out of memory. */
struct fact_place *facts_add_place(struct facts *facts);
struct fact_link *facts_add_link(struct facts *facts);
struct fact_port *facts_add_port(struct facts *facts);

/* The table of kinds is in their order. */
enum finding_kind {
	FINDING_DUPLICATE_ADDRESS,
	FINDING_DAD_FAILED,
	FINDING_DAD_TENTATIVE,
	FINDING_IPV6_DISABLED,
	FINDING_NO_ADDRESS,
	FINDING_STALE_NEIGHBOUR,
	FINDING_GATEWAY_SILENT,
	FINDING_DHCP_IN_L3,
	FINDING_DHCP_SHARED_MAC,
	FINDING_PARENT_UNFIT,
	FINDING_PARENT_BUSY,
	FINDING_PARENT_DOWN,
	FINDING_PARENT_NO_CARRIER,
	FINDING_PARENT_WIRELESS,
	FINDING_MTU_ABOVE_PARENT,
	FINDING_MTU_DIFFERS,
	FINDING_SLAVE_DOWN,
	FINDING_LOOPBACK_DOWN,
	FINDING_L3_NOT_ANSWERED,
	FINDING_L3S_SYSCTL,
	FINDING_L3_GATEWAY,
	FINDING_NO_DEFAULT_ROUTE,
	FINDING_RP_FILTER,
	FINDING_VEPA_HAIRPIN,
	FINDING_VEPA_REDIRECTS,
	FINDING_HOST_UNREACHABLE,
	FINDING_HOST_ACCESS_STALE,
	FINDING_FIREWALL_BYPASS,
	FINDING_MODE_DIFFERS,
	FINDING_NOT_AS_DESCRIBED,
	FINDING_DESCRIPTION_WRONG,
	FINDING_MODULE_MISSING,
	FINDING_MODULE_BLOCKED,
	FINDING_MODULE_NOT_LOADED,
	FINDING_CAPABILITY_MISSING,
	FINDING_NOT_LOOKED_AT,
	FINDING_KINDS,
};

struct ipvlan_finding {
	enum finding_kind kind;
	enum ipvlan_severity severity;
	char link[IFNAMSIZ];
	char *netns;
	ino_t inode;
	char subject[320], evidence[600], remedy[600];
};

/* What the checks work on. */
struct judgement {
	const struct facts *facts;
	struct ipvlan_finding *findings;
	size_t count;
	int error; /* -ENOMEM, once it came to that */
};

/* Adds a finding about a link, or about the machine when `link` is NULL; its evidence is formatted. */
void report(struct judgement *j, enum finding_kind kind, enum ipvlan_severity severity, const struct fact_link *link,
	    const char *format, ...) PRINTF(5, 6);
/* Adds a line to the remedy of the finding that was added last. */
void remedy(struct judgement *j, const char *format, ...) PRINTF(2, 3);

/* Judges everything. Returns 0 or -ENOMEM; the findings are the caller's in any case. Pure. */
int judge(struct judgement *j);
/* Frees findings, of which there are so many. */
void findings_free(struct ipvlan_finding *findings, size_t count);

/* The checks, by file; all pure. */
void check_addresses(struct judgement *j);
void check_parents(struct judgement *j);
void check_routes(struct judgement *j);
void check_host(struct judgement *j);
void check_machine(struct judgement *j);

/* What the checks share; diagnose-judge.c. */

#define WORD_SIZE 96

/* A word for a shell, quoted where it must be. Names longer than words are cut. */
const char *shell_word(const char *text, char *buf, size_t size);
/* "ipvlanctl", "ipvlanctl -n ns0": the command that works in a place. */
const char *command_in(const struct fact_place *place, char *buf, size_t size);
/* "", "ipvlanctl netns exec ns0 ": what any other command takes before it. */
const char *prefix_in(const struct fact_place *place, char *buf, size_t size);
const struct fact_place *place_of(const struct judgement *j, const struct fact_link *link);
const struct fact_port *port_of(const struct judgement *j, const struct fact_link *link);
/* The parent of a port, or NULL when it could not be read. */
const struct fact_link *parent_of(const struct judgement *j, const struct fact_port *port);
/* The next slave of a port behind `after`, which NULL begins; NULL: there is none left. */
const struct fact_link *next_slave(const struct judgement *j, const struct fact_port *port,
				   const struct fact_link *after);
bool is_l3(const struct fact_port *port);
/* What people and DHCP give: neither link-local nor loopback. */
bool is_global(const struct ipvlan_address *address);
bool has_global(const struct ipvlan_link *link, int family);
/* The route that an address takes, as the kernel chooses: the longest prefix, then the lowest metric. NULL: none. */
const struct ipvlan_route *route_to(const struct fact_place *place, const struct ipvlan_address *address);
/* The strictest of "all" and the link's own, as the kernel takes rp_filter. SYSCTL_UNREAD when neither was read. */
int rp_filter_of(const struct judgement *j, const struct fact_link *link);

/* diagnose-gather.c. Sets the error. */
int facts_gather(struct ipvlan_ctx *ctx, const char *name, struct ipvlan_topology *topology, struct facts *facts);

struct transport;

/* diagnose-filter.c: the tables of nftables, behind others; from within the namespace. Nothing here fails, either. */
void filters_read(struct fact_place *place);
void filters_read_over(struct transport *transport, struct fact_place *place);

/* diagnose-system.c: what is read from files. Nothing here fails: what cannot be read stays unread. */
void system_read_place(struct facts *facts, size_t place, const struct ipvlan_netns *netns);
void system_read_clients(struct fact_place *place, const pid_t *pids, size_t count);
void system_read_machine(struct facts *facts, const struct ipvlan_netns *netns);

#endif
