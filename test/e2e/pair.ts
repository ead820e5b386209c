/** Our client and our server as one process, with local ports in front. */
import { type OurProcess, startOurProcess } from '../support/our-process.js'
import { freePorts } from '../support/free-port.js'
import { dokodemoInbound, v2rayClient, v2rayServer } from '../support/v2ray-config.js'

const USER = { id: 'b831381d-6324-4d53-ad4f-8cda48b30811', alterId: 0, security: 'aes-128-gcm' }

export interface TestPair {
  readonly process: OurProcess
  /** What arrives here comes out at the target. */
  readonly port: number
}

export async function startPair(targetPort: number): Promise<TestPair> {
  const [serverPort, port] = (await freePorts(2)) as [number, number]
  const forward = dokodemoInbound(port, { host: '127.0.0.1', port: targetPort })
  const process = await startOurProcess([
    v2rayServer(serverPort, [USER]),
    v2rayClient(forward, { port: serverPort, user: USER }),
  ])
  return { process, port }
}
