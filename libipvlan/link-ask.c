// SPDX-License-Identifier: LGPL-2.1-or-later
#include "link-ask.h"
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

/* A socket of any kind answers for the namespace that it was made in. */
static int ask(const struct transport *transport, unsigned long question, struct ifreq *request)
{
	int fd = transport_kernel_fd(transport);

	if (fd < 0)
		return -EOPNOTSUPP;
	return ioctl(fd, question, request) < 0 ? -errno : 0;
}

static int ask_by_name(const struct transport *transport, unsigned long question, const char *name,
		       struct ifreq *request)
{
	if (strlen(name) >= sizeof(request->ifr_name))
		return -EINVAL;
	memset(request, 0, sizeof(*request));
	strcpy(request->ifr_name, name);
	return ask(transport, question, request);
}

int link_ask_name(const struct transport *transport, int ifindex, char name[IFNAMSIZ])
{
	struct ifreq request = {.ifr_ifindex = ifindex};
	int err = ask(transport, SIOCGIFNAME, &request);

	if (!err)
		memcpy(name, request.ifr_name, IFNAMSIZ);
	return err;
}

int link_ask_index(const struct transport *transport, const char *name, int *ifindex)
{
	struct ifreq request;
	int err = ask_by_name(transport, SIOCGIFINDEX, name, &request);

	if (!err)
		*ifindex = request.ifr_ifindex;
	return err;
}

int link_ask_up(const struct transport *transport, const char *name, bool *up)
{
	struct ifreq request;
	int err = ask_by_name(transport, SIOCGIFFLAGS, name, &request);

	if (!err)
		*up = request.ifr_flags & IFF_UP;
	return err;
}

int link_ask_loopback_up(const struct transport *transport)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};

	return ask(transport, SIOCSIFFLAGS, &request);
}
