// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ext.h"

#include <stdlib.h>

int text_convert(PyObject *object, void *data)
{
	struct text *text = data;

	if (!PyUnicode_FSConverter(object, &text->bytes))
		return 0;
	text->text = PyBytes_AsString(text->bytes);
	return text->text != NULL;
}

int text_convert_optional(PyObject *object, void *data)
{
	return object == Py_None ? 1 : text_convert(object, data);
}

void text_clear(struct text *text)
{
	Py_CLEAR(text->bytes);
	text->text = NULL;
}

int uint32_convert(PyObject *object, void *number)
{
	unsigned long long wide = PyLong_AsUnsignedLongLong(object);

	if (PyErr_Occurred())
		return 0;
	if (wide > UINT32_MAX) {
		PyErr_SetString(PyExc_OverflowError, "a number below 2**32 is wanted");
		return 0;
	}
	*(uint32_t *)number = (uint32_t)wide;
	return 1;
}

void words_clear(struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		text_clear(&words->texts[i]);
	free(words->texts);
	free(words->words);
}

static bool read_word(PyObject *sequence, size_t index, struct words *words)
{
	PyObject *word = PySequence_GetItem(sequence, (Py_ssize_t)index);
	bool read = word && text_convert(word, &words->texts[index]);

	Py_XDECREF(word);
	words->words[index] = words->texts[index].text;
	return read;
}

bool words_read(PyObject *sequence, struct words *words)
{
	Py_ssize_t size = PySequence_Size(sequence);

	*words = (struct words){NULL};
	if (size < 0)
		return false;
	words->texts = calloc((size_t)size + 1, sizeof(*words->texts));
	words->words = calloc((size_t)size + 1, sizeof(*words->words));
	if (!words->texts || !words->words) {
		words_clear(words);
		PyErr_NoMemory();
		return false;
	}
	while (words->count < (size_t)size) {
		if (!read_word(sequence, words->count++, words)) {
			words_clear(words);
			return false;
		}
	}
	return true;
}
