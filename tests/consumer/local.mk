# SPDX-License-Identifier: GPL-2.0-or-later
consumer_tests = %D%/abi.test %D%/headers.test %D%/install.test %D%/linking.test %D%/symbols.test
TESTS += $(consumer_tests)
EXTRA_DIST += $(consumer_tests) %D%/consumer.c %D%/declarations %D%/lib.sh %D%/nl3.c \
	%D%/abi/libipvlan-nl3.abi %D%/abi/libipvlan.abi
