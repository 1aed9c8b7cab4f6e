// SPDX-License-Identifier: GPL-2.0-or-later
/* The module's own family on the wire: our bytes, and what it answers. */
#include "codec-check.h"
#include "codec.h"
#include <errno.h>
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>
#include <uapi/linux/ipvlan_port.h>

#define FAMILY	 31
#define REQUEST	 "1f00 0500 00000000 00000000"
#define DUMP	 "1f00 0103 00000000 00000000"
#define ANSWER	 "1f00 0200 00000000 00000000"
#define OF_PORT	 "0800020007000000"
#define ADDRESS4 "080013000a000001"
#define ADDRESS6 "14001400fd000000000000000000000000000001"

static const struct module_slave here = {.ifindex = 3, .nsid = -1}, there = {.ifindex = 3, .nsid = 1};
static const struct module_address v4 = {AF_INET, {10, 0, 0, 1}}, v6 = {AF_INET6, {0xfd, [15] = 1}};

struct request {
	const char *what, *hex;
	int (*encode)(void *buf, size_t size, const struct request *request);
	const struct module_slave *slave;
	const struct module_address *address;
	struct module_change change;
};

static int get(void *buf, size_t size, const struct request *r)
{
	(void)r;
	return codec_module_port_get(buf, size, FAMILY, 7);
}

static int dump_ports(void *buf, size_t size, const struct request *r)
{
	(void)r;
	return codec_module_port_dump(buf, size, FAMILY);
}

static int dump_slaves(void *buf, size_t size, const struct request *r)
{
	(void)r;
	return codec_module_slave_dump(buf, size, FAMILY, 7);
}

static int dump_addresses(void *buf, size_t size, const struct request *r)
{
	(void)r;
	return codec_module_address_dump(buf, size, FAMILY, 7);
}

static int find(void *buf, size_t size, const struct request *r)
{
	(void)r;
	return codec_family_get(buf, size, IPVLAN_PORT_GENL_NAME);
}

static int set(void *buf, size_t size, const struct request *r)
{
	return codec_module_port_set(buf, size, FAMILY, 7, &r->change);
}

static int lock(void *buf, size_t size, const struct request *r)
{
	return codec_module_lock(buf, size, FAMILY, 7, r->slave, r->address);
}

static int unlock(void *buf, size_t size, const struct request *r)
{
	return codec_module_unlock(buf, size, FAMILY, 7, r->address);
}

static int announce(void *buf, size_t size, const struct request *r)
{
	return codec_module_announce(buf, size, FAMILY, 7, r->slave);
}

static const struct request requests[] = {
	{"family", "24000000 1000 0500 00000000 00000000 03010000 10000200 6970766c616e5f706f727400", find},
	{"port", "1c000000" REQUEST "01010000" OF_PORT, get},
	{"ports", "14000000" DUMP "01010000", dump_ports},
	{"slaves", "1c000000" DUMP "03010000" OF_PORT, dump_slaves},
	{"addresses", "1c000000" DUMP "04010000" OF_PORT, dump_addresses},
	{"set nothing", "1c000000" REQUEST "02010000" OF_PORT, set},
	{"set all",
	 "3c000000" REQUEST "02010000" OF_PORT "0c00070004000000 0c000000 0800090064000000 0c000a80" ADDRESS4, set,
	 .change = {.options = 4,
		    .selector = 12,
		    .queue_limit = 100,
		    .has_gateways = true,
		    .gateway_count = 1,
		    .gateways = {{AF_INET, {10, 0, 0, 1}}}}},
	{"switch off", "28000000" REQUEST "02010000" OF_PORT "0c00070000000000 01000000", set,
	 .change = {.selector = 1}},
	{"set no gateways", "20000000" REQUEST "02010000" OF_PORT "04000a80", set, .change = {.has_gateways = true}},
	{"lock there", "40000000" REQUEST "05010000" OF_PORT "08000d0003000000 08000e0001000000" ADDRESS6, lock, &there,
	 &v6},
	{"lock here", "2c000000" REQUEST "05010000" OF_PORT "08000d0003000000" ADDRESS4, lock, &here, &v4},
	{"unlock", "24000000" REQUEST "06010000" OF_PORT ADDRESS4, unlock, NULL, &v4},
	{"announce all", "1c000000" REQUEST "07010000" OF_PORT, announce},
	{"announce one", "24000000" REQUEST "07010000" OF_PORT "08000d0003000000", announce, &here},
};

