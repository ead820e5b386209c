import type { CompletionNode } from './model.js'
import { lookupFunctions, quote } from './posix.js'

const MAIN = `_vmess_complete() {
  local kind
  local -a plain described names
  for kind in \${=1}; do
    case $kind in
      @files) _files ;;
      @profiles)
        names=("\${(@f)$(vmess completion --profiles 2>/dev/null)}")
        compadd -a names
        ;;
      @any) ;;
      *) plain+=($kind) ;;
    esac
  done
  for kind in $plain; do described+=("\${kind}:$(_vmess_summary "$2" "$kind")"); done
  (($#described)) && _describe 'vmess' described
  return 0
}

_vmess() {
  local place='' word i kinds cur=\${words[CURRENT]} prev=\${words[CURRENT - 1]}
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    case " $(_vmess_words "$place") " in
      *" $word "*) place="\${place:+$place }$word" ;;
      *) break ;;
    esac
  done
  kinds=$(_vmess_values "$place" "$prev")
  if [[ -n $kinds ]]; then
    _vmess_complete "$kinds" "$place"
  elif [[ $cur == -* ]]; then
    _vmess_complete "$(_vmess_flags "$place")" "$place"
  else
    _vmess_complete "$(_vmess_words "$place") $(_vmess_args "$place")" "$place"
  fi
}

# Sourced it registers itself; as a file of fpath it is the function.
if [[ \${funcstack[1]} == _vmess ]]; then _vmess "$@"; else compdef _vmess vmess; fi`

/** To be sourced behind `compinit`, or to be kept as `_vmess` in a folder of `fpath`. */
export function zshScript(nodes: readonly CompletionNode[]): string {
  const rows = nodes.flatMap(({ path, words, flags }) => [
    ...words.map(({ word, summary }) => [`${path} ${word}`, summary] as const),
    ...flags.flatMap(({ names, summary }) => names.map((name) => [`${path} ${name}`, summary] as const)),
  ])
  const lines = rows.map(([key, summary]) => `    ${quote(key)}) echo ${quote(summary)} ;;`)
  return [
    '#compdef vmess',
    lookupFunctions(nodes),
    '_vmess_summary() {',
    '  case "$1 $2" in',
    ...lines,
    '  esac',
    '}',
    '',
    MAIN,
  ].join('\n')
}
