import type { CompletionNode, Values } from './model.js'

const MAIN = `Register-ArgumentCompleter -Native -CommandName vmess -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $typed = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
    if ($wordToComplete -ne '' -and $typed.Count -gt 0) { $typed = @($typed | Select-Object -SkipLast 1) }
    $place = ''
    foreach ($word in $typed) {
        $next = ("$place $word").Trim()
        if (-not $vmessPlaces.ContainsKey($next)) { break }
        $place = $next
    }
    $node = $vmessPlaces[$place]
    $last = if ($typed.Count -gt 0) { $typed[-1] } else { '' }
    $kinds = if ($node.Values.ContainsKey($last)) { $node.Values[$last] }
    elseif ($wordToComplete.StartsWith('-')) { $node.Flags }
    else { $node.Words + $node.Args }
    foreach ($kind in $kinds) {
        $found = switch ($kind) {
            '@files' { Get-ChildItem -Name -Path "$wordToComplete*" -ErrorAction SilentlyContinue }
            '@profiles' { vmess completion --profiles 2>$null }
            '@any' { @() }
            default { $kind }
        }
        $found | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
            $text = if ($_ -match '\\s') { "'" + $_.Replace("'", "''") + "'" } else { $_ }
            [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
        }
    }
}`

/** For PowerShell 5 and later. */
export function powershellScript(nodes: readonly CompletionNode[]): string {
  const lines = nodes.map(({ path, words, flags, args }) => {
    const taken = flags.flatMap(({ names, values }) =>
      values === undefined ? [] : names.map((name) => `${quote(name)} = ${list(marksOf(values))}`),
    )
    const parts = [
      `Words = ${list(words.map(({ word }) => word))}`,
      `Flags = ${list(flags.flatMap(({ names }) => names))}`,
      `Args = ${list(args.flatMap(marksOf))}`,
      `Values = @{ ${taken.join('; ')} }`,
    ]
    return `    ${quote(path)} = @{ ${parts.join('; ')} }`
  })
  return ['# PowerShell completion for vmess', '$vmessPlaces = @{', ...lines, '}', MAIN].join('\n')
}

function marksOf(values: Values): readonly string[] {
  return values.kind === 'words' ? values.words : [`@${values.kind}`]
}

function list(words: readonly string[]): string {
  return `@(${words.map(quote).join(', ')})`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
