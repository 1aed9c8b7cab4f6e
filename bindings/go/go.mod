// SPDX-License-Identifier: LGPL-2.1-or-later
module libipvlan/ipvlan

go 1.19
