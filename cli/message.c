/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message.h"
#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int message_set(struct message *message, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(message->text, sizeof(message->text), format, ap);
	va_end(ap);
	return -EINVAL;
}

void message_add(struct message *message, const char *format, ...)
{
	size_t used = strlen(message->text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(message->text + used, sizeof(message->text) - used, format, ap);
	va_end(ap);
}

void nearest_begin(struct nearest *nearest, const char *word)
{
	nearest->word = word;
	nearest->count = 0;
}

static void insert(struct nearest *nearest, const char *valid, size_t distance)
{
	size_t at = nearest->count;

	while (at && nearest->found[at - 1].distance > distance)
		at--;
	if (at == NEAREST_COUNT)
		return;
	if (nearest->count < NEAREST_COUNT)
		nearest->count++;
	memmove(&nearest->found[at + 1], &nearest->found[at], (nearest->count - at - 1) * sizeof(nearest->found[0]));
	snprintf(nearest->found[at].word, sizeof(nearest->found[at].word), "%s", valid);
	nearest->found[at].distance = distance;
}

static void offer(struct nearest *nearest, const char *valid, size_t length)
{
	size_t typed = strlen(nearest->word);
	char word[32];
	size_t distance;

	snprintf(word, sizeof(word), "%.*s", (int)length, valid);
	distance = text_is_prefix(nearest->word, word) ? 1 : text_distance(nearest->word, word);
	/* As many slips as a word has letters make any other word of that length. */
	if (distance > (typed < 2 ? 0 : typed < 4 ? 1 : 2))
		return;
	for (size_t i = 0; i < nearest->count; i++)
		if (strcmp(nearest->found[i].word, word) == 0)
			return;
	insert(nearest, word, distance);
}

void nearest_offer(struct nearest *nearest, const char *valid)
{
	offer(nearest, valid, strlen(valid));
}

void nearest_offer_list(struct nearest *nearest, const char *list)
{
	while (*list) {
		size_t next = strcspn(list, " ");

		offer(nearest, list, next);
		list += next + strspn(list + next, " ");
	}
}

void nearest_add_to(const struct nearest *nearest, struct message *message)
{
	for (size_t i = 0; i < nearest->count; i++)
		message_add(message, "%s'%s'",
			    i == 0		      ? " (did you mean "
			    : i + 1 == nearest->count ? " or "
						      : ", ",
			    nearest->found[i].word);
	if (nearest->count)
		message_add(message, "?)");
}
