/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Uses of parts of the library that the uses of use.c come to only on a machine with much in it. */
#ifndef TESTS_USE_PARTS_H
#define TESTS_USE_PARTS_H

#include <stdio.h>
#include <stdlib.h>

/* Check's own words need memory. */
#define require(condition)                                                                      \
	do {                                                                                    \
		if (!(condition)) {                                                             \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                                \
		}                                                                               \
	} while (0)

/* The first failure of several calls; those behind it are not made. */
#define STEP(err, call)               \
	do {                          \
		if (!(err))           \
			(err) = call; \
	} while (0)

int use_first_steps(void);
int use_differences(void);
int use_rules(void);
int use_model(void);
int use_judgement(void);

#endif
