/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "range.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Nine digits always fit. */
#define MOST_DIGITS 9

static size_t count_digits(const char *text)
{
	return strspn(text, "0123456789");
}

/* "[1-500]" at the text's beginning. @return its length; 0 when it is none. */
static size_t measure(const char *text)
{
	size_t first, last;

	if (*text != '[')
		return 0;
	first = count_digits(text + 1);
	if (!first || text[1 + first] != '-')
		return 0;
	last = count_digits(text + first + 2);
	if (!last || text[first + last + 2] != ']')
		return 0;
	return first + last + 3;
}

/* Of so many digits, MOST_DIGITS at most. A file of ten thousand slaves has it read ten thousand times. */
static unsigned long value_of(const char *digits, size_t count)
{
	unsigned long value = 0;

	while (count--)
		value = 10 * value + (unsigned long)(*digits++ - '0');
	return value;
}

static int read_range(const char *text, struct range *range, struct message *message)
{
	size_t digits = count_digits(text + 1), last_digits = count_digits(text + digits + 2);
	int length = (int)(digits + last_digits + 3);
	unsigned long first, last;

	if (digits > MOST_DIGITS || last_digits > MOST_DIGITS)
		return message_set(message, "the numbers of the range %.40s are too long", text);
	first = value_of(text + 1, digits);
	last = value_of(text + digits + 2, last_digits);
	if (last < first)
		return message_set(message, "the range %.*s goes backwards", length, text);
	if (last - first >= RANGE_LONGEST)
		return message_set(message, "the range %.*s has more than %d members", length, text, RANGE_LONGEST);
	range->first = (unsigned int)first;
	range->count = (unsigned int)(last - first + 1);
	range->width = text[1] == '0' ? (int)digits : 0;
	return 0;
}

/* A bracket that begins no range stands for itself; so it does behind a backslash. */
int range_parse(const char *text, struct range *range, struct message *message)
{
	size_t i, length;
	int err;

	*range = (struct range){.text = text, .before = strlen(text), .after = strlen(text)};
	for (i = strcspn(text, "[\\"); text[i]; i++) {
		if (text[i] == '\\' && (text[i + 1] == '[' || text[i + 1] == '\\')) {
			i++;
			continue;
		}
		length = measure(text + i);
		if (!length)
			continue;
		if (range->count)
			return message_set(message, "'%.60s' has more than one range", text);
		err = read_range(text + i, range, message);
		if (err)
			return err;
		range->before = i;
		range->after = i + length;
		i += length - 1;
	}
	return 0;
}

struct writer {
	char *buf;
	size_t size, used;
};

static void put(struct writer *writer, char c)
{
	if (writer->used < writer->size)
		writer->buf[writer->used] = c;
	writer->used++;
}

static void put_plain(struct writer *writer, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\\' && i + 1 < length && (text[i + 1] == '[' || text[i + 1] == '\\'))
			i++;
		put(writer, text[i]);
	}
}

/* With zeros before it, to be so wide at least. */
static void put_number(struct writer *writer, unsigned int number, int width)
{
	char digits[MOST_DIGITS + 1];
	int count = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while (number /= 10);
	for (; width > count; width--)
		put(writer, '0');
	while (count)
		put(writer, digits[--count]);
}

int range_format(const struct range *range, unsigned int n, char *buf, size_t size)
{
	struct writer writer = {.buf = buf, .size = size};

	put_plain(&writer, range->text, range->before);
	if (range->count)
		put_number(&writer, range->first + n, range->width);
	put_plain(&writer, range->text + range->after, strlen(range->text + range->after));
	put(&writer, '\0');
	if (writer.used <= size)
		return 0;
	buf[size - 1] = '\0';
	return -ENAMETOOLONG;
}

char *range_escape(const char *text)
{
	char *copy = malloc(2 * strlen(text) + 1), *to = copy;

	if (!copy)
		return NULL;
	for (; *text; text++) {
		if (*text == '\\' || *text == '[')
			*to++ = '\\';
		*to++ = *text;
	}
	*to = '\0';
	return copy;
}

