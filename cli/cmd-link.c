/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "carry-out.h"
#include "command.h"
#include "document.h"
#include "print-link.h"
#include "session.h"
#include "transaction.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static int want_ipvlan(const struct args *args, struct message *message)
{
	if (args->kind && strcmp(args->kind, "ipvlan") != 0)
		return message_set(message,
				   "'type %s' is not for this command; it knows ipvlan, ip(8) knows the others",
				   args->kind);
	return 0;
}

/* `add eth0 name X`, `add link eth0 X`, `add X link eth0`: the word is what has not been said with its keyword. */
static int assign_word(struct args *args, struct message *message)
{
	static const char *const link_add[] = {"link", "add"};
	const struct command *command;

	if (!args->word)
		return 0;
	if (args->parent && args->name) {
		command_find(link_add, 2, &command, message);
		return parse_misunderstood(&command->grammar, args->word, message);
	}
	*(args->name ? &args->parent : &args->name) = args->word;
	return 0;
}

/* word: what the command calls a parent. */
static int check_slave(struct args *args, const char *word, struct message *message)
{
	int err = want_ipvlan(args, message);

	if (err)
		return err;
	if (!args->parent)
		return message_set(message, "on which parent device? Add '%s PARENT'", word);
	if (args->mac_text)
		return message_set(message,
				   "'address %s' cannot be: all slaves have their parent's hardware address; leave it "
				   "out, or use macvlan",
				   args->mac_text);
	return 0;
}

int check_link_add(struct args *args, struct message *message)
{
	int err = assign_word(args, message);

	if (!err && !args->kind)
		err = message_set(message, "what kind of link? Add 'type ipvlan'");
	return err ? err : check_slave(args, "link", message);
}

int check_link_name(struct args *args, struct message *message)
{
	return args->name ? 0 : message_set(message, "which link? Add its name");
}

int check_delete(struct args *args, struct message *message)
{
	return args->names.count ? 0 : message_set(message, "which slave? Add its name");
}

int check_add(struct args *args, struct message *message)
{
	int err;

	if (!args->name)
		return message_set(message, "how shall the slave be called? Add its name");
	err = check_slave(args, "parent", message);
	if (!err && args->up == 0 && (args->gateways.count || args->route_count))
		err = message_set(message, "'down' cannot be: a link that is down has no routes");
	return err;
}

/* By the library's rule. @return 0; -EINVAL with a message; -ENOMEM. */
static int judge_new_name(const struct args *args, struct message *message)
{
	struct ipvlan_settings *settings;
	const char *problem;
	int err;

	if (!args->new_name)
		return 0;
	settings = ipvlan_settings_new("any", args->new_name);
	problem = settings ? ipvlan_settings_get_problem(settings) : NULL;
	err = problem ? message_set(message, "%s", problem) : settings ? 0 : -ENOMEM;
	ipvlan_settings_free(settings);
	return err;
}

int check_link_set(struct args *args, struct message *message)
{
	int err = check_link_name(args, message);

	if (!err && args->kind && args->mode == UNSET && args->flags == UNSET)
		err = message_set(message, "'type %s' wants a mode or flags after it", args->kind);
	if (!err && args->mode == UNSET && args->flags == UNSET && args->up == UNSET && args->mtu == UNSET &&
	    !args->new_name && !args->netns && !args->mac_text)
		err = message_set(message, "what of '%s' shall be changed?", args->name);
	if (!err && args->mtu == 0)
		err = message_set(message, "'mtu 0' cannot be");
	if (!err)
		err = judge_new_name(args, message);
	return err ? err : want_ipvlan(args, message);
}

int check_move(struct args *args, struct message *message)
{
	int err = check_link_name(args, message);

	if (!err && !args->netns)
		err = message_set(message, "move '%s' where? Add 'netns NETNS'", args->name);
	return err ? err : judge_new_name(args, message);
}

int check_link_show(struct args *args, struct message *message)
{
	if (args->name && args->kind)
		return message_set(message, "say either '%s' or 'type %s'", args->name, args->kind);
	return 0;
}

