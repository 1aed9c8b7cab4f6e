// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as what lies in files of the machine, and in an environment. The first byte says which; each reader gets
 * them in memory that ends where they do, and keeps a promise besides not to crash.
 */
#include "../../cli/dhcp-id.h"
#include "../../cli/history.h"
#include "../../cli/text.h"
#include "../../cli/writer.h"
#include "../../cni/record-text.h"
#include "fuzz.h"
#include "kernel-text.h"
#include "link-read.h"
#include <ctype.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The bytes as a text. There are none behind a NUL. */
static char *text_of(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	require(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

static char *join(const char *before, const char *text, const char *after)
{
	char *whole;

	require(asprintf(&whole, "%s%s%s", before, text, after) >= 0);
	return whole;
}

/* Hands out each line as a text of its own. */
static void each_line(const uint8_t *data, size_t size, void (*fn)(const char *line))
{
	char *text = text_of(data, size), *rest = text, *line, *copy;

	while ((line = strsep(&rest, "\n"))) {
		copy = join("", line, "");
		fn(copy);
		free(copy);
	}
	free(text);
}

/* ---- namespaces: links in /proc, mounts */

static void ask_namespace(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size), again[48];
	ino_t inode = 0, same = 0;

	if (kernel_text_is_namespace(text, "net", &inode)) {
		snprintf(again, sizeof(again), "net:[%lu]", (unsigned long)inode);
		require(kernel_text_is_namespace(again, "net", &same) && same == inode);
		require(strcmp(text, again) == 0 || text[strlen("net:[")] == '0');
		require(!kernel_text_is_namespace(text, "mnt", &same));
	}
	free(text);
}

/* Every byte of the path was there, as it stands or as \040; and the path is all that was there. */
static void require_faithful(const char *path, const char *field)
{
	unsigned int byte;

	for (; *field && *field != ' '; path++) {
		byte = (unsigned char)*path;
		if (*field == *path && (*field != '\\' || byte != 0134 || strncmp(field, "\\134", 4) != 0)) {
			field++;
			continue;
		}
		require(byte && field[0] == '\\' && field[1] == (char)('0' + (byte >> 6)));
		require(field[2] == (char)('0' + (byte >> 3 & 7)) && field[3] == (char)('0' + (byte & 7)));
		field += 4;
	}
	require(!*path);
}

static const char *field_of(const char *line, size_t number)
{
	while (number-- && (line = strchr(line, ' ')))
		line++;
	return line;
}

static void ask_mount(const char *line)
{
	char *changed = join("", line, "");
	const char *point = NULL;
	ino_t inode;

	if (kernel_text_is_mount(changed, &inode, &point)) {
		require(point > changed && point < changed + strlen(line) && *point == '/');
		require(strncmp(field_of(line, 3), "net:[", 5) == 0);
		require_faithful(point, field_of(line, 4));
	}
	free(changed);
}

static void ask_mounts(const uint8_t *data, size_t size)
{
	each_line(data, size, ask_mount);
}

/* What a program is called does not make it another thing. */
static void ask_thread(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size);
	char *program = join("2 (", text, ") S 1 2 2 0 -1 4194560 0 0 0 0\n");
	char *thread = join("2 (", text, ") S 0 0 0 0 -1 2129984 0 0 0 0\n");

	kernel_text_is_thread(text);
	require(!kernel_text_is_thread(program));
	require(kernel_text_is_thread(thread));
	free(program);
	free(thread);
	free(text);
}

/* ---- what the doctor reads */

static void ask_words(const uint8_t *data, size_t size)
{
	static const char *const options[] = {"-x", "--clientid", NULL, "-never"};
	static const char *const never[] = {"-never", NULL};
	char *text = text_of(data, size);
	bool has = kernel_text_has_option(text, size, options, COUNT(options));

	require(!has || memmem(text, size, "-x", 2) || memmem(text, size, "--clientid", 10));
	require(kernel_text_has_option(text, size, options, 0) == false);
	if (!memmem(text, size, "-never", 6))
		require(!kernel_text_has_option(text, size, never, COUNT(never)));
	free(text);
}

static void ask_number(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size), again[16];
	int number = kernel_text_number(text, -1);

	snprintf(again, sizeof(again), "%d\n", number);
	require(kernel_text_number(again, 0) == number);
	require(number == -1 || strpbrk(text, "0123456789"));
	free(text);
}

