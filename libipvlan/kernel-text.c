// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernel-text.h"
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\n"
#define MODULE "ipvlan"
/* What asks for a kind of link has this name. */
#define MODULE_ALIAS "rtnl-link-ipvlan"
/* The kernel's PF_KTHREAD. */
#define IS_KERNEL_THREAD 0x00200000

/* Digits up to `end`, and nothing else. */
static bool read_number(const char *text, char end, unsigned long *number)
{
	char *rest;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoul(text, &rest, 10);
	return !errno && *rest == end;
}

bool kernel_text_is_namespace(const char *text, const char *sort, ino_t *inode)
{
	size_t length = strlen(sort);
	unsigned long number;

	if (strncmp(text, sort, length) != 0 || text[length] != ':' || text[length + 1] != '[')
		return false;
	text += length + 2;
	if (!read_number(text, ']', &number) || strchr(text, ']')[1])
		return false;
	*inode = number;
	return true;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* The byte that \040 stands for; 0 for what no kernel writes: that stands for itself. */
static unsigned int escaped(const char *text)
{
	unsigned int byte;

	if (text[0] != '\\' || !is_octal(text[1]) || !is_octal(text[2]) || !is_octal(text[3]))
		return 0;
	byte = (unsigned int)(text[1] - '0') << 6 | (unsigned int)(text[2] - '0') << 3 | (unsigned int)(text[3] - '0');
	return byte <= UCHAR_MAX ? byte : 0;
}

/* A blank in a path is \040 there. */
static void unescape(char *text)
{
	unsigned int byte;
	char *to = text;

	for (; *text; text++) {
		byte = escaped(text);
		*to++ = byte ? (char)byte : *text;
		if (byte)
			text += 3;
	}
	*to = '\0';
}

/* "36 35 0:4 net:[4026532281] /run/netns/ns0 rw ..." */
bool kernel_text_is_mount(char *line, ino_t *inode, const char **point)
{
	enum { ROOT = 3, POINT, FIELDS };
	char *fields[FIELDS];
	size_t i;

	for (i = 0; i < FIELDS; i++)
		fields[i] = strsep(&line, " ");
	if (!fields[POINT] || fields[POINT][0] != '/' || !kernel_text_is_namespace(fields[ROOT], "net", inode))
		return false;
	unescape(fields[POINT]);
	*point = fields[POINT];
	return true;
}

/*
 * "2 (kthreadd) S 0 0 0 0 -1 2129984 ...". A program may have any name, also one with a parenthesis and numbers in it;
 * but behind the last parenthesis there are only the kernel's own words.
 */
bool kernel_text_is_thread(const char *stat)
{
	const char *end = strrchr(stat, ')');
	unsigned int flags;

	return end && sscanf(end, ") %*c %*d %*d %*d %*d %*d %u", &flags) == 1 && (flags & IS_KERNEL_THREAD);
}

bool kernel_text_has_option(const char *words, size_t size, const char *const *options, size_t count)
{
	const char *word;
	size_t i;

	for (word = words; word < words + size; word += strlen(word) + 1) {
		for (i = 0; i < count && options[i]; i++) {
			if (strncmp(word, options[i], strlen(options[i])) == 0)
				return true;
		}
	}
	return false;
}

int kernel_text_number(const char *text, int otherwise)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	return end == text || errno || number < INT_MIN || number > INT_MAX ? otherwise : (int)number;
}

void kernel_text_add_tables(char *list, size_t size, const char *text, const char *family)
{
	size_t used, length;

	for (; *text; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		used = strlen(list);
		if (length)
			snprintf(list + used, size - used, "%s%s %.*s", used ? ", " : "", family, (int)length, text);
	}
}

bool kernel_text_names_module(const char *line)
{
	return strstr(line, "/" MODULE ".ko") != NULL;
}

bool kernel_text_is_modprobe_file(const char *name)
{
	const char *end = strrchr(name, '.');

	return end && name[0] != '.' && strcmp(end, ".conf") == 0;
}

/* "blacklist ipvlan", or an "install" or "alias" line that leads elsewhere. */
bool kernel_text_blocks_module(const char *line)
{
	char command[16], module[32];

	if (sscanf(line, " %15s %31s", command, module) != 2)
		return false;
	if (strcmp(module, MODULE) != 0 && strcmp(module, MODULE_ALIAS) != 0)
		return false;
	return strcmp(command, "blacklist") == 0 || strcmp(command, "install") == 0 || strcmp(command, "alias") == 0;
}

/* Names that a comma divides. */
static bool list_has(const char *list, size_t size, const char *name)
{
	const char *end = list + size;
	size_t length;

	for (; list < end; list += length + 1) {
		length = strcspn(list, ",");
		if (length > (size_t)(end - list))
			length = (size_t)(end - list);
		if (length == strlen(name) && memcmp(list, name, length) == 0)
			return true;
	}
	return false;
}

static bool word_blocks(const char *word, size_t size)
{
	static const char *const lists[] = {"module_blacklist=", "modprobe.blacklist="};
	size_t i, length;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		length = strlen(lists[i]);
		if (size > length && memcmp(word, lists[i], length) == 0)
			return list_has(word + length, size - length, MODULE);
	}
	return false;
}

bool kernel_text_blocks_at_boot(const char *line)
{
	size_t length;

	for (; *line; line += length) {
		line += strspn(line, BLANKS);
		length = strcspn(line, BLANKS);
		if (word_blocks(line, length))
			return true;
	}
	return false;
}
