// rejected by: lint/correctness/noUnusedVariables, lint/correctness/noUnusedFunctionParameters, lint/correctness/noUnusedImports
import { HEAD } from './head.js'

function never(): number {
  return 1
}

export const same = (value: number, other: number): number => value
