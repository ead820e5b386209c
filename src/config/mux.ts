/** `mux` of an outbound (config §4.2). */
import type { MuxConfig } from './config.js'
import { flag, wholeNumber, word } from './scalars.js'
import { convert, object, optional, ruled, type Shape } from './shape.js'

/** Switched on without numbers. */
export const DEFAULT_MUX: MuxConfig = { concurrency: 8, xudpConcurrency: 0, xudpProxyUdp443: 'reject' }
const concurrency = ruled('VM-O06', wholeNumber(-32_768, 1024))

/** Undefined when it is switched off, or when neither tcp nor udp would go through it. */
export const mux: Shape<MuxConfig | undefined> = convert(
  object({
    enabled: optional(flag, false),
    concurrency: optional(concurrency, 0),
    xudpConcurrency: optional(concurrency, 0),
    xudpProxyUDP443: optional(
      word<MuxConfig['xudpProxyUdp443']>({ reject: 'reject', allow: 'allow', skip: 'skip' }, 'reject'),
      'reject' as const,
    ),
  }),
  undefined,
  (values) => {
    const ofTcp = values.concurrency === 0 ? DEFAULT_MUX.concurrency : Math.max(values.concurrency, 0)
    const ofUdp = values.xudpConcurrency
    if (!values.enabled || (ofTcp === 0 && ofUdp <= 0)) return undefined
    return { concurrency: ofTcp, xudpConcurrency: ofUdp, xudpProxyUdp443: values.xudpProxyUDP443 }
  },
)