static int set_netns(struct ipvlan_settings *settings, const char *text)
{
	switch (session_classify_netns(text)) {
	case NETNS_IS_PATH:
		return ipvlan_settings_set_netns_path(settings, text);
	case NETNS_IS_PID:
		return ipvlan_settings_set_netns_pid(settings, session_read_pid(text));
	default:
		return ipvlan_settings_set_netns_name(settings, text);
	}
}

/* A setter that fails is remembered by the settings, and told when the link is made. */
static struct ipvlan_settings *settings_of(const struct args *args)
{
	struct ipvlan_settings *settings = ipvlan_settings_new(args->parent, args->name);

	if (!settings)
		return NULL;
	ipvlan_settings_set_mode(settings, args->mode == UNSET ? IPVLAN_MODE_UNSET : args->mode);
	ipvlan_settings_set_flags(settings, args->flags == UNSET ? IPVLAN_FLAGS_UNSET : args->flags);
	ipvlan_settings_set_change_siblings(settings, args->force > 0);
	if (args->mtu != UNSET)
		ipvlan_settings_set_mtu(settings, (uint32_t)args->mtu);
	if (args->netns)
		set_netns(settings, args->netns);
	for (size_t i = 0; i < args->addresses.count; i++)
		ipvlan_settings_add_address(settings, args->addresses.text[i]);
	for (size_t i = 0; i < args->gateways.count; i++)
		ipvlan_settings_set_gateway(settings, args->gateways.text[i]);
	for (size_t i = 0; i < args->route_count; i++)
		ipvlan_settings_add_route(settings, args->routes[i].destination, args->routes[i].gateway);
	ipvlan_settings_set_up(settings, args->up > 0);
	ipvlan_settings_set_loopback_up(settings, args->loopback > 0);
	return settings;
}

int run_link_add(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);
	struct ipvlan_settings *settings;
	int err;

	if (!ctx)
		return STATUS_REFUSED;
	settings = settings_of(args);
	if (!settings) {
		session_error(session, "out of memory");
		return STATUS_REFUSED;
	}
	err = ipvlan_link_create(ctx, settings, NULL);
	ipvlan_settings_free(settings);
	return err ? session_library_error(session) : STATUS_DONE;
}

static bool changes_port(const struct args *args)
{
	return args->mode != UNSET || args->flags != UNSET;
}

static int change_port(struct ipvlan_ctx *ctx, const struct args *args)
{
	return ipvlan_link_change(ctx, args->name, args->mode == UNSET ? IPVLAN_MODE_UNSET : args->mode,
				  args->flags == UNSET ? IPVLAN_FLAGS_UNSET : args->flags, args->force > 0);
}

static int move(struct session *session, const struct args *args)
{
	struct ipvlan_netns *target;
	int err;

	if (session_open_netns(session, args->netns, &target))
		return STATUS_REFUSED;
	err = ipvlan_link_move(session->ctx, args->name, target, args->new_name);
	ipvlan_netns_free(target);
	return err ? session_library_error(session) : STATUS_DONE;
}

/* What is one request to the kernel. */
static unsigned int count_changes(const struct args *args)
{
	return changes_port(args) + (args->up != UNSET) + (args->mtu != UNSET) + (args->mac_text != NULL) +
	       (args->netns || args->new_name);
}

static int change_once(struct ipvlan_ctx *ctx, const struct args *args)
{
	if (changes_port(args))
		return change_port(ctx, args);
	if (args->up != UNSET)
		return args->up ? ipvlan_link_set_up(ctx, args->name) : ipvlan_link_set_down(ctx, args->name);
	if (args->mtu != UNSET)
		return ipvlan_link_set_mtu(ctx, args->name, (uint32_t)args->mtu);
	if (args->mac_text)
		return ipvlan_link_set_mac(ctx, args->name, args->mac);
	return ipvlan_link_rename(ctx, args->name, args->new_name);
}

