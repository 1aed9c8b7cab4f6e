/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What files of the kernel and of modprobe say, once somebody has read them. Programs choose part of what lies in
 * /proc: their names, their words, where they mount. Pure.
 */
#ifndef LIBIPVLAN_KERNEL_TEXT_H
#define LIBIPVLAN_KERNEL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A link in /proc/PID/ns: "net:[4026531840]"? */
bool kernel_text_is_namespace(const char *text, const char *sort, ino_t *inode);

/*
 * A line of /proc/PID/mountinfo: a network namespace that is mounted somewhere? Where, as a path within what that
 * process sees; it lies in the line, which is changed.
 */
bool kernel_text_is_mount(char *line, ino_t *inode, const char **point);

/* /proc/PID/stat: a thread of the kernel's? */
bool kernel_text_is_thread(const char *stat);

/* Words that a NUL ends, all of them within the size: does one begin as an option does? "-x0x3d:01" is "-x". */
bool kernel_text_has_option(const char *words, size_t size, const char *const *options, size_t count);

/* A setting below /proc/sys that is a number; `otherwise` when it is none that an int holds. */
int kernel_text_number(const char *text, int otherwise);

/* Adds the names of a file of /proc/net/ip_tables_names's kind, as far as there is room: "iptables nat, iptables raw".
 */
void kernel_text_add_tables(char *list, size_t size, const char *text, const char *family);

/* A line of modules.builtin or modules.dep: ipvlan's own, or of what needs it? */
bool kernel_text_names_module(const char *line);

/* A file of modprobe.d(5), by its name? */
bool kernel_text_is_modprobe_file(const char *name);

/* A line of modprobe.d(5) that keeps ipvlan from being loaded, or has something else loaded in its place? */
bool kernel_text_blocks_module(const char *line);

/* /proc/cmdline: has it modprobe or the kernel leave ipvlan alone? */
bool kernel_text_blocks_at_boot(const char *line);

#endif
