/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text.h"

#include <string.h>

struct range {
	uint32_t first, last;
};

/* Marks that sit on the letter before them. */
static const struct range combining[] = {
	{0x300, 0x36f},	  {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},	{0x64b, 0x65f},	  {0x900, 0x902},
	{0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200d}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
};

static const struct range wide[] = {
	{0x1100, 0x115f},   {0x2e80, 0x303e},	{0x3041, 0xa4cf},   {0xac00, 0xd7a3},
	{0xf900, 0xfaff},   {0xfe30, 0xfe6f},	{0xff00, 0xff60},   {0xffe0, 0xffe6},
	{0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

/* C1 controls, line separators, and marks that turn the direction of writing. */
static const struct range harmful[] = {
	{0x00, 0x1f},	  {0x7f, 0x9f},	    {0x61c, 0x61c},   {0x200e, 0x200f},
	{0x2028, 0x202e}, {0x2066, 0x2069}, {0xfeff, 0xfeff},
};

#define IN(table, c) in_ranges(c, table, sizeof(table) / sizeof((table)[0]))

static bool in_ranges(uint32_t c, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

size_t text_decode(const char *text, uint32_t *character)
{
	const unsigned char *u = (const unsigned char *)text;
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = u[0] < 0x80		? 1
			: (u[0] & 0xe0) == 0xc0 ? 2
			: (u[0] & 0xf0) == 0xe0 ? 3
			: (u[0] & 0xf8) == 0xf0 ? 4
						: 0;
	uint32_t c;

	if (length < 2) {
		*character = u[0];
		return length;
	}
	c = u[0] & (0x7f >> length);
	for (size_t i = 1; i < length; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (u[i] & 0x3f);
	}
	*character = c;
	return c < smallest[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? 0 : length;
}

bool text_is_utf8(const char *text)
{
	uint32_t c;
	size_t length = 0;

	while (*text && (length = text_decode(text, &c)))
		text += length;
	return !*text;
}

static size_t columns_of(uint32_t c)
{
	if (c < 0x300)
		return 1;
	return IN(combining, c) ? 0 : IN(wide, c) ? 2 : 1;
}

size_t text_cut(const char *text, size_t columns)
{
	size_t at = 0, used = 0;

	while (text[at]) {
		uint32_t c;
		size_t length = text_decode(text + at, &c);
		size_t width = length ? columns_of(c) : 1;

		if (used + width > columns)
			break;
		used += width;
		at += length ? length : 1;
	}
	return at;
}

size_t text_width(const char *text)
{
	size_t width = 0;

	while (*text) {
		uint32_t c;
		size_t length = text_decode(text, &c);

		width += length ? columns_of(c) : 1;
		text += length ? length : 1;
	}
	return width;
}

void text_sanitize(char *text)
{
	char *to = text;

	while (*text) {
		uint32_t c;
		size_t length = text_decode(text, &c);

		if (!length || IN(harmful, c)) {
			*to++ = '?';
			text += length ? length : 1;
		} else {
			memmove(to, text, length);
			to += length;
			text += length;
		}
	}
	*to = '\0';
}

bool text_is_harmless(const char *text)
{
	while (*text) {
		uint32_t c;
		size_t length;

		/* Nearly all that there is. */
		if (*text >= ' ' && *text < 0x7f) {
			text++;
			continue;
		}
		length = text_decode(text, &c);
		if (!length || IN(harmful, c))
			return false;
		text += length;
	}
	return true;
}

void text_print_quoted(FILE *out, const char *text)
{
	uint32_t c;

	putc('"', out);
	for (size_t length; *text && (length = text_decode(text, &c)); text += length) {
		/* None of them is beyond what four digits can say. */
		if (IN(harmful, c))
			fprintf(out, "\\u%04x", c);
		else
			fprintf(out, "%s%.*s", c == '"' || c == '\\' ? "\\" : "", (int)length, text);
	}
	putc('"', out);
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Words of a command are short; of longer ones the beginning must do. */
#define LONGEST 31

size_t text_distance(const char *a, const char *b)
{
	size_t m = strnlen(a, LONGEST), n = strnlen(b, LONGEST);
	size_t d[LONGEST + 1][LONGEST + 1];

	for (size_t i = 0; i <= m; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= n; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= m; i++) {
		for (size_t j = 1; j <= n; j++) {
			size_t best = smaller(d[i - 1][j], d[i][j - 1]) + 1;

			best = smaller(best, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				best = smaller(best, d[i - 2][j - 2] + 1);
			d[i][j] = best;
		}
	}
	return d[m][n];
}

const char *number_format(int64_t number, char *buf)
{
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
	char *at = &buf[NUMBER_SIZE - 1];

	*at = '\0';
	do {
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (number < 0)
		*--at = '-';
	return at;
}

bool text_is_prefix(const char *word, const char *whole)
{
	return strncmp(word, whole, strlen(word)) == 0;
}

bool text_list_has(const char *list, const char *word)
{
	size_t length = strlen(word);

	while (*list) {
		size_t next = strcspn(list, " ");

		if (next == length && memcmp(list, word, length) == 0)
			return true;
		list += next + strspn(list + next, " ");
	}
	return false;
}

const char *text_list_find_prefix(const char *list, const char *word)
{
	size_t length = strlen(word);

	while (*list) {
		size_t next = strcspn(list, " ");

		if (next >= length && memcmp(list, word, length) == 0)
			return list;
		list += next + strspn(list + next, " ");
	}
	return NULL;
}

void text_print_wrapped(FILE *out, size_t width, size_t column, size_t indent, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, " ");

		if (column + 1 + length > width && column > indent) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else {
			putc(' ', out);
			column++;
		}
		fprintf(out, "%.*s", (int)length, text);
		column += length;
		text += length + strspn(text + length, " ");
	}
	putc('\n', out);
}