struct series {
	int family;
	unsigned int bytes, length; /* of an address in bytes, of the prefix in bits */
	unsigned char base[16];
	uint64_t offset;
};

static void trim(const char **text, size_t *length)
{
	while (*length && isblank((unsigned char)**text)) {
		(*text)++;
		(*length)--;
	}
	while (*length && isblank((unsigned char)(*text)[*length - 1]))
		(*length)--;
}

/* A number that ends where its text does. */
static bool read_number(const char *text, size_t length, uint64_t *number)
{
	char digits[20];

	if (!length || length > 18 || count_digits(text) < length)
		return false;
	snprintf(digits, sizeof(digits), "%.*s", (int)length, text);
	*number = strtoull(digits, NULL, 10);
	return true;
}

static bool read_network(const char *text, size_t length, struct series *series)
{
	const char *slash = memchr(text, '/', length);
	char address[64];
	uint64_t bits;

	if (!slash || (size_t)(slash - text) >= sizeof(address))
		return false;
	snprintf(address, sizeof(address), "%.*s", (int)(slash - text), text);
	series->family = strchr(address, ':') ? AF_INET6 : AF_INET;
	series->bytes = series->family == AF_INET6 ? 16 : 4;
	if (inet_pton(series->family, address, series->base) != 1 ||
	    !read_number(slash + 1, length - (size_t)(slash + 1 - text), &bits) || bits > 8 * series->bytes)
		return false;
	series->length = (unsigned int)bits;
	return true;
}

static bool read_series(const char *text, const char *plus, struct series *series)
{
	const char *network = text, *offset = plus + 1;
	size_t network_length = (size_t)(plus - text), offset_length = strlen(offset);

	trim(&network, &network_length);
	trim(&offset, &offset_length);
	return read_network(network, network_length, series) && read_number(offset, offset_length, &series->offset);
}

/* Host bits that are all alike name the network itself, or everybody in it; IPv6 has no such addresses. */
static bool is_reserved(const struct series *series, const unsigned char *address)
{
	bool all_set = true, all_clear = true;

	if (series->family == AF_INET6 || series->length >= 31)
		return false;
	for (unsigned int bit = series->length; bit < 32; bit++) {
		if (address[bit / 8] & (0x80 >> bit % 8))
			all_clear = false;
		else
			all_set = false;
	}
	return all_set || all_clear;
}

static bool is_inside(const struct series *series, const unsigned char *address)
{
	for (unsigned int bit = 0; bit < series->length; bit++) {
		if ((series->base[bit / 8] ^ address[bit / 8]) & (0x80 >> bit % 8))
			return false;
	}
	return true;
}

/* address = base + number. @return whether it still is an address. */
static bool add(const struct series *series, uint64_t number, unsigned char address[16])
{
	for (unsigned int i = series->bytes; i-- > 0;) {
		number += series->base[i];
		address[i] = (unsigned char)(number & 0xff);
		number >>= 8;
	}
	return number == 0;
}

int series_format(const char *text, unsigned int n, char *buf, size_t size, struct message *message)
{
	const char *plus = strchr(text, '+');
	struct series series;
	unsigned char address[16] = {0};
	char shown[INET6_ADDRSTRLEN];

	if (!plus) {
		snprintf(buf, size, "%s", text);
		return 0;
	}
	if (!read_series(text, plus, &series))
		return message_set(message, "'%.80s' is no row of addresses (such as 10.1.0.0/16 + 10)", text);
	if (!add(&series, series.offset + n, address) || !is_inside(&series, address))
		return message_set(message, "'%.80s' leaves its network with number %u", text, n + 1);
	inet_ntop(series.family, address, shown, sizeof(shown));
	if (is_reserved(&series, address))
		return message_set(message, "'%.80s' comes to %s with number %u, which is no host's address", text,
				   shown, n + 1);
	snprintf(buf, size, "%s/%u", shown, series.length);
	return 0;
}
