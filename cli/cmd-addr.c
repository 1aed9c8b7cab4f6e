/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command.h"
#include "session.h"
#include "transaction.h"

#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <string.h>
#include <sys/socket.h>

int check_address(struct args *args, struct message *message)
{
	if (!args->address)
		return message_set(message, "which address? Add one such as 10.0.0.2/24");
	if (!args->name)
		return message_set(message, "on which link? Add 'dev NAME'");
	if (args->valid == 0)
		return message_set(message, "'valid_lft 0' cannot be: an address lives at least a second");
	if (args->preferred != UNSET && args->valid != UNSET && args->preferred > args->valid)
		return message_set(message, "preferred_lft cannot be above valid_lft");
	return 0;
}

static int set_lifetime(struct ipvlan_address *address, const struct args *args)
{
	uint32_t valid = args->valid == UNSET ? IPVLAN_LIFETIME_FOREVER : (uint32_t)args->valid;
	uint32_t preferred = args->preferred == UNSET ? valid : (uint32_t)args->preferred;

	if (args->valid == UNSET && args->preferred == UNSET)
		return 0;
	return ipvlan_address_set_lifetime(address, valid, preferred);
}

static int refuse(struct session *session, const char *what, const char *word, const struct args *args)
{
	return session_usage(session, "'%s %s' does not fit %s", what, word, args->address);
}

/* Describe it as the words say. */
static int fill(struct session *session, struct ipvlan_address *address, const struct args *args)
{
	if (args->peer && ipvlan_address_set_peer(address, args->peer))
		return refuse(session, "peer", args->peer, args);
	if (args->broadcast && ipvlan_address_set_broadcast(address, args->broadcast))
		return refuse(session, "broadcast", args->broadcast, args);
	if (args->label && ipvlan_address_set_label(address, args->label))
		return refuse(session, "label", args->label, args);
	if (set_lifetime(address, args))
		return refuse(session, "preferred_lft", "above valid_lft", args);
	if (args->scope != UNSET)
		ipvlan_address_set_scope(address, (uint8_t)args->scope);
	ipvlan_address_set_nodad(address, args->nodad > 0);
	ipvlan_address_set_noprefixroute(address, args->noprefixroute > 0);
	return STATUS_DONE;
}

typedef int (*operation)(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_address *address);

static int run(struct session *session, const struct args *args, operation operate)
{
	struct ipvlan_ctx *ctx = session_context(session);
	struct ipvlan_address *address;
	int status;

	if (!ctx)
		return STATUS_REFUSED;
	if (ipvlan_address_new(args->address, &address)) {
		session_error(session, "out of memory");
		return STATUS_REFUSED;
	}
	status = fill(session, address, args);
	if (status == STATUS_DONE && operate(ctx, args->name, address))
		status = session_library_error(session);
	ipvlan_address_free(address);
	return status;
}

int run_address_add(struct session *session, const struct args *args)
{
	return run(session, args, ipvlan_address_add);
}

int run_address_replace(struct session *session, const struct args *args)
{
	return run(session, args, ipvlan_address_replace);
}

/* The prefix length of an address of a link; 0 when the link does not have the address. */
static unsigned int find_length(const struct ipvlan_link *link, const char *word)
{
	char text[IPVLAN_ADDRESS_SIZE];
	struct ipvlan_address *wanted;

	/* There are many ways to write an IPv6 address. */
	if (ipvlan_address_new(word, &wanted))
		return 0;
	ipvlan_address_format(wanted, text, sizeof(text));
	ipvlan_address_free(wanted);
	for (size_t i = 0; i < ipvlan_link_get_address_count(link); i++) {
		const struct ipvlan_address *address = ipvlan_link_get_address(link, i);
		char buf[IPVLAN_ADDRESS_SIZE];

		if (strcmp(ipvlan_address_format(address, buf, sizeof(buf)), text) == 0)
			return ipvlan_address_get_prefix_length(address);
	}
	return 0;
}

/* An address without its length is deleted whatever its length, as ip(8) does. */
static int delete_bare(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);
	struct args full = *args;
	struct ipvlan_link *link;
	char text[IPVLAN_ADDRESS_SIZE + 16];
	unsigned int length;

	if (!ctx)
		return STATUS_REFUSED;
	if (ipvlan_link_get(ctx, args->name, &link))
		return session_library_error(session);
	length = find_length(link, args->address);
	ipvlan_link_free(link);
	if (length) {
		snprintf(text, sizeof(text), "%.63s/%u", args->address, length);
		full.address = text;
	}
	return run(session, &full, ipvlan_address_delete);
}

int run_address_delete(struct session *session, const struct args *args)
{
	if (!strchr(args->address, '/'))
		return delete_bare(session, args);
	return run(session, args, ipvlan_address_delete);
}

int check_address_flush(struct args *args, struct message *message)
{
	return args->name ? 0 : message_set(message, "of which link? Add its name");
}

static bool is_flushed(const struct ipvlan_address *address, const struct args *args)
{
	int family = args->options.family;

	return (family == AF_UNSPEC || ipvlan_address_get_family(address) == family) &&
	       (args->scope == UNSET || ipvlan_address_get_scope(address) == args->scope);
}

/* From the last one: with the first of a network the kernel takes the others away. */
static int flush(struct ipvlan_ctx *ctx, const struct ipvlan_link *link, const struct args *args)
{
	int err = 0;

	for (size_t i = ipvlan_link_get_address_count(link); !err && i-- > 0;) {
		const struct ipvlan_address *address = ipvlan_link_get_address(link, i);

		if (is_flushed(address, args))
			err = ipvlan_address_delete(ctx, args->name, address);
		/* Somebody else was faster. */
		if (err == -EADDRNOTAVAIL)
			err = 0;
	}
	return err;
}

int run_address_flush(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);
	struct ipvlan_link *link;
	int err;

	if (!ctx)
		return STATUS_REFUSED;
	err = ipvlan_link_get(ctx, args->name, &link);
	if (!err) {
		err = flush(ctx, link, args);
		ipvlan_link_free(link);
	}
	return err ? session_library_error(session) : STATUS_DONE;
}

typedef int (*gatherer)(struct ipvlan_transaction *transaction, const char *netns, const char *link,
			const struct ipvlan_address *address);

/* add: NULL for seeing only that it could be. */
static int gather(struct session *session, const struct args *args, gatherer add)
{
	struct ipvlan_address *address;
	int err = ipvlan_address_new(args->address, &address), status;

	if (err)
		return transaction_result(session, err, args->address);
	status = fill(session, address, args);
	if (status == STATUS_DONE && add)
		status = transaction_result(
			session, add(transaction_of(session), args->options.netns, args->name, address), args->address);
	ipvlan_address_free(address);
	return status;
}

int rehearse_address(struct session *session, const struct args *args)
{
	return gather(session, args, NULL);
}

int gather_address_add(struct session *session, const struct args *args)
{
	return gather(session, args, ipvlan_transaction_add_address);
}

int gather_address_replace(struct session *session, const struct args *args)
{
	return gather(session, args, ipvlan_transaction_replace_address);
}

int gather_address_delete(struct session *session, const struct args *args)
{
	if (!strchr(args->address, '/'))
		return session_usage(session, "in a transaction say %s with its length, such as %s/24", args->address,
				     args->address);
	return gather(session, args, ipvlan_transaction_delete_address);
}
