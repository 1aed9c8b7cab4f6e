// SPDX-License-Identifier: LGPL-2.1-or-later
#include "internal.h"

IPVLAN_API const char *ipvlan_version(void)
{
	return PACKAGE_VERSION;
}
