import type { RuleTable } from './rule.js'

/** The text as a whole (config §1.1). */
export const FILE_RULES = {
  'VM-F01': {
    title: 'the file is valid JSON; comments with //, # and /* */ are allowed',
    severity: 'error',
    v2ray: 'refuses',
    why: 'Every program stops at the first thing that JSON does not allow. The place is where reading ended, which can be behind the mistake.',
  },
  'VM-F02': {
    title: 'the file has no byte order mark',
    severity: 'warning',
    v2ray: 'refuses',
    why: 'Some editors put three invisible bytes in front of a text. V2Ray and Xray refuse such a file; this program skips them.',
    targets: { v2ray4: 'error', v2ray5: 'error', xray: 'error', vmess: 'off' },
    fixable: true,
  },
  'VM-F03': {
    title: 'no comma stands before a closing bracket',
    severity: 'error',
    v2ray: 'refuses',
    why: 'JSON wants commas between elements only. V2Ray refuses the file with a message that has no usable place.',
    fixable: true,
  },
  'VM-F04': {
    title: 'nothing stands behind the end of the configuration',
    severity: 'warning',
    v2ray: 'accepts',
    why: 'Reading ends with the bracket that closes the first one. A second object, or the rest of the file after one bracket too many, has no effect.',
    fixable: true,
  },
  'VM-F05': {
    title: 'nesting stays below 100 levels',
    severity: 'error',
    v2ray: 'accepts',
    why: 'No configuration needs more than 15. This program refuses deeper ones, since reading them costs stack.',
  },
  'VM-F06': {
    title: 'the file is a configuration in JSON, not a link, YAML, TOML or a web page',
    severity: 'error',
    v2ray: 'refuses',
    why: 'A subscription that answers with a web page, or a share link saved as a file, looks like this.',
  },
  'VM-F07': {
    title: 'the file holds one JSON object',
    severity: 'error',
    v2ray: 'refuses',
    why: 'A configuration is an object with keys such as inbounds and outbounds.',
  },
  'VM-F08': {
    title: 'the file is at most 8 MiB',
    severity: 'error',
    v2ray: 'accepts',
    why: 'Larger text is hardly a configuration. Split it into several files.',
  },
  'VM-F09': {
    title: 'the file holds at most 250000 values',
    severity: 'error',
    v2ray: 'accepts',
    why: 'Ten thousand users are fifty thousand values. Each one costs about a kilobyte of memory, so that more are refused before they are read. Split the file into several.',
  },
} as const satisfies RuleTable