static int encode(void *buf, size_t size, const void *data)
{
	const struct request *request = data;

	return request->encode(buf, size, request);
}

START_TEST(requests_have_golden_bytes)
{
	check_encoding(encode, &requests[_i], requests[_i].hex, requests[_i].what);
}
END_TEST

/* Sixteen gateways are the most that is asked for. */
START_TEST(the_longest_request_fits)
{
	struct module_change change = {
		.selector = 15, .queue_limit = 2, .has_gateways = true, .gateway_count = MODULE_MAX_GATEWAYS};
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	size_t i;

	for (i = 0; i < MODULE_MAX_GATEWAYS; i++)
		change.gateways[i] = v6;
	ck_assert_int_gt(codec_module_port_set(buf, sizeof(buf), FAMILY, 7, &change), 0);
}
END_TEST

/* Options guard and dhcp; 5 of 2000; two gateways; two counters, of which one has not moved. */
/* clang-format off */
#define PORT_ANSWER \
	"c8000000" ANSWER "01010000" \
	"0800020007000000" \
	"090003006574683000000000" \
	"0600040000000000" \
	"0600050001000000" \
	"0800060002000000" \
	"0c0007000c0000000f000000" \
	"0800080005000000" \
	"08000900d0070000" \
	"20000a80080013000a00000114001400fd000000000000000000000000000001" \
	"08000b0001000000" \
	"24000c801400020074785f64726f705f70726976617465000c0003000700000000000000" \
	"20000c801000020074785f64726f705f746170000c0003000000000000000000"

#define SLAVE_ANSWER \
	"4c000000" ANSWER "03010000" \
	"0800020007000000" \
	"08000d0003000000" \
	"08000e0001000000" \
	"0a0003006970766c30000000" \
	"0600100001000000" \
	"04001100" \
	"0800120002000000"

#define ADDRESS_ANSWER \
	"48000000" ANSWER "04010000" \
	"0800020007000000" \
	"08000d0003000000" \
	"08000e0001000000" \
	"14001400fd000000000000000000000000000001" \
	"04001500" \
	"04001600"

#define LOCK_ANSWER \
	"30000000" ANSWER "04010000" \
	"0800020007000000" \
	"08000d0003000000" \
	"080013000a000001" \
	"04001600"

#define FAMILY_ANSWER \
	"34000000 1000 0000 00000000 00000000" \
	"01020000100002006970766c616e5f706f727400060001001f0000000800030001000000"
/* clang-format on */

static struct module_port port;
static struct module_slave slave;
static struct module_held held;
static int family;

static int decode_port(const struct nlmsghdr *nlh)
{
	return codec_module_port_decode(nlh, &port);
}

static int decode_slave(const struct nlmsghdr *nlh)
{
	return codec_module_slave_decode(nlh, &slave);
}

static int decode_address(const struct nlmsghdr *nlh)
{
	return codec_module_address_decode(nlh, &held);
}

static int decode_family(const struct nlmsghdr *nlh)
{
	return codec_family_decode(nlh, &family);
}

static const uint16_t counters[] = {IPVLAN_PORT_A_COUNTER, 0}, gateways[] = {IPVLAN_PORT_A_GATEWAYS, 0};

static void decode_all(decode_fn decode, const char *hex)
{
	struct bytes bytes = bytes_from_hex(hex);

	ck_assert_int_eq(decode(message_of(&bytes)), 0);
	bytes_free(&bytes);
}

