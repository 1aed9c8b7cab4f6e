/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Identifiers that must stay: a lease hangs on each. */
#include "../../cli/dhcp-id.h"
#include "../../cli/output.h"
#include "support.h"

#include <string.h>

static const char *const machine = "0123456789abcdef0123456789abcdef";

static void must_be(const char *netns, const char *ifname, const char *wanted)
{
	json_t *id = dhcp_id(machine, netns, ifname);

	ck_assert_str_eq(field_text(id, "client_id"), wanted);
	ck_assert_str_eq(field_text(id, "duid"), wanted + strlen("ff:00:00:00:01:"));
	json_decref(id);
}

START_TEST(identifiers_stay)
{
	must_be("ns0", "ipvl0", "ff:00:00:00:01:00:04:a6:2b:37:b2:1c:74:89:44:a0:70:75:d0:b0:58:14:00");
	must_be("ns1", "ipvl0", "ff:00:00:00:01:00:04:ae:1d:b0:7a:a3:7f:89:52:84:02:d7:0b:46:97:30:62");
	must_be("", "ipvl0", "ff:00:00:00:01:00:04:8e:46:98:14:2b:72:81:13:b9:65:43:93:17:49:ff:72");
}
END_TEST

/* What differs must be told apart, also where only the border between two names differs. */
START_TEST(identifiers_differ)
{
	static const char *const pairs[][2] = {{"ns0", "ipvl0"}, {"ns0", "ipvl1"}, {"ns1", "ipvl0"},
					       {"ns0i", "pvl0"}, {"", "ipvl0"},	   {"", "ns0"}};
	json_t *ids[COUNT(pairs)], *other = dhcp_id("another machine", "ns0", "ipvl0");
	size_t i, k;

	for (i = 0; i < COUNT(pairs); i++) {
		ids[i] = dhcp_id(machine, pairs[i][0], pairs[i][1]);
		ck_assert_str_ne(field_text(ids[i], "client_id"), field_text(other, "client_id"));
		for (k = 0; k < i; k++)
			ck_assert_str_ne(field_text(ids[i], "client_id"), field_text(ids[k], "client_id"));
	}
	for (i = 0; i < COUNT(pairs); i++)
		json_decref(ids[i]);
	json_decref(other);
}
END_TEST

START_TEST(clients_are_told)
{
	json_t *id = dhcp_id(machine, "ns0", "ipvl0"), *snippets = json_object_get(id, "snippets");
	char *text = json_dumps(snippets, JSON_ENSURE_ASCII);

	ck_assert_uint_eq(json_array_size(snippets), 4);
	ck_assert_ptr_nonnull(strstr(text, "clientid ff:00:00:00:01:00:04:"));
	ck_assert_ptr_nonnull(strstr(text, "ClientIdentifier=duid"));
	ck_assert_ptr_nonnull(strstr(text, "  send dhcp-client-identifier ff:00:"));
	ck_assert_ptr_nonnull(strstr(text, "-x 0x3d:ff000000010004"));
	free(text);
	json_decref(id);
}
END_TEST

/* dhclient would run the program x as root. */
START_TEST(names_command_no_client)
{
	json_t *id = dhcp_id(machine, "ns0", "\";script\"x\\\";#");
	const json_t *dhclient = json_array_get(json_object_get(id, "snippets"), 2);
	const json_t *lines = json_object_get(dhclient, "lines");

	ck_assert_str_eq(field_text(dhclient, "client"), "dhclient");
	ck_assert_str_eq(json_string_value(json_array_get(lines, 0)), "interface \"\\\";script\\\"x\\\\\\\";#\" {");
	json_decref(id);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli-dhcp-id");

	SUITE_ADD(suite, "identifiers", identifiers_stay, identifiers_differ, clients_are_told,
		  names_command_no_client);
	return run_suite(suite);
}
