import type { CompletionNode, Values } from './model.js'

const MAIN = `# The words of the command so far, as long as they are commands.
function __vmess_place
    set -l place
    for word in (commandline -opc)[2..]
        set -l next (string join ' ' -- $place $word)
        contains -- $next $__vmess_places; or break
        set place $next
    end
    echo $place
end

function __vmess_at
    test (__vmess_place) = "$argv[1]"
end

complete -c vmess -f`

/** For fish 3 and later. */
export function fishScript(nodes: readonly CompletionNode[]): string {
  const places = nodes.map(({ path }) => path).filter((path) => path !== '')
  return [
    '# fish completion for vmess',
    `set -g __vmess_places ${places.map(quote).join(' ')}`,
    MAIN,
    ...nodes.flatMap(linesOf),
  ].join('\n')
}

function linesOf({ path, words, flags, args }: CompletionNode): string[] {
  const at = `complete -c vmess -n ${quote(`__vmess_at ${quote(path)}`)}`
  return [
    ...words.map(({ word, summary }) => `${at} -a ${quote(word)} -d ${quote(summary)}`),
    ...args.flatMap((values) => (values.kind === 'any' ? [] : [`${at} ${valuesFlag(values)}`])),
    ...flags.map(({ names, summary, values }) => {
      const spelt = names.map((name) =>
        name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
      )
      const takes =
        values === undefined
          ? ''
          : ` ${values.kind === 'files' ? '-r' : '-x'} ${valuesFlag(values)}`.trimEnd()
      return `${at} ${spelt.join(' ')} -d ${quote(summary)}${takes}`
    }),
  ]
}

function valuesFlag(values: Values): string {
  if (values.kind === 'words') return `-a ${quote(values.words.join(' '))}`
  if (values.kind === 'profiles') return `-a '(vmess completion --profiles 2>/dev/null)'`
  return values.kind === 'files' ? '-F' : ''
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
