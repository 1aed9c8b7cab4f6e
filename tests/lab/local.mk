# SPDX-License-Identifier: GPL-2.0-or-later
dist_check_SCRIPTS = %D%/lab-self.lab %D%/lab-run.test
dist_check_DATA = %D%/lib.sh
TESTS += $(dist_check_SCRIPTS)
