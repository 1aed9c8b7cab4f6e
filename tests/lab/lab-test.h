/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the C tests in a guest share. Every test runs in an arena, a network namespace of its own, beside two named
 * ones:
 *
 *   arena (no name): lo, eth0 (dummy, up)
 *   ns0, ns1:        lo
 *
 * What the kernel holds is read here by few lines of libmnl, on purpose not by the library under test.
 */
#ifndef LAB_TEST_H
#define LAB_TEST_H

#include "../unit/rights.h"
#include <check.h>
#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* The context of the running test; it works in the arena. */
extern struct ipvlan_ctx *ctx;
/* The last notice that the library logged on it, or "". */
extern char lab_notice[512];

/* Runs a suite whose test cases have lab_fixture(), and returns what main() should. */
int lab_main(Suite *suite);
/* A test case with the arena around each of its tests. */
TCase *lab_case(Suite *suite, const char *name);

/* Ends the test unless the call was fine; shows the library's own words. */
#define must(call)                                                                                       \
	do {                                                                                             \
		int must_err_ = (call);                                                                  \
		ck_assert_msg(must_err_ == 0, "%s: %d: %s", #call, must_err_, ipvlan_ctx_strerror(ctx)); \
	} while (0)

/* The call must fail so; text, holder and hint are what must be in the error's, NULL: do not care, "": there is none.
 */
#define must_fail(call, code, stage, text, holder, hint) \
	lab_check_error(__FILE__, __LINE__, #call, call, code, stage, text, holder, hint)
void lab_check_error(const char *file, int line, const char *what, int err, int code, enum ipvlan_stage stage,
		     const char *text, const char *holder, const char *hint);

/* Namespaces. "" is the arena. */
void lab_netns_add(const char *name);
void lab_netns_del(const char *name);
int lab_netns_open(const char *name);
/* A descriptor that keeps a namespace, though nothing leads from it there: a socket. */
int lab_netns_hold(const char *name);
void lab_enter(const char *name);
void lab_leave(void);
/* A process that sits in a namespace of its own, or in a named one; ended by lab_pid_end(). */
pid_t lab_pid_start(const char *netns);
void lab_pid_end(pid_t pid);

/* A link of any kind in the namespace that the test is in; 0 or -errno. */
struct lab_link {
	const char *kind, *name;
	const char *parent;	/* IFLA_LINK */
	const char *controller; /* IFLA_MASTER */
	const char *peer;	/* the other end of a veth, made where peer_netns says */
	const char *peer_netns;
	uint32_t first_value; /* of attribute 1 of the kind: IFLA_MACVLAN_MODE, IFLA_VRF_TABLE */
	int index;
	bool up;
};
int lab_link_add(const struct lab_link *link);
void lab_link_del(const char *name);
void lab_link_set_controller(const char *name, const char *controller);
void lab_move(const char *name, const char *netns);
void lab_link_set_up(const char *name, bool up);
void lab_address_add(const char *link, const char *address, int length);
void lab_write(const char *path, const char *text);

/* All links, addresses and routes of the arena and the named namespaces, a line each. The caller frees it. */
char *lab_state(void);
/* Whether such a line is there now. */
bool lab_has(const char *line);
#define must_have(line)	    ck_assert_msg(lab_has(line), "no line \"%s\" in:\n%s", line, lab_state())
#define must_not_have(line) ck_assert_msg(!lab_has(line), "line \"%s\" in:\n%s", line, lab_state())
/* "ns0 link ipvl0 ..." of one link, for comparing before and after. The caller frees it; NULL: no such link. */
char *lab_link_line(const char *netns, const char *link);

/* A slave of eth0 in a namespace (NULL: arena), with an address (NULL: none), up. Ends the test when refused. */
void lab_slave(const char *name, const char *netns, int mode, int flags, const char *address);

#endif
