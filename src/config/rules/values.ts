import type { RuleTable } from './rule.js'

/** Keys, and values of any kind (config §1.2, §1.3). */
export const VALUE_RULES = {
  'VM-K01': {
    title: 'every key is known',
    severity: 'warning',
    v2ray: 'accepts',
    why: 'V2Ray and Xray ignore keys that they do not know, without a word, so that a typing mistake switches a setting off.',
  },
  'VM-K02': {
    title: 'every key stands where it is read',
    severity: 'warning',
    v2ray: 'accepts',
    why: 'The key exists, but elsewhere; here it is ignored. The most frequent ones are detour outside settings, and tag for outboundTag in a routing rule.',
    fixable: true,
  },
  'VM-K03': {
    title: 'what is needed is there',
    severity: 'error',
    v2ray: 'refuses',
    why: 'The object means nothing without this key.',
  },
  'VM-K04': {
    title: 'a key stands once in an object; upper and lower case are the same',
    severity: 'warning',
    v2ray: 'accepts',
    why: 'Of several values the last one counts; objects are merged.',
    fixable: true,
  },
  'VM-K05': {
    title: 'of two names for one setting only one is used',
    severity: 'warning',
    v2ray: 'accepts',
    why: 'Some settings have an old and a new name. Where both are given one of them has no effect, and which one depends on the program.',
  },
  'VM-V01': {
    title: 'values have the right kind: numbers without quotes, texts with quotes, true and false without',
    severity: 'error',
    v2ray: 'refuses',
    why: 'Nothing is converted: "443" is not a number, and "true" is not true.',
    fixable: true,
  },
  'VM-V02': {
    title: 'numbers are whole and in their range',
    severity: 'error',
    v2ray: 'refuses',
    why: 'Numbers out of range are refused, never cut to the range; 1.0 and 1e3 are not whole numbers here.',
    fixable: true,
  },
  'VM-V03': {
    title: 'a word is one of those that have a meaning',
    severity: 'error',
    v2ray: 'refuses',
    why: 'There is no default for an unknown word here.',
  },
  'VM-V04': {
    title: 'lists hold no null',
    severity: 'error',
    v2ray: 'refuses',
    why: 'V2Ray 4.34 refuses such a list or crashes at it.',
  },
  'VM-V05': {
    title: 'a word that has a default is one of those that have a meaning',
    severity: 'warning',
    v2ray: 'accepts',
    why: 'Unknown words silently mean the default, which is probably not what was wanted. Xray refuses some of them.',
    fixable: true,
  },
} as const satisfies RuleTable