static void ask_tables(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size), *list = calloc(1, 64);
	size_t used;

	require(list);
	kernel_text_add_tables(list, 64, text, "iptables");
	used = strlen(list);
	require(used < 64 && !strchr(list, '\n') && !used == !text[strspn(text, "\n")]);
	require(!used || strncmp(list, "iptables ", 9) == 0);
	kernel_text_add_tables(list, 64, text, "ip6tables");
	require(strlen(list) >= used && strlen(list) < 64);
	free(list);
	free(text);
}

static void ask_dependency(const char *line)
{
	require(!kernel_text_names_module(line) || strstr(line, "ipvlan.ko"));
}

static void ask_dependencies(const uint8_t *data, size_t size)
{
	each_line(data, size, ask_dependency);
}

static void ask_modprobe_line(const char *line)
{
	char *comment = join("#", line, "");

	require(!kernel_text_blocks_module(line) || strstr(line, "ipvlan"));
	require(!kernel_text_blocks_module(comment));
	free(comment);
}

static void ask_modprobe(const uint8_t *data, size_t size)
{
	each_line(data, size, ask_modprobe_line);
}

static void ask_boot(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size), *before = join("modprobe.blacklist=ipvlan ", text, "\n");
	char *behind = join(text, " module_blacklist=a,ipvlan", "\n");

	require(!kernel_text_blocks_at_boot(text) || (strstr(text, "blacklist=") && strstr(text, "ipvlan")));
	require(kernel_text_blocks_at_boot(before) && kernel_text_blocks_at_boot(behind));
	free(before);
	free(behind);
	free(text);
}

/* ---- ethtool's names of counters, behind a byte of how many were asked for, and one of how many came */

static void ask_counters(const uint8_t *data, size_t size)
{
	struct drop_reasons reasons = {0};
	struct ethtool_gstrings *answer;
	size_t count, room, i;

	if (size < 2)
		return;
	/* As many as the caller has room for. */
	count = data[0] % 65;
	room = sizeof(*answer) + count * ETH_GSTRING_LEN;
	answer = calloc(1, room);
	require(answer);
	answer->len = data[1];
	memcpy(answer->data, data + 2, size - 2 < room - sizeof(*answer) ? size - 2 : room - sizeof(*answer));
	if (drops_take_names(&reasons, answer, (uint32_t)count) == 0)
		require(answer->len == count && (!reasons.count || reasons.count == count));
	for (i = 0; i < reasons.count; i++)
		require(strlen(reasons.names[i]) < DROP_REASON_SIZE && strstr(reasons.names[i], "x_drop_"));
	free(reasons.names);
	free(answer);
}

/* ---- the plugin: its records, whose names are the first line; what a runtime asks for */

static void record_again(const struct record *record)
{
	char name[RECORD_NAME_SIZE];
	json_t *json = record_encode(record);
	struct record back;

	require(json);
	record_name(name, record->container, record->ifname);
	require(record_take_name(&back, name) == 0 && record_decode(&back, json) == 0);
	require(strcmp(back.container, record->container) == 0 && strcmp(back.ifname, record->ifname) == 0);
	require(strcmp(back.network, record->network) == 0 && strcmp(back.netns, record->netns) == 0);
	require(strcmp(back.parent, record->parent) == 0 && back.netns_inode == record->netns_inode);
	require(back.netns_cookie == record->netns_cookie);
	require(back.ifindex == record->ifindex && back.host_access == record->host_access);
	json_decref(json);
}

/* What was taken is written as it was read, but for what has no place in a record. */
static void ask_record_json(struct record *record, const json_t *json)
{
	json_t *again;

	if (record_decode(record, json))
		return;
	again = record_encode(record);
	require(json_equal(json_object_get(again, "ifindex"), json_object_get(json, "ifindex")));
	require(json_equal(json_object_get(again, "inode"), json_object_get(json, "inode")));
	require(json_equal(json_object_get(again, "parent"), json_object_get(json, "parent")));
	json_decref(again);
	record_again(record);
}

