/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The monitor, for those in the library that wait for something. */
#ifndef LIBIPVLAN_MONITOR_INTERNAL_H
#define LIBIPVLAN_MONITOR_INTERNAL_H

#include "monitor-model.h"

/* What it believes now; it may be another with each ipvlan_monitor_read(). */
const struct model *monitor_model(const struct ipvlan_monitor *monitor);

#endif