/*
 * Down before all else, up after it: some things cannot be changed while a link is up. netns: where it is; target: NULL
 * when it stays there.
 */
static int gather_changes(struct ipvlan_transaction *t, const char *netns, const char *target, const struct args *args)
{
	const char *name = args->name;
	int err = 0;

	if (changes_port(args))
		err = ipvlan_transaction_change(t, netns, name, args->mode == UNSET ? IPVLAN_MODE_UNSET : args->mode,
						args->flags == UNSET ? IPVLAN_FLAGS_UNSET : args->flags,
						args->force > 0);
	if (!err && args->up == 0)
		err = ipvlan_transaction_set_up(t, netns, name, false);
	if (!err && args->mtu != UNSET)
		err = ipvlan_transaction_set_mtu(t, netns, name, (uint32_t)args->mtu);
	if (!err && args->mac_text)
		err = ipvlan_transaction_set_mac(t, netns, name, args->mac);
	if (!err && (target || args->new_name)) {
		err = ipvlan_transaction_move(t, netns, name, target ? target : netns, args->new_name);
		netns = target ? target : netns;
		name = args->new_name ? args->new_name : name;
	}
	if (!err && args->up > 0)
		err = ipvlan_transaction_set_up(t, netns, name, true);
	return err;
}

/* A process by the path of its namespace. @return buf, or the text itself. */
static const char *place_of(const char *text, char *buf, size_t size)
{
	if (!text || session_classify_netns(text) != NETNS_IS_PID)
		return text;
	snprintf(buf, size, "/proc/%d/ns/net", (int)session_read_pid(text));
	return buf;
}

/* Several changes, or none of them. */
static int change_as_one(struct session *session, const struct args *args)
{
	struct ipvlan_transaction *t = ipvlan_transaction_new();
	struct carrying carrying = {.session = session};
	char buf[64];
	int err = t ? gather_changes(t, NULL, place_of(args->netns, buf, sizeof(buf)), args) : -ENOMEM;
	int status = transaction_result(session, err, args->name);

	if (status == STATUS_DONE) {
		carrying.plan = ipvlan_transaction_get_plan(t);
		status = carry_out(&carrying);
	}
	ipvlan_transaction_free(t);
	return status;
}

int run_link_set(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);

	if (!ctx)
		return STATUS_REFUSED;
	if (count_changes(args) > 1)
		return change_as_one(session, args);
	if (args->netns)
		return move(session, args);
	return change_once(ctx, args) ? session_library_error(session) : STATUS_DONE;
}

int run_link_up(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);

	if (!ctx)
		return STATUS_REFUSED;
	return ipvlan_link_set_up(ctx, args->name) ? session_library_error(session) : STATUS_DONE;
}

int run_link_down(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);

	if (!ctx)
		return STATUS_REFUSED;
	return ipvlan_link_set_down(ctx, args->name) ? session_library_error(session) : STATUS_DONE;
}

int run_link_delete(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);

	if (!ctx)
		return STATUS_REFUSED;
	return ipvlan_link_delete(ctx, args->name) ? session_library_error(session) : STATUS_DONE;
}

