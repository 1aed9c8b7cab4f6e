/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command.h"
#include "execute.h"
#include "output.h"
#include "session.h"
#include "transaction.h"

#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <stdlib.h>
#include <string.h>

/* By the library's rule. @return 0; -EINVAL with a message; -ENOMEM. */
static int judge_name(const char *name, struct message *message)
{
	struct ipvlan_settings *settings = ipvlan_settings_new("any", "any");
	int err = settings ? ipvlan_settings_set_netns_name(settings, name) : -ENOMEM;

	if (err == -EINVAL)
		message_set(message, "%s", ipvlan_settings_get_problem(settings));
	ipvlan_settings_free(settings);
	return err;
}

int check_netns(const char *text, struct message *message)
{
	return !text || strchr(text, '/') ? 0 : judge_name(text, message);
}

static int want_name(const struct args *args, struct message *message)
{
	return args->name ? 0 : message_set(message, "which namespace? Add its name");
}

int check_netns_name(struct args *args, struct message *message)
{
	int err = want_name(args, message);

	return err ? err : check_netns(args->name, message);
}

/* What is made or deleted goes by its name, never by a path or a process. */
int check_netns_own_name(struct args *args, struct message *message)
{
	int err = want_name(args, message);

	return err ? err : judge_name(args->name, message);
}

int check_netns_exec(struct args *args, struct message *message)
{
	int err = check_netns_name(args, message);

	if (!err && !args->rest_count)
		err = message_set(message, "run what in '%s'? Add a command", args->name);
	return err;
}

int check_netns_identify(struct args *args, struct message *message)
{
	if (args->name && strcmp(args->name, "self") != 0 && !session_read_pid(args->name))
		return message_set(message, "'%s' is not a process id", args->name);
	return 0;
}

int run_netns_add(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);

	if (!ctx)
		return STATUS_REFUSED;
	return ipvlan_netns_create(ctx, args->name, NULL) ? session_library_error(session) : STATUS_DONE;
}

int run_netns_delete(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);

	if (!ctx || session_go_home(session) != STATUS_DONE)
		return STATUS_REFUSED;
	return ipvlan_netns_delete(ctx, args->name) ? session_library_error(session) : STATUS_DONE;
}

static void add_names(json_t *document, const struct ipvlan_netns_info *info)
{
	for (size_t i = 0; i < ipvlan_netns_info_get_name_count(info); i++) {
		json_t *entry = json_object();

		json_object_set_new(entry, "name", document_text(ipvlan_netns_info_get_name_at(info, i)));
		if (ipvlan_netns_info_get_nsid(info) >= 0)
			json_object_set_new(entry, "id", json_integer(ipvlan_netns_info_get_nsid(info)));
		json_array_append_new(document, entry);
	}
}

static void print_netns(struct page *page, const json_t *document)
{
	const json_t *entry;
	size_t i;

	json_array_foreach (document, i, entry) {
		page_ink(page, INK_NAME, "%s", field_text(entry, "name"));
		if (field_exists(entry, "id"))
			fprintf(page->out, " (id: %d)", (int)field_number(entry, "id"));
		putc('\n', page->out);
	}
}

int run_netns_list(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);
	struct ipvlan_netns_list *list;
	json_t *document;

	if (!ctx)
		return STATUS_REFUSED;
	if (ipvlan_netns_list(ctx, &list))
		return session_library_error(session);
	document = json_array();
	for (size_t i = 0; i < ipvlan_netns_list_get_count(list); i++)
		add_names(document, ipvlan_netns_list_get(list, i));
	ipvlan_netns_list_free(list);
	return output(session, &args->options, document, print_netns);
}

static char **copy_words(const char *const *words, size_t count)
{
	char **copy = calloc(count + 1, sizeof(*copy));

	for (size_t i = 0; copy && i < count; i++)
		copy[i] = (char *)words[i];
	return copy;
}

