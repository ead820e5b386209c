/** Everything that reads bytes or text of others. */
import { APPLICATION_TARGETS } from './application-targets.js'
import { BODY_TARGETS } from './body-targets.js'
import type { Target } from './harness.js'
import { HEADER_TARGETS } from './header-targets.js'
import { KCP_TARGETS } from './kcp-targets.js'
import { MUX_TARGETS } from './mux-targets.js'
import { SESSION_TARGETS } from './session-targets.js'
import { TEXT_TARGETS } from './text-targets.js'
import { WEBSOCKET_TARGETS } from './websocket-targets.js'

export const TARGETS: readonly Target[] = [
  ...HEADER_TARGETS,
  ...SESSION_TARGETS,
  ...BODY_TARGETS,
  ...MUX_TARGETS,
  ...KCP_TARGETS,
  ...APPLICATION_TARGETS,
  ...TEXT_TARGETS,
  ...WEBSOCKET_TARGETS,
]