static void check_port(void)
{
	ck_assert_str_eq(port.name, "eth0");
	ck_assert_uint_eq(port.slave_count, 2);
	ck_assert_uint_eq(port.options, IPVLAN_PORT_OPT_GUARD | IPVLAN_PORT_OPT_DHCP);
	ck_assert_uint_eq(port.known, 15);
	ck_assert_uint_eq(port.queue_length, 5);
	ck_assert_uint_eq(port.queue_limit, 2000);
	ck_assert_uint_eq(port.gateway_count, 2);
	ck_assert_mem_eq(&port.gateways[0], &v4, sizeof(v4));
	ck_assert_mem_eq(&port.gateways[1], &v6, sizeof(v6));
	ck_assert_uint_eq(port.counter_count, 2);
	ck_assert_str_eq(port.counters[0].name, "tx_drop_private");
	ck_assert_uint_eq(port.counters[0].value, 7);
	ck_assert_str_eq(port.counters[1].name, "tx_drop_tap");
	ck_assert_uint_eq(port.counters[1].value, 0);
}

START_TEST(answers_are_read)
{
	decode_all(decode_port, PORT_ANSWER);
	check_port();
	decode_all(decode_slave, SLAVE_ANSWER);
	ck_assert_int_eq(slave.ifindex, 3);
	ck_assert_int_eq(slave.nsid, 1);
	ck_assert_str_eq(slave.name, "ipvl0");
	decode_all(decode_address, ADDRESS_ANSWER);
	ck_assert(held.held && held.locked && held.slave.ifindex == 3 && held.slave.nsid == 1);
	ck_assert_mem_eq(&held.address, &v6, sizeof(v6));
	decode_all(decode_address, LOCK_ANSWER);
	ck_assert(!held.held && held.locked && held.slave.nsid == -1);
	ck_assert_mem_eq(held.address.bytes, v4.bytes, 4);
	decode_all(decode_family, FAMILY_ANSWER);
	ck_assert_int_eq(family, FAMILY);
}
END_TEST

START_TEST(unknown_attributes_are_passed_over)
{
	struct bytes message = with_unknown_attribute(PORT_ANSWER, sizeof(struct genlmsghdr));

	ck_assert_int_eq(decode_port(message_of(&message)), 0);
	check_port();
	bytes_free(&message);
}
END_TEST

/* A newer module may count more, and allow more gateways. */
START_TEST(more_than_there_is_room_for_is_left_out)
{
	struct bytes message = bytes_from_hex(PORT_ANSWER), longer;
	size_t counter = 32, i;

	longer = bytes_copy(message.at, message.size);
	longer.at = realloc(longer.at, message.size + (MODULE_MAX_COUNTERS + 1) * counter);
	for (i = 0; i <= MODULE_MAX_COUNTERS; i++) {
		memcpy(longer.at + longer.size, message.at + message.size - counter, counter);
		longer.size += counter;
	}
	message_of(&longer)->nlmsg_len = (uint32_t)longer.size;
	ck_assert_int_eq(decode_port(message_of(&longer)), 0);
	ck_assert_uint_eq(port.counter_count, MODULE_MAX_COUNTERS);
	bytes_free(&message);
	bytes_free(&longer);
}
END_TEST

START_TEST(other_answers_are_refused)
{
	struct bytes message = bytes_from_hex(SLAVE_ANSWER);

	ck_assert_int_eq(decode_port(message_of(&message)), -EBADMSG);
	ck_assert_int_eq(decode_address(message_of(&message)), -EBADMSG);
	bytes_free(&message);
}
END_TEST

START_TEST(malformed_answers_are_refused)
{
	check_malformed(decode_port, PORT_ANSWER, sizeof(struct genlmsghdr), counters, "port, counters");
	check_malformed(decode_port, PORT_ANSWER, sizeof(struct genlmsghdr), gateways, "port, gateways");
	check_malformed(decode_slave, SLAVE_ANSWER, sizeof(struct genlmsghdr), NULL, "slave");
	check_malformed(decode_address, ADDRESS_ANSWER, sizeof(struct genlmsghdr), NULL, "address");
	check_malformed(decode_family, FAMILY_ANSWER, sizeof(struct genlmsghdr), NULL, "family");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("codec-module");
	TCase *tcase = tcase_create("requests");

	tcase_add_loop_test(tcase, requests_have_golden_bytes, 0, COUNT(requests));
	suite_add_tcase(suite, tcase);
	SUITE_ADD(suite, "answers", the_longest_request_fits, answers_are_read, unknown_attributes_are_passed_over,
		  more_than_there_is_room_for_is_left_out, other_answers_are_refused, malformed_answers_are_refused);
	return run_captured_suite(suite);
}
