// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every allocation of the library fails once, in turn: the call says -ENOMEM (or does without), nothing crashes, leaks
 * or stays open. The linker leads the library's allocations here.
 */
#include "internal.h"
#include "private-machine.h"
#include "support.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *at, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *at, size_t size);
char *__wrap_strdup(const char *text);

static long countdown = -1; /* allocations that still succeed; below 0: all of them */
static bool failed;

static bool fails(void)
{
	if (countdown < 0 || countdown-- > 0)
		return false;
	failed = true;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *at, size_t size)
{
	return fails() ? NULL : __real_realloc(at, size);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

static struct ipvlan_ctx *ctx;

static int use_settings(void)
{
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", "ipvl0");
	int err = s ? 0 : -ENOMEM;

	if (!err)
		err = ipvlan_settings_set_netns_name(s, "ns0");
	if (!err)
		err = ipvlan_settings_add_address(s, "10.0.0.2/24");
	if (!err)
		err = ipvlan_settings_add_address(s, "fd00::2/64");
	if (!err)
		err = ipvlan_settings_set_gateway(s, "10.0.0.1");
	if (!err)
		err = ipvlan_settings_add_route(s, "10.9.0.0/16", NULL);
	if (!err)
		err = ipvlan_settings_set_netns_path(s, "/proc/self/ns/net");
	ipvlan_settings_free(s);
	return err;
}

/* What a setter lacked is not forgotten. */
static int use_settings_carelessly(void)
{
	struct ipvlan_settings *s = ipvlan_settings_new("no-such-parent", NULL);
	int err = -ENOMEM;

	if (!s)
		return err;
	ipvlan_settings_add_address(s, "10.0.0.2/24");
	ipvlan_settings_set_gateway(s, "dev");
	ipvlan_settings_set_netns_name(s, "ns0");
	err = ipvlan_link_create(ctx, s, NULL);
	ipvlan_settings_free(s);
	return err == -ENODEV ? 0 : err;
}

static int make_objects(void)
{
	struct ipvlan_address *address = NULL;
	struct ipvlan_route *route = NULL;
	int err = ipvlan_address_new("10.0.0.2/24", &address);

	if (!err)
		err = ipvlan_route_new("default", &route);
	ipvlan_address_free(address);
	ipvlan_route_free(route);
	return err;
}

static int make_context(void)
{
	struct ipvlan_ctx *other = NULL;
	struct ipvlan_link *link = NULL;
	int err = ipvlan_ctx_new(&other);

	if (!err)
		err = ipvlan_link_get(other, "lo", &link);
	ipvlan_link_free(link);
	ipvlan_ctx_free(other);
	return err;
}

static int read_link(void)
{
	struct ipvlan_link *link = NULL;
	int err = ipvlan_link_get(ctx, "lo", &link);

	ipvlan_link_free(link);
	return err;
}

static int read_port(void)
{
	struct ipvlan_port *port = NULL;
	int err = ipvlan_port_get(ctx, "lo", &port);

	ipvlan_port_free(port);
	return err;
}

static int list_links(void)
{
	struct ipvlan_link_list *list = NULL;
	int err = ipvlan_link_list(ctx, IPVLAN_LINKS_ANY_KIND, &list);

	ipvlan_link_list_free(list);
	return err;
}

static int list_slaves(void)
{
	struct ipvlan_link_list *list = NULL;
	int err = ipvlan_link_list(ctx, IPVLAN_LINKS_EVERYWHERE, &list);

	ipvlan_link_list_free(list);
	return err;
}

static int list_addresses(void)
{
	struct ipvlan_address_list *list = NULL;
	int err = ipvlan_address_list(ctx, NULL, AF_UNSPEC, &list);

	ipvlan_address_list_free(list);
	return err;
}

static int list_routes(void)
{
	struct ipvlan_route_list *list = NULL;
	int err = ipvlan_route_list(ctx, NULL, AF_UNSPEC, 0, &list);

	ipvlan_route_list_free(list);
	return err;
}

static int list_namespaces(void)
{
	struct ipvlan_netns_list *list = NULL;
	int err = ipvlan_netns_list(ctx, &list);

	ipvlan_netns_list_free(list);
	return err;
}

static int work_in_namespace(void)
{
	struct ipvlan_netns *netns = NULL;
	int err = ipvlan_netns_create(ctx, "ns1", &netns);

	if (err) {
		/* Nothing is left of what failed; Check itself needs memory. */
		countdown = -1;
		ck_assert_int_ne(access(IPVLAN_NETNS_DIR "/ns1", F_OK), 0);
		return err;
	}
	err = ipvlan_ctx_set_netns(ctx, netns);
	if (!err)
		err = ipvlan_link_set_up(ctx, "lo");
	if (!err)
		err = read_link();
	countdown = -1;
	ck_assert_int_eq(ipvlan_ctx_set_netns(ctx, NULL), 0);
	ipvlan_netns_free(netns);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "ns1"), 0);
	return err;
}

