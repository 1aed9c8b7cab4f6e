/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record as a file's name and what is in it. Pure. */
#ifndef CNI_RECORD_TEXT_H
#define CNI_RECORD_TEXT_H

#include "record.h"

#define RECORD_NAME_SIZE (NAME_MAX + 1)

void record_name(char buf[RECORD_NAME_SIZE], const char *container, const char *ifname);

/* @return NULL when out of memory. */
json_t *record_encode(const struct record *record);

/* The first clears the rest of the record. @return 0; -ENOENT when it is none. */
int record_take_name(struct record *record, const char *name);
int record_decode(struct record *record, const json_t *json);

#endif
