/* SPDX-License-Identifier: GPL-2.0-or-later */
/* macvlan or ipvlan, and which mode: from facts to advice. Pure. */
#ifndef CLI_ADVISE_H
#define CLI_ADVISE_H

#include <jansson.h>

enum fact {
	FACT_ONE_MAC_PER_PORT = 1 << 0,
	FACT_MANY_SLAVES = 1 << 1,
	FACT_UNTRUSTED = 1 << 2,
	FACT_OWN_MAC = 1 << 3,
	FACT_DHCP = 1 << 4,
	FACT_HOST_ACCESS = 1 << 5,
	FACT_BROADCAST = 1 << 6,
	FACT_HOST_ROUTES = 1 << 7,
	FACT_CONNTRACK = 1 << 8,
	FACT_ISOLATE = 1 << 9,
	FACT_EXTERNAL_SWITCH = 1 << 10,
};

/* The advice as a document; facts is a set of FACT_ bits. @return NULL when out of memory. */
json_t *advise(int facts);

#endif
