/** Plain data as YAML. A file of its own, because the package is loaded for YAML alone. */
import { parse, stringify } from 'yaml'

/** Long lines stay whole: ids and keys are looked for with `grep`. */
export function formatYaml(document: object): string {
  return stringify(document, { lineWidth: 0 })
}

/** YAML of our own making; what others wrote is read by `clash-yaml.ts`, which has limits. */
export function parseYaml(text: string): unknown {
  return parse(text)
}
