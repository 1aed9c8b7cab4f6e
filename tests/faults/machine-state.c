// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine-state.h"
#include <dirent.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAMESPACES "/run/netns"

static void must(bool done, const char *what)
{
	if (done)
		return;
	perror(what);
	abort();
}

static void tell_bytes(FILE *to, const struct nlattr *attr)
{
	const uint8_t *bytes = mnl_attr_get_payload(attr);

	fprintf(to, " %u=", mnl_attr_get_type(attr));
	for (size_t i = 0; i < mnl_attr_get_payload_len(attr); i++)
		fprintf(to, "%02x", bytes[i]);
}

/* mask: of the attributes that count. */
static void tell_attributes(FILE *to, const struct nlmsghdr *nlh, size_t header, uint64_t mask)
{
	const struct nlattr *attr;

	mnl_attr_for_each (attr, nlh, header)
		if (mnl_attr_get_type(attr) < 64 && (mask >> mnl_attr_get_type(attr) & 1))
			tell_bytes(to, attr);
}

#define BIT(attribute) (UINT64_C(1) << (attribute))

static int tell_link(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	char name[IF_NAMESIZE] = "";

	if_indextoname((unsigned int)ifi->ifi_index, name);
	fprintf(data, "link %s%s", name, ifi->ifi_flags & IFF_UP ? " up" : "");
	tell_attributes(data, nlh, sizeof(*ifi), BIT(IFLA_MTU) | BIT(IFLA_GROUP) | BIT(IFLA_LINKINFO));
	fputc('\n', data);
	return MNL_CB_OK;
}

static int tell_address(const struct nlmsghdr *nlh, void *data)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	char name[IF_NAMESIZE] = "";

	if (ifa->ifa_scope == RT_SCOPE_LINK)
		return MNL_CB_OK;
	if_indextoname(ifa->ifa_index, name);
	fprintf(data, "address %s /%u scope %u", name, ifa->ifa_prefixlen, ifa->ifa_scope);
	tell_attributes(data, nlh, sizeof(*ifa), BIT(IFA_ADDRESS) | BIT(IFA_LOCAL) | BIT(IFA_BROADCAST));
	fputc('\n', data);
	return MNL_CB_OK;
}

static int tell_route(const struct nlmsghdr *nlh, void *data)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	char name[IF_NAMESIZE] = "";

	if (rtm->rtm_protocol == RTPROT_KERNEL || rtm->rtm_protocol == RTPROT_RA || rtm->rtm_table == RT_TABLE_LOCAL)
		return MNL_CB_OK;
	mnl_attr_for_each (attr, nlh, sizeof(*rtm))
		if (mnl_attr_get_type(attr) == RTA_OIF)
			if_indextoname(mnl_attr_get_u32(attr), name);
	fprintf(data, "route %s /%u %u %u %u %u", name, rtm->rtm_dst_len, rtm->rtm_table, rtm->rtm_protocol,
		rtm->rtm_scope, rtm->rtm_type);
	tell_attributes(data, nlh, sizeof(*rtm),
			BIT(RTA_DST) | BIT(RTA_GATEWAY) | BIT(RTA_PRIORITY) | BIT(RTA_PREFSRC));
	fputc('\n', data);
	return MNL_CB_OK;
}

static void dump(struct mnl_socket *socket, uint16_t type, size_t header, mnl_cb_t tell, FILE *to)
{
	static unsigned int sequence;
	_Alignas(struct nlmsghdr) char buf[32768];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	ssize_t size;
	int more = MNL_CB_OK;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = ++sequence;
	mnl_nlmsg_put_extra_header(nlh, header);
	must(mnl_socket_sendto(socket, nlh, nlh->nlmsg_len) > 0, "dump");
	while (more > MNL_CB_STOP) {
		size = mnl_socket_recvfrom(socket, buf, sizeof(buf));
		must(size > 0, "dump");
		more = mnl_cb_run(buf, (size_t)size, sequence, 0, tell, to);
		must(more >= 0, "dump");
	}
}

static void tell_here(FILE *to)
{
	struct mnl_socket *socket = mnl_socket_open(NETLINK_ROUTE);

	must(socket && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0, "netlink");
	dump(socket, RTM_GETLINK, sizeof(struct ifinfomsg), tell_link, to);
	dump(socket, RTM_GETADDR, sizeof(struct ifaddrmsg), tell_address, to);
	dump(socket, RTM_GETROUTE, sizeof(struct rtmsg), tell_route, to);
	mnl_socket_close(socket);
}

/* Each of a namespace's lines begins with its name. */
static void tell_namespace(int ends, const char *name)
{
	char path[300], *text = NULL, *line, *rest;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	int netns;

	snprintf(path, sizeof(path), NAMESPACES "/%s", name);
	netns = open(path, O_RDONLY | O_CLOEXEC);
	/* A name may be left of which there is no namespace: that is something, too. */
	if (netns >= 0 && setns(netns, CLONE_NEWNET) == 0)
		tell_here(to);
	fclose(to);
	for (rest = text; (line = strsep(&rest, "\n"));)
		if (*line)
			dprintf(ends, "%s: %s\n", name, line);
	_exit(0);
}

static void tell_namespaces(int ends)
{
	DIR *dir = opendir(NAMESPACES);
	struct dirent *entry;
	int status;
	pid_t pid;

	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		dprintf(ends, "namespace %s\n", entry->d_name);
		pid = fork();
		must(pid >= 0, "fork");
		if (pid == 0)
			tell_namespace(ends, entry->d_name);
		must(waitpid(pid, &status, 0) == pid && status == 0, "namespace");
	}
	if (dir)
		closedir(dir);
}

static void tell_files(int ends, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    strcmp(entry->d_name, ".lock") != 0)
			dprintf(ends, "file %s/%s\n", folder, entry->d_name);
	if (dir)
		closedir(dir);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *sorted(const char *text)
{
	char *copy = strdup(text), *rest = copy, *out = NULL, *line, **lines = NULL;
	size_t count = 0, size;
	FILE *to = open_memstream(&out, &size);

	while ((line = strsep(&rest, "\n"))) {
		lines = realloc(lines, (count + 1) * sizeof(*lines));
		lines[count++] = line;
	}
	qsort(lines, count, sizeof(*lines), compare);
	for (size_t i = 0; i < count; i++)
		if (*lines[i])
			fprintf(to, "%s\n", lines[i]);
	fclose(to);
	free(lines);
	free(copy);
	return out;
}

char *machine_state(const char *const *folders)
{
	char name[] = "/tmp/state-XXXXXX", *text, *result;
	int ends = mkstemp(name);
	FILE *here;
	off_t size;

	must(ends >= 0 && unlink(name) == 0, "mkstemp");
	here = fdopen(dup(ends), "w");
	must(here, "fdopen");
	tell_here(here);
	fclose(here);
	tell_namespaces(ends);
	for (; *folders; folders++)
		tell_files(ends, *folders);
	size = lseek(ends, 0, SEEK_END);
	text = calloc(1, (size_t)size + 1);
	must(text && pread(ends, text, (size_t)size, 0) == size, "state");
	close(ends);
	result = sorted(text);
	free(text);
	return result;
}
