import type { CompletionNode } from './model.js'
import { lookupFunctions } from './posix.js'

const MAIN = `_vmess_add() {
  local item
  while IFS= read -r item; do
    case "$item" in "$2"*) COMPREPLY+=("$(printf '%q' "$item")") ;; esac
  done < <($1)
}

_vmess_complete() {
  local kinds=$1 cur=$2 kind
  for kind in $kinds; do
    case "$kind" in
      @files)
        compopt -o filenames 2>/dev/null
        while IFS= read -r kind; do COMPREPLY+=("$kind"); done < <(compgen -f -- "$cur")
        ;;
      @profiles) _vmess_add 'vmess completion --profiles' "$cur" ;;
      @any) ;;
      *) case "$kind" in "$cur"*) COMPREPLY+=("$kind") ;; esac ;;
    esac
  done
}

_vmess() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} place='' word i kinds
  COMPREPLY=()
  # --flag=value comes as three words.
  if [ "$cur" = '=' ]; then cur=''; elif [ "$prev" = '=' ]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case " $(_vmess_words "$place") " in
      *" $word "*) place="\${place:+$place }$word" ;;
      *) break ;;
    esac
  done
  kinds=$(_vmess_values "$place" "$prev")
  if [ -n "$kinds" ]; then
    _vmess_complete "$kinds" "$cur"
  elif [ "\${cur#-}" != "$cur" ]; then
    _vmess_complete "$(_vmess_flags "$place")" "$cur"
  else
    _vmess_complete "$(_vmess_words "$place") $(_vmess_args "$place")" "$cur"
  fi
}

complete -F _vmess vmess`

/** For bash 3.2 and later. */
export function bashScript(nodes: readonly CompletionNode[]): string {
  return ['# bash completion for vmess', lookupFunctions(nodes), '', MAIN].join('\n')
}
