import type { RuleTable } from './rule.js'

/** What this program does not run, though others may. */
export const ENGINE_RULES = {
  'VM-E01': {
    title: 'everything that the file asks for is supported by this program',
    severity: 'error',
    v2ray: 'accepts',
    kind: 'engine',
    why: '`vmess serve` and `vmess connect` refuse the file, because without this traffic would go elsewhere or be less safe. Others may run it.',
  },
  'VM-E02': {
    title: 'every setting has an effect in this program',
    severity: 'warning',
    v2ray: 'accepts',
    kind: 'engine',
    why: '`vmess serve` and `vmess connect` run the file without this setting. Others may act on it.',
  },
  'VM-E03': {
    title: 'sizes stay below the limits of this program',
    severity: 'error',
    v2ray: 'accepts',
    kind: 'engine',
    why: 'Larger values are refused, so that a setting cannot ask for more memory than there is.',
  },
} as const satisfies RuleTable
