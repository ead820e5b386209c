/** What the owner of a pair should know about it, beyond that it works. */
import type { PairPlan } from '../dialects/pair-plan.js'
import type { ServerDialect } from '../dialects/server-profile.js'

const COSTLY_ALTER_IDS = 256

/** One line each; none for a pair without surprises. */
export function pairNotes(plan: PairPlan, format: ServerDialect): readonly string[] {
  const { tls, security, alterId, transport, users, purpose } = plan
  const inClear = security === 'none' || security === 'zero'
  return [
    ...when(
      inClear && tls.mode === 'none',
      `with ${security} and without TLS, everything travels in the clear`,
    ),
    ...when(
      alterId > 0,
      `alterId ${alterId} means the old header, which V2Ray 5 and Xray servers refuse; 0 is better`,
    ),
    ...when(
      alterId * users.length > COSTLY_ALTER_IDS,
      `${alterId * users.length} alter ids cost the server time at every start and memory as long as it runs`,
    ),
    ...when(
      purpose === 'internet' && tls.mode === 'none' && transport.network !== 'kcp',
      'without TLS, bare VMess can be told from other traffic; --self-signed costs nothing',
    ),
    ...when(format === 'v2ray5', 'the form of V2Ray 5 has no place for the names of users'),
  ]
}

function when(applies: boolean, note: string): readonly string[] {
  return applies ? [note] : []
}
