# SPDX-License-Identifier: GPL-2.0-or-later
bin_PROGRAMS += cli/ipvlanctl
noinst_LTLIBRARIES += cli/libcli.la

# Topology files, and what is done with them.
topology_sources = %D%/cmd-export.c %D%/cmd-topology.c %D%/print-plan.c %D%/print-plan.h %D%/range.c %D%/range.h \
	%D%/topology-file.c %D%/topology-file.h %D%/topology-files.c %D%/topology-files.h %D%/yaml-reader.c \
	%D%/yaml-reader.h

# All but main(): the tests link it too.
cli_libcli_la_SOURCES = $(topology_sources) %D%/advise.c %D%/advise.h %D%/batch.c %D%/batch.h %D%/cmd-addr.c %D%/cmd-advise.c \
	%D%/cmd-diagram.c %D%/cmd-doctor.c %D%/cmd-host-access.c %D%/cmd-link-show.c %D%/cmd-link.c %D%/cmd-netns.c %D%/cmd-port.c %D%/cmd-route.c \
	%D%/cmd-show.c %D%/command.c %D%/command.h %D%/complete.c %D%/complete.h %D%/diagram.c %D%/diagram.h \
	%D%/document.c %D%/document.h %D%/editor.c %D%/editor.h %D%/execute.c %D%/execute.h %D%/files.c %D%/files.h %D%/grid.c \
	%D%/grid.h %D%/help.c %D%/help.h %D%/here.c %D%/here.h %D%/history.c %D%/history.h %D%/interrupt.c \
	%D%/interrupt.h %D%/lex.c %D%/lex.h %D%/lines.c %D%/lines.h %D%/message.c %D%/message.h %D%/options.c \
	%D%/options.h %D%/output.c %D%/output.h %D%/pager.c %D%/pager.h %D%/parse.c %D%/parse.h %D%/ports.c \
	%D%/ports.h %D%/print-link.c %D%/print-link.h %D%/progress.c %D%/progress.h %D%/session.c %D%/session.h \
	%D%/shell.c %D%/table.c %D%/text.c %D%/text.h %D%/values.c %D%/values.h %D%/version.c
# What changes, as it changes.
cli_libcli_la_SOURCES += %D%/cmd-monitor.c
cli_libcli_la_CPPFLAGS = $(AM_CPPFLAGS) -DPKGLIBDIR='"$(pkglibdir)"' $(JANSSON_CFLAGS) \
	$(YAML_CFLAGS)
cli_libcli_la_LIBADD = libipvlan/libipvlan.la $(JANSSON_LIBS) $(YAML_LIBS)

cli_ipvlanctl_SOURCES = %D%/main.c
cli_ipvlanctl_LDADD = cli/libcli.la
# Libraries that are not needed are not loaded, functions that are not called are not looked up.
cli_ipvlanctl_LDFLAGS = $(AM_LDFLAGS) -Wl,--as-needed -Wl,-O1

# What needs readline, for the shell alone: a module, so that no other command loads it.
if HAVE_READLINE
pkglib_LTLIBRARIES += cli/shell-readline.la
cli_shell_readline_la_SOURCES = %D%/shell-readline.c %D%/editor.h
cli_shell_readline_la_CPPFLAGS = $(AM_CPPFLAGS)
cli_shell_readline_la_CFLAGS = $(AM_CFLAGS) $(READLINE_CFLAGS)
cli_shell_readline_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -export-symbols-regex '^ipvlanctl_editor$$'
cli_shell_readline_la_LIBADD = $(READLINE_LIBS)
endif

ipvlandatadir = $(datadir)/ipvlan
dist_ipvlandata_DATA = %D%/ipvlan-topology.schema.json

bashcompletiondir = $(BASH_COMPLETION_DIR)
dist_bashcompletion_DATA = %D%/completion/ipvlanctl.bash
