/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dhcp-id.h"

#include "output.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define UUID_SIZE 16
#define DUID_SIZE (2 + UUID_SIZE)
#define ID_SIZE	  (1 + 4 + DUID_SIZE)
#define IAID	  1 /* each slave has a DUID of its own, so it need not tell slaves apart */

/* FNV-1a, ended by MurmurHash3's mixer. The text's end counts, so that ("a", "bc") and ("ab", "c") differ. */
static uint64_t add_text(uint64_t hash, const char *text)
{
	size_t i, size = strlen(text) + 1;

	for (i = 0; i < size; i++)
		hash = (hash ^ (uint8_t)text[i]) * 0x100000001b3;
	return hash;
}

static uint64_t mix(uint64_t hash)
{
	hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccd;
	hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53;
	return hash ^ hash >> 33;
}

static uint64_t hash_of(uint64_t start, const char *machine, const char *netns, const char *ifname)
{
	return mix(add_text(add_text(add_text(add_text(start, "ipvlanctl dhcp-id"), machine), netns), ifname));
}

static void put(uint8_t *bytes, uint64_t number, size_t size)
{
	while (size--) {
		bytes[size] = (uint8_t)number;
		number >>= 8;
	}
}

/* Of version 8, "custom" (RFC 9562): the other ones are about hashes and clocks that are not used here. */
static void make_uuid(uint8_t uuid[UUID_SIZE], const char *machine, const char *netns, const char *ifname)
{
	put(uuid, hash_of(0xcbf29ce484222325, machine, netns, ifname), 8);
	put(uuid + 8, hash_of(0x84222325cbf29ce4, machine, netns, ifname), 8);
	uuid[6] = (uint8_t)(0x80 | (uuid[6] & 0x0f));
	uuid[8] = (uint8_t)(0x80 | (uuid[8] & 0x3f));
}

static void make_id(uint8_t id[ID_SIZE], const uint8_t uuid[UUID_SIZE])
{
	id[0] = 0xff; /* RFC 4361 */
	put(id + 1, IAID, 4);
	put(id + 5, 4, 2); /* DUID-UUID, RFC 6355 */
	memcpy(id + 7, uuid, UUID_SIZE);
}

static void write_hex(char *text, const uint8_t *bytes, size_t size, const char *between)
{
	size_t i;

	for (i = 0; i < size; i++)
		text += sprintf(text, "%s%02x", i ? between : "", bytes[i]);
}

static json_t *snippet(const char *client, const char *where, json_t *lines)
{
	return json_pack("{s:s, s:s, s:o}", "client", client, "where", where, "lines", lines);
}

/* Whoever is in a namespace chooses the names of its links: what ends a text of dhclient's is escaped there. */
static json_t *dhclient_interface(const char *name)
{
	char escaped[128];
	size_t used = 0;

	for (; name && *name && used + 2 < sizeof(escaped); name++) {
		if (*name == '"' || *name == '\\')
			escaped[used++] = '\\';
		escaped[used++] = *name;
	}
	escaped[used] = '\0';
	return json_sprintf("interface \"%s\" {", escaped);
}

static json_t *snippets(const char *ifname, const char *id, const char *id_bare, const char *uuid)
{
	json_t *list = json_array(), *name = document_text(ifname);
	const char *shown = json_string_value(name);

	json_array_append_new(list, snippet("dhcpcd", "dhcpcd.conf",
					    json_pack("[o, o]", json_sprintf("interface %s", shown),
						      json_sprintf("clientid %s", id))));
	json_array_append_new(list,
			      snippet("systemd-networkd", "the slave's .network file",
				      json_pack("[s, s, s, o, o]", "[DHCPv4]", "ClientIdentifier=duid", "DUIDType=uuid",
						json_sprintf("DUIDRawData=%s", uuid), json_sprintf("IAID=%d", IAID))));
	json_array_append_new(list, snippet("dhclient", "dhclient.conf",
					    json_pack("[o, o, s]", dhclient_interface(shown),
						      json_sprintf("  send dhcp-client-identifier %s;", id), "}")));
	json_array_append_new(
		list, snippet("udhcpc", "the command line", json_pack("[o]", json_sprintf("-x 0x3d:%s", id_bare))));
	json_decref(name);
	return list;
}

json_t *dhcp_id(const char *machine, const char *netns, const char *ifname)
{
	char text[3 * ID_SIZE], bare[3 * ID_SIZE], duid[3 * DUID_SIZE], raw[3 * UUID_SIZE];
	uint8_t uuid[UUID_SIZE], id[ID_SIZE];

	make_uuid(uuid, machine, netns, ifname);
	make_id(id, uuid);
	write_hex(text, id, ID_SIZE, ":");
	write_hex(bare, id, ID_SIZE, "");
	write_hex(duid, id + 5, DUID_SIZE, ":");
	write_hex(raw, uuid, UUID_SIZE, ":");
	return json_pack("{s:o, s:o, s:s, s:s, s:i, s:o}", "ifname", document_text(ifname), "netns",
			 *netns ? document_text(netns) : json_null(), "client_id", text, "duid", duid, "iaid", IAID,
			 "snippets", snippets(ifname, text, bare, raw));
}
