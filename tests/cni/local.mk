# SPDX-License-Identifier: GPL-2.0-or-later
cni_tests = %D%/attach.lab %D%/refuse.lab %D%/collect.lab
TESTS += $(cni_tests)
EXTRA_DIST += %D%/lib.sh $(cni_tests)
