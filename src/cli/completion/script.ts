import { bashScript } from './bash.js'
import { fishScript } from './fish.js'
import type { CompletionNode } from './model.js'
import { powershellScript } from './powershell.js'
import { zshScript } from './zsh.js'

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript, powershell: powershellScript } as const

export type Shell = keyof typeof SCRIPTS

/** The text to be sourced by that shell. */
export function completionScript(shell: Shell, nodes: readonly CompletionNode[]): string {
  return SCRIPTS[shell](nodes)
}
