/** What one row of the rule table says. */

/** `note`: nothing to mend, but worth knowing before the file is used elsewhere. */
export type Severity = 'error' | 'warning' | 'note'

/** Programs a file can be judged for. `vmess` is this one. */
export const TARGETS = ['v2ray4', 'v2ray5', 'xray', 'sing-box', 'mihomo', 'vmess'] as const
export type Target = (typeof TARGETS)[number]

/** Names for people. */
export const TARGET_NAMES: Readonly<Record<Target, string>> = {
  v2ray4: 'V2Ray 4.34',
  v2ray5: 'V2Ray 5',
  xray: 'Xray',
  'sing-box': 'sing-box',
  mihomo: 'mihomo',
  vmess: 'this program',
}

export interface Rule {
  /** What a good file does: lower case, no full stop. */
  readonly title: string
  /** Without a target. `off`: only some targets mind. */
  readonly severity: Severity | 'off'
  /** What `v2ray -test` of 4.34 does with a file that breaks the rule. */
  readonly v2ray: 'refuses' | 'accepts'
  /** What happens otherwise, and what to do about it, in sentences. */
  readonly why: string
  /**
   * `engine`: a limit of this program, of no interest to others. `advice`: about safety and habits, said
   * by `validate` and not by what runs the file.
   */
  readonly kind?: 'engine' | 'advice'
  /** Where a target minds more or less than the default. */
  readonly targets?: Partial<Readonly<Record<Target, Severity | 'off'>>>
  /** `--fix` mends it, at least in the common case. */
  readonly fixable?: true
}

export type RuleTable = Readonly<Record<string, Rule>>
