/** A bad and a good example for each rule that a text alone can break. */
import type { RuleId } from '../../../../src/config/rules/table.js'
import type { Example } from './examples/example.js'
import { FILE_EXAMPLES, VALUE_EXAMPLES } from './examples/file.js'
import { INBOUND_EXAMPLES } from './examples/inbounds.js'
import { OUTBOUND_EXAMPLES } from './examples/outbounds.js'
import { SECTION_EXAMPLES } from './examples/sections.js'
import { SING_BOX_EXAMPLES } from './examples/sing-box.js'
import { ENGINE_EXAMPLES, STREAM_EXAMPLES } from './examples/streams.js'
import { TARGET_EXAMPLES } from './examples/targets.js'
import { USER_EXAMPLES } from './examples/users.js'

/** Rules about files beside the text; `test/unit/operations/validate-files.test.ts` has their examples. */
export const FILE_PROBES: readonly RuleId[] = ['VM-S09', 'VM-S10', 'VM-S11', 'VM-R14', 'VM-Y09', 'VM-W05']

export const EXAMPLES = {
  ...FILE_EXAMPLES,
  ...VALUE_EXAMPLES,
  ...USER_EXAMPLES,
  ...INBOUND_EXAMPLES,
  ...OUTBOUND_EXAMPLES,
  ...STREAM_EXAMPLES,
  ...SECTION_EXAMPLES,
  ...TARGET_EXAMPLES,
  ...SING_BOX_EXAMPLES,
  ...ENGINE_EXAMPLES,
} as Readonly<Record<RuleId, Example>>