/* A name that is not among the slaves: why that link is not deleted. */
static int refuse_delete(struct session *session, const char *name)
{
	struct ipvlan_link *link;
	bool is_slave;

	if (ipvlan_link_get(session->ctx, name, &link))
		return session_library_error(session);
	is_slave = ipvlan_link_is_slave(link);
	ipvlan_link_free(link);
	if (is_slave)
		return STATUS_DONE;
	session_error(session, "cannot delete %s: it is no ipvlan slave", name);
	session_error(session,
		      "hint: `ipvlanctl link delete` deletes links of any kind; with a parent all of its slaves go");
	return STATUS_REFUSED;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* One look at all of them instead of one for each. The caller frees the array. */
static const char **sort_names(const struct ipvlan_link_list *list)
{
	size_t count = ipvlan_link_list_get_count(list);
	const char **names = calloc(count + 1, sizeof(*names));

	for (size_t i = 0; names && i < count; i++)
		names[i] = ipvlan_link_get_name(ipvlan_link_list_get(list, i));
	if (names && count)
		qsort(names, count, sizeof(*names), compare_names);
	return names;
}

/* Whoever types `del eth0` has hardly meant the parent, and all of its slaves with it. */
static int check_slaves(struct session *session, const struct texts *wanted)
{
	struct ipvlan_link_list *list;
	const char **names;
	int status = STATUS_DONE;

	if (wanted->count == 1)
		return refuse_delete(session, wanted->text[0]);
	if (ipvlan_link_list(session->ctx, IPVLAN_LINKS_IPVLAN, &list))
		return session_library_error(session);
	names = sort_names(list);
	for (size_t i = 0; status == STATUS_DONE && i < wanted->count; i++)
		if (!names ||
		    !bsearch(&wanted->text[i], names, ipvlan_link_list_get_count(list), sizeof(*names), compare_names))
			status = refuse_delete(session, wanted->text[i]);
	free(names);
	ipvlan_link_list_free(list);
	return status;
}

int run_delete(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);
	int status, err;

	if (!ctx)
		return STATUS_REFUSED;
	status = check_slaves(session, &args->names);
	if (status)
		return status;
	err = args->names.count == 1 ? ipvlan_link_delete(ctx, args->names.text[0])
				     : ipvlan_link_delete_many(ctx, args->names.text, args->names.count);
	return err ? session_library_error(session) : STATUS_DONE;
}

/* ---- the same for a transaction */

/* As ipvlan_link_create() says it. settings: NULL when there was no memory for them. */
static int judge_settings(struct session *session, const struct args *args, const struct ipvlan_settings *settings)
{
	const char *problem = settings ? ipvlan_settings_get_problem(settings) : NULL;

	if (!settings)
		return transaction_result(session, -ENOMEM, "");
	if (!problem)
		return STATUS_DONE;
	return session_usage(session, "cannot make %s: %s", args->name ? args->name : "a slave", problem);
}

int rehearse_link_add(struct session *session, const struct args *args)
{
	struct ipvlan_settings *settings = settings_of(args);
	int status = judge_settings(session, args, settings);

	ipvlan_settings_free(settings);
	return status;
}

int gather_link_add(struct session *session, const struct args *args)
{
	struct ipvlan_settings *settings = settings_of(args);
	int status = judge_settings(session, args, settings), err;

	if (status == STATUS_DONE) {
		err = ipvlan_transaction_create(transaction_of(session), args->options.netns, settings);
		status = transaction_result(session, err,
					    "in a transaction a slave has a name, and its namespace goes by name");
	}
	ipvlan_settings_free(settings);
	return status;
}

int gather_link_set(struct session *session, const struct args *args)
{
	if (args->netns && session_classify_netns(args->netns) != NETNS_IS_NAME) {
		session_error(session, "in a transaction namespaces go by name, not as '%s'", args->netns);
		return STATUS_USAGE;
	}
	return transaction_result(
		session, gather_changes(transaction_of(session), args->options.netns, args->netns, args), args->name);
}

static int gather_up(struct session *session, const struct args *args, bool up)
{
	int err = ipvlan_transaction_set_up(transaction_of(session), args->options.netns, args->name, up);

	return transaction_result(session, err, args->name);
}

int gather_link_up(struct session *session, const struct args *args)
{
	return gather_up(session, args, true);
}

int gather_link_down(struct session *session, const struct args *args)
{
	return gather_up(session, args, false);
}

int gather_link_delete(struct session *session, const struct args *args)
{
	int err = ipvlan_transaction_delete(transaction_of(session), args->options.netns, args->name);

	return transaction_result(session, err, args->name);
}

int gather_delete(struct session *session, const struct args *args)
{
	int err = 0;

	for (size_t i = 0; !err && i < args->names.count; i++)
		err = ipvlan_transaction_delete(transaction_of(session), args->options.netns, args->names.text[i]);
	return transaction_result(session, err, "del");
}