static int refuse_address(void)
{
	struct ipvlan_address *address = NULL;
	int err = ipvlan_address_new("10.0.0.2/24", &address);

	if (!err)
		err = ipvlan_address_delete(ctx, "lo", address);
	ipvlan_address_free(address);
	return err == -EADDRNOTAVAIL ? 0 : err;
}

static int copy_and_compare(void)
{
	struct ipvlan_link *link = NULL, *copy = NULL;
	struct ipvlan_event *event = NULL;
	int err = ipvlan_link_get(ctx, "lo", &link);

	if (!err)
		err = ipvlan_link_copy(link, &copy);
	if (!err)
		err = ipvlan_link_compare(NULL, copy, &event);
	ipvlan_event_free(event);
	ipvlan_link_free(copy);
	ipvlan_link_free(link);
	return err;
}

static int decode_link(void)
{
	_Alignas(struct nlmsghdr) uint8_t message[CODEC_REQUEST_SIZE];
	struct link_request request = LINK_REQUEST_INIT;
	struct ipvlan_link *link = NULL;
	int length = codec_link_set(message, sizeof(message), &request);
	int err = ipvlan_link_decode(message, (size_t)length, &link);

	ipvlan_link_free(link);
	return err;
}

static const struct {
	const char *name;
	int (*use)(void);
} scenarios[] = {
	{"settings", use_settings},
	{"careless settings", use_settings_carelessly},
	{"objects", make_objects},
	{"context", make_context},
	{"link", read_link},
	{"port", read_port},
	{"links", list_links},
	{"slaves everywhere", list_slaves},
	{"addresses", list_addresses},
	{"routes", list_routes},
	{"namespaces", list_namespaces},
	{"work in a namespace", work_in_namespace},
	{"a refused address", refuse_address},
	{"copies", copy_and_compare},
	{"a message", decode_link},
};

static void begin(void)
{
	ck_assert_int_eq(private_machine_enter(), 0);
	ck_assert_int_eq(ipvlan_ctx_new(&ctx), 0);
	ck_assert_int_eq(ipvlan_netns_create(ctx, "ns0", NULL), 0);
	ck_assert_int_eq(ipvlan_link_set_up(ctx, "lo"), 0);
}

static void end(void)
{
	ipvlan_ctx_free(ctx);
}

START_TEST(every_allocation_fails_once)
{
	unsigned int before;
	long allowed = 0;
	int err;

	ck_assert_int_eq(scenarios[_i].use(), 0); /* opens what the context keeps open */
	before = open_descriptors();
	do {
		failed = false;
		countdown = allowed;
		err = scenarios[_i].use();
		countdown = -1;
		ck_assert_msg(err == 0 || (failed && err == -ENOMEM), "%s, allocation %ld: %d (%s)", scenarios[_i].name,
			      allowed, err, ipvlan_ctx_strerror(ctx));
		ck_assert_msg(open_descriptors() == before, "%s, allocation %ld: a descriptor stays open",
			      scenarios[_i].name, allowed);
		allowed++;
	} while (failed);
	ck_assert_int_gt(allowed, 1);
	ck_assert_int_eq(err, 0);
}
END_TEST

START_TEST(a_batch_keeps_what_it_has)
{
	struct batch batch = {0};

	countdown = 0;
	ck_assert_ptr_null(batch_reserve(&batch));
	countdown = -1;
	ck_assert_uint_eq(batch.count, 0);
	ck_assert_ptr_nonnull(batch_reserve(&batch));
	batch_free(&batch);
}
END_TEST

int main(void)
{
	const char *missing = private_machine_missing();
	Suite *suite;
	TCase *all;

	if (missing) {
		printf("SKIP: %s\n", missing);
		return 77;
	}
	suite = suite_create("memory");
	all = tcase_create("all");
	tcase_add_checked_fixture(all, begin, end);
	tcase_set_timeout(all, 60);
	tcase_add_loop_test(all, every_allocation_fails_once, 0, COUNT(scenarios));
	tcase_add_test(all, a_batch_keeps_what_it_has);
	suite_add_tcase(suite, all);
	return run_suite(suite);
}
