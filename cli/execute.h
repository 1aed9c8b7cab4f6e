/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other programs. */
#ifndef CLI_EXECUTE_H
#define CLI_EXECUTE_H

struct ipvlan_netns;
struct session;

/* Run a program in a namespace and wait for it. netns: NULL for ours. @return its status. */
int execute(struct session *session, const struct ipvlan_netns *netns, char *const argv[]);

/* Have the user's words run by sh, in the namespace that is worked in. @return its status. */
int execute_text(struct session *session, const char *text);

#endif
