# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion: ipvlanctl itself knows what may come next.

_ipvlanctl() {
	local cur words cword candidates

	# Addresses hold colons: where bash-completion is there to put such words together, let it.
	if declare -F _get_comp_words_by_ref >/dev/null; then
		_get_comp_words_by_ref -n := cur words cword
	else
		words=("${COMP_WORDS[@]}") cword=$COMP_CWORD cur=${COMP_WORDS[COMP_CWORD]}
	fi
	candidates=$("${words[0]}" complete -- "${words[@]:1:cword}" 2>/dev/null)
	COMPREPLY=()
	if [[ -n $candidates ]]; then mapfile -t COMPREPLY <<<"$candidates"; fi
	if declare -F __ltrim_colon_completions >/dev/null; then
		__ltrim_colon_completions "$cur"
	fi
}

complete -o bashdefault -o default -F _ipvlanctl ipvlanctl
