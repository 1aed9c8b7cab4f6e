// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nl3.h"

/*
 * libnl has fewer numbers than the kernel, so this way back is only for what fails in libnl itself. What the kernel
 * answers is read from its message.
 */
static const struct {
	int theirs, ours;
} numbers[] = {
	{NLE_NOMEM, ENOMEM},	{NLE_MSGSIZE, EMSGSIZE}, {NLE_MSG_TRUNC, EMSGSIZE},   {NLE_MSG_OVERFLOW, ENOBUFS},
	{NLE_INVAL, EINVAL},	{NLE_AGAIN, EAGAIN},	 {NLE_INTR, EINTR},	      {NLE_BAD_SOCK, EBADF},
	{NLE_NOACCESS, EACCES}, {NLE_PERM, EPERM},	 {NLE_OPNOTSUPP, EOPNOTSUPP}, {NLE_AF_NOSUPPORT, EAFNOSUPPORT},
};

int nl3_errno(int error)
{
	size_t i;

	if (error == 0)
		return 0;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (numbers[i].theirs == abs(error))
			return -numbers[i].ours;
	}
	return -EIO;
}
