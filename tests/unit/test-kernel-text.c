// SPDX-License-Identifier: GPL-2.0-or-later
/* What lies in /proc and modprobe.d: whose words count, and what programs cannot make of them by their names. */
#include "kernel-text.h"
#include "support.h"
#include <stdio.h>

static const struct {
	const char *text, *sort;
	bool is_one;
	ino_t inode;
} links[] = {
	{"net:[4026531840]", "net", true, 4026531840},
	{"mnt:[4026531841]", "mnt", true, 4026531841},
	{"mnt:[4026531841]", "net", false, 0},
	{"net:[4026531840]x", "net", false, 0},
	{"net:[4026531840", "net", false, 0},
	{"net:[-1]", "net", false, 0},
	{"net:[ 1]", "net", false, 0},
	{"net:[]", "net", false, 0},
	{"net:[99999999999999999999]", "net", false, 0},
	{"net", "net", false, 0},
	{"", "net", false, 0},
};

START_TEST(links_of_namespaces_are_known)
{
	ino_t inode = 0;

	ck_assert_int_eq(kernel_text_is_namespace(links[_i].text, links[_i].sort, &inode), links[_i].is_one);
	ck_assert_uint_eq(inode, links[_i].inode);
}
END_TEST

static const struct {
	const char *line, *point;
} mounts[] = {
	{"36 35 0:4 net:[4026532281] /run/netns/ns0 rw shared:1 - nsfs nsfs rw\n", "/run/netns/ns0"},
	{"36 35 0:4 net:[4026532281] /a\\040b\\134c\\011\\012 rw", "/a b\\c\t\n"},
	/* No kernel writes that: a byte that is none, or the end of a text. */
	{"36 35 0:4 net:[4026532281] /a\\000b\\777c\\08d\\1 rw", "/a\\000b\\777c\\08d\\1"},
	{"36 35 0:4 mnt:[4026532281] /run/x rw", NULL},
	{"36 35 0:4 / / rw", NULL},
	{"36 35 0:4 net:[4026532281] run rw", NULL},
	{"36 35 0:4 net:[4026532281]", NULL},
	{"", NULL},
};

START_TEST(mounts_of_namespaces_are_known)
{
	char line[128];
	const char *point = NULL;
	ino_t inode = 0;

	snprintf(line, sizeof(line), "%s", mounts[_i].line);
	ck_assert_int_eq(kernel_text_is_mount(line, &inode, &point), mounts[_i].point != NULL);
	ck_assert_pstr_eq(point, mounts[_i].point);
	ck_assert(!point || inode == 4026532281);
}
END_TEST

static const struct {
	const char *text;
	int number;
} numbers[] = {
	{"1\n", 1}, {"-2", -2}, {"0\n", 0}, {"", -7}, {"\n", -7}, {"on\n", -7}, {"4294967296\n", -7},
};

START_TEST(what_is_no_number_was_not_read)
{
	ck_assert_int_eq(kernel_text_number(numbers[_i].text, -7), numbers[_i].number);
}
END_TEST

static const struct {
	const char *text, *list;
} tables[] = {
	{"nat\nfilter\n", "iptables nat, iptables filter"},
	{"\n\nnat", "iptables nat"},
	{"", ""},
	{"security\nmangle\nfilter\n", "iptables security, iptables mangle, ipt"},
};

START_TEST(tables_are_listed_as_far_as_there_is_room)
{
	char list[40] = "";

	kernel_text_add_tables(list, sizeof(list), tables[_i].text, "iptables");
	ck_assert_str_eq(list, tables[_i].list);
}
END_TEST

static const struct {
	const char *name, *numbers;
	bool is_thread;
} processes[] = {
	{"kthreadd", "S 0 0 0 0 -1 2129984 0 0", true},
	{"bash", "S 1 2 2 0 -1 4194560 0 0", false},
	{"(sd-pam)", "S 1 2 2 0 -1 4194560 0 0", false},
	/* Programs choose their names. */
	{"x)S0-0-0-0-0-1", "S 1 2 2 0 -1 4194560 0 0", false},
	{"x) S 0 0 0 0 -1", "S 1 2 2 0 -1 4194560 0 0", false},
	{"k)", "S 0 0 0 0 -1 2129984 0 0", true},
	{"bash", "S 1 2", false},
};

START_TEST(no_program_is_called_a_thread_of_the_kernel)
{
	char text[128];

	snprintf(text, sizeof(text), "2 (%s) %s\n", processes[_i].name, processes[_i].numbers);
	ck_assert_int_eq(kernel_text_is_thread(text), processes[_i].is_thread);
}
END_TEST

static const struct {
	const char *line;
	bool blocks;
} boots[] = {
	{"BOOT_IMAGE=/vmlinuz root=/dev/vda1 ro quiet\n", false},
	{"quiet module_blacklist=foo,ipvlan ro\n", true},
	{"quiet modprobe.blacklist=ipvlan\n", true},
	{"modprobe.blacklist=ipvlan module_blacklist=foo\n", true},
	{"modprobe.blacklist=foo modprobe.blacklist=bar,ipvlan,baz\n", true},
	{"module_blacklist=foo netdev=ipvlan\n", false},
	{"module_blacklist=ipvlan2,myipvlan\n", false},
	{"xmodule_blacklist=ipvlan\n", false},
	{"module_blacklist=\n", false},
	{"", false},
};

START_TEST(only_lists_of_modules_keep_them_out_at_boot)
{
	ck_assert_int_eq(kernel_text_blocks_at_boot(boots[_i].line), boots[_i].blocks);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel-text");
	TCase *tcase = tcase_create("kernel-text");

	tcase_add_loop_test(tcase, links_of_namespaces_are_known, 0, COUNT(links));
	tcase_add_loop_test(tcase, mounts_of_namespaces_are_known, 0, COUNT(mounts));
	tcase_add_loop_test(tcase, what_is_no_number_was_not_read, 0, COUNT(numbers));
	tcase_add_loop_test(tcase, tables_are_listed_as_far_as_there_is_room, 0, COUNT(tables));
	tcase_add_loop_test(tcase, no_program_is_called_a_thread_of_the_kernel, 0, COUNT(processes));
	tcase_add_loop_test(tcase, only_lists_of_modules_keep_them_out_at_boot, 0, COUNT(boots));
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
