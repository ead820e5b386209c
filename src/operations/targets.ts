/** The words that flags take for programs and formats: one place, light enough for a flag and for completion. */
import { FORMAT_IDS } from '../dialects/dialect-ids.js'
import { TARGETS } from '../config/rules/rule.js'

/** What files are judged for, and what nodes are written as. Formats have aliases too (`findFormat`). */
export { FORMAT_IDS, TARGETS }

/** Programs that files are rewritten for; each is also a format. */
export const MIGRATION_TARGETS = ['v2ray4', 'v2ray5', 'xray', 'sing-box', 'mihomo'] as const

export type MigrationTarget = (typeof MIGRATION_TARGETS)[number]
