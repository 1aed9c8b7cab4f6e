# SPDX-License-Identifier: LGPL-2.1-or-later
include bindings/go/local.mk
include bindings/python/local.mk
