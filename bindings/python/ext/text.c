// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ext.h"

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