int run_netns_exec(struct session *session, const struct args *args)
{
	struct ipvlan_netns *netns;
	char **argv;
	int status = STATUS_REFUSED;

	if (session_open_netns(session, args->name, &netns))
		return STATUS_REFUSED;
	argv = copy_words(args->rest, args->rest_count);
	if (!argv)
		session_error(session, "out of memory");
	/* The program may take the name from the namespace that we work in. */
	if (argv && session_go_home(session) == STATUS_DONE)
		status = execute(session, netns, argv);
	free(argv);
	ipvlan_netns_free(netns);
	return status;
}

static const struct ipvlan_netns_info *find(const struct ipvlan_netns_list *list, ino_t inode)
{
	for (size_t i = 0; i < ipvlan_netns_list_get_count(list); i++) {
		const struct ipvlan_netns_info *info = ipvlan_netns_list_get(list, i);

		if (ipvlan_netns_info_get_inode(info) == inode)
			return info;
	}
	return NULL;
}

static json_t *list_pids(const struct ipvlan_netns_info *info)
{
	json_t *document = json_array();
	size_t count = 0;
	const pid_t *pids = info ? ipvlan_netns_info_get_pids(info, &count) : NULL;

	for (size_t i = 0; i < count; i++)
		json_array_append_new(document, json_integer(pids[i]));
	return document;
}

static json_t *list_names(const struct ipvlan_netns_info *info)
{
	json_t *document = json_array();

	if (info)
		add_names(document, info);
	return document;
}

static void print_pids(struct page *page, const json_t *document)
{
	const json_t *pid;
	size_t i;

	json_array_foreach (document, i, pid)
		fprintf(page->out, "%d\n", (int)json_integer_value(pid));
}

static void print_names(struct page *page, const json_t *document)
{
	const json_t *entry;
	size_t i;

	json_array_foreach (document, i, entry)
		fprintf(page->out, "%s\n", field_text(entry, "name"));
}

/* Tell of a namespace what the list of all namespaces knows. */
static int tell(struct session *session, const struct args *args, struct ipvlan_netns *netns,
		json_t *(*build)(const struct ipvlan_netns_info *info), renderer render)
{
	struct ipvlan_netns_list *list;
	ino_t inode = ipvlan_netns_get_inode(netns);
	json_t *document;

	ipvlan_netns_free(netns);
	if (ipvlan_netns_list(session->ctx, &list))
		return session_library_error(session);
	document = build(find(list, inode));
	ipvlan_netns_list_free(list);
	return output(session, &args->options, document, render);
}

int run_netns_pids(struct session *session, const struct args *args)
{
	struct ipvlan_netns *netns;

	if (session_open_netns(session, args->name, &netns))
		return STATUS_REFUSED;
	return tell(session, args, netns, list_pids, print_pids);
}

/* ip(8) is itself in the namespace that it works in. */
static int open_self(const struct session *session, struct ipvlan_netns **netns)
{
	return session->entered ? ipvlan_netns_open_fd(session->ctx, ipvlan_netns_get_fd(session->entered), netns)
				: ipvlan_netns_open_current(session->ctx, netns);
}

int run_netns_identify(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);
	bool self = !args->name || strcmp(args->name, "self") == 0;
	struct ipvlan_netns *netns;
	int err;

	if (!ctx)
		return STATUS_REFUSED;
	err = self ? open_self(session, &netns) : ipvlan_netns_open_pid(ctx, session_read_pid(args->name), &netns);
	return err ? session_library_error(session) : tell(session, args, netns, list_names, print_names);
}

int gather_netns_add(struct session *session, const struct args *args)
{
	return transaction_result(session, ipvlan_transaction_add_netns(transaction_of(session), args->name),
				  args->name);
}

int gather_netns_delete(struct session *session, const struct args *args)
{
	return transaction_result(session, ipvlan_transaction_delete_netns(transaction_of(session), args->name),
				  args->name);
}