static void ask_record(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size);
	size_t length = strcspn(text, "\n");
	struct record record;
	json_t *json = NULL;

	if (length < size && text[length])
		json = json_loadb(text + length + 1, size - length - 1, 0, NULL);
	text[length] = '\0';
	if (record_take_name(&record, text) == 0) {
		require(request_is_container(record.container) && request_is_link(record.ifname));
		require(!strchr(text, '/') && text[0] != '.');
		ask_record_json(&record, json);
	}
	json_decref(json);
	free(text);
}

/* Variables that a NUL ends. */
static const char *variables;
static size_t variables_size;

static char *get(const char *name)
{
	size_t length = strlen(name), at;

	for (at = 0; at < variables_size; at += strlen(variables + at) + 1)
		if (strncmp(variables + at, name, length) == 0 && variables[at + length] == '=')
			return (char *)variables + at + length + 1;
	return NULL;
}

static void ask_environment(const uint8_t *data, size_t size)
{
	struct cni_error error = {0};
	struct request request;
	char *text = text_of(data, size);
	int err;

	variables = text;
	variables_size = size;
	err = request_read(&request, get, &error);
	require(err == 0 || (err == -EINVAL && error.code && error.msg[0]));
	if (!err && request.command <= COMMAND_DEL) {
		require(request_is_container(request.container) && request_is_link(request.ifname));
		require(request.command == COMMAND_DEL || *request.netns);
		require(!request.mac || *request.mac);
	}
	free(text);
}

/* ---- the command: its history; what a DHCP client is known by */

static void keep(void *data, const char *line)
{
	FILE *file = data;

	require(*line && !strchr(line, '\n'));
	fprintf(file, "%s\n", line);
}

/* What is told of a history, as another history. */
static char *told(const char *text)
{
	char *copy = join("", text, ""), *kept = history_kept(copy), *lines;
	size_t size;
	FILE *file = open_memstream(&lines, &size);

	require(file && kept >= copy && kept <= copy + strlen(text));
	history_tell(kept, keep, file);
	fclose(file);
	free(copy);
	return lines;
}

static void ask_history(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size), *once = told(text), *twice = told(once);

	require(strlen(once) <= strlen(text) + 1 && strcmp(once, twice) == 0);
	free(twice);
	free(once);
	free(text);
}

static void require_id(const char *id, size_t bytes)
{
	require(id && strlen(id) == 3 * bytes - 1);
	for (size_t i = 0; id[i]; i++)
		require(i % 3 == 2 ? id[i] == ':' : isxdigit((unsigned char)id[i]));
}

/* As --json shows it, whatever the slave is called. */
static void require_harmless(json_t *document)
{
	char *text;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	struct writer w;

	require(file);
	writer_to_json(&w, file, false);
	write_tree(&w, NULL, document);
	writer_finish_json(&w);
	fclose(file);
	text[strcspn(text, "\n")] = '\0';
	require(text_is_harmless(text) && strlen(text) + 1 >= size);
	free(text);
}

static void ask_id(const char *machine, const char *netns, const char *ifname)
{
	json_t *id = dhcp_id(machine, netns, ifname), *same = dhcp_id(machine, netns, ifname);

	require(id && json_equal(id, same));
	require_id(json_string_value(json_object_get(id, "client_id")), 23);
	require_id(json_string_value(json_object_get(id, "duid")), 18);
	require_harmless(id);
	json_decref(same);
	json_decref(id);
}

/* Three lines: the machine's id, the namespace, the slave. */
static void ask_machine(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size), *rest = text;
	const char *machine = strsep(&rest, "\n"), *netns = strsep(&rest, "\n"), *ifname = strsep(&rest, "\n");

	ask_id(machine, netns ? netns : "", ifname ? ifname : "");
	free(text);
}

static const struct {
	char letter;
	void (*ask)(const uint8_t *data, size_t size);
} readers[] = {
	{'a', ask_tables},  {'b', ask_boot},	{'c', ask_counters}, {'d', ask_dependencies}, {'e', ask_environment},
	{'h', ask_history}, {'i', ask_machine}, {'m', ask_mounts},   {'n', ask_namespace},    {'p', ask_modprobe},
	{'r', ask_record},  {'t', ask_thread},	{'v', ask_number},   {'w', ask_words},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < COUNT(readers); i++) {
		if (size && data[0] == (uint8_t)readers[i].letter) {
			readers[i].ask(data + 1, size - 1);
			return 0;
		}
	}
	/* None that is worth keeping. */
	return -1;
}
