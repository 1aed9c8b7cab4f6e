/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file ipvlan.h
 * @brief Everything of libipvlan in one include.
 *
 * The way in: ipvlan_ctx_new(), ipvlan_settings_new(), ipvlan_link_create().
 */
#ifndef IPVLAN_IPVLAN_H
#define IPVLAN_IPVLAN_H

#include <ipvlan/address.h>
#include <ipvlan/ctx.h>
#include <ipvlan/diagnosis.h>
#include <ipvlan/error.h>
#include <ipvlan/host-access.h>
#include <ipvlan/link.h>
#include <ipvlan/message.h>
#include <ipvlan/module.h>
#include <ipvlan/monitor.h>
#include <ipvlan/netns.h>
#include <ipvlan/plan.h>
#include <ipvlan/port.h>
#include <ipvlan/route.h>
#include <ipvlan/settings.h>
#include <ipvlan/topology.h>
#include <ipvlan/transaction.h>
#include <ipvlan/types.h>
#include <ipvlan/version.h>

#endif
