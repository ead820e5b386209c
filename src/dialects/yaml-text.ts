/** Plain data as YAML. A file of its own, because the package is loaded for YAML alone. */
import { stringify } from 'yaml'

/** Long lines stay whole: ids and keys are looked for with `grep`. */
export function formatYaml(document: object): string {
  return stringify(document, { lineWidth: 0 })
}
