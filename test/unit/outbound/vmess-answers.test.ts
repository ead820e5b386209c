/** What the VMess outbound makes of the answers of its servers, right ones and wrong ones. */
import { describe, expect, it } from 'vitest'
import type { VmessOutboundUser } from '../../../src/config/config.js'
import { drainDepthOf } from '../../../src/tunnel/drain.js'
import { turns } from '../../support/inbound-bench.js'
import * as naive from '../../support/naive-vmess.js'
import { concat } from '../../support/vmess-fixtures.js'
import { answer, CAROL, openOne, readRequest, requestOf } from '../../support/vmess-outbound.js'

const text = (value: string): Uint8Array => Buffer.from(value)

describe('large chunks', () => {
  const BIG = Buffer.alloc(60_000, 7)

  /** Sizes of the plaintext chunks in which a flow sends 60 000 bytes. */
  async function chunksOf(scene: Awaited<ReturnType<typeof openOne>>, index: number): Promise<number[]> {
    const flow = await scene.open()
    flow.connection.write(BIG)
    const { client } = await requestOf(scene.server, index, scene.users)
    await turns(() => client.received > 60_000)
    return readRequest(client.bytes(), scene.users)?.pieces.map((piece) => piece.length) ?? []
  }

  /** A flow that is answered with `responseOption`. */
  async function teach(scene: Awaited<ReturnType<typeof openOne>>, index: number, responseOption: number) {
    const flow = await scene.open()
    flow.connection.write(text('x'))
    const { client, request } = await requestOf(scene.server, index, scene.users)
    const { bodyKey, bodyIv, responseCheck } = request.header
    const header = Buffer.of(responseCheck, responseOption, 0, 0)
    client.connection.write(concat(naive.aeadResponse(bodyKey, bodyIv, header)))
    await turns(undefined, 10)
    return { flow, client }
  }

  it('are written once a server answered as v2ray does, also on the same flow', async () => {
    const scene = await openOne()
    expect(Math.max(...(await chunksOf(scene, 0)))).toBe(16_368)
    const { flow, client } = await teach(scene, 1, 0)
    flow.connection.write(BIG)
    await turns(() => client.received > 60_000)
    expect(readRequest(client.bytes())?.pieces.map((piece) => piece.length)).toEqual([1, 60_000])
    expect(await chunksOf(scene, 2)).toEqual([60_000])
  })

  it('are not written to a server that echoes our options, nor any more', async () => {
    const scene = await openOne()
    await teach(scene, 0, 0)
    await teach(scene, 1, 0x0d)
    expect(Math.max(...(await chunksOf(scene, 2)))).toBe(16_368)
  })

  it('are not written where they are switched off, or where the echo would be 0 too', async () => {
    const off = await openOne({ largeChunks: false })
    await teach(off, 0, 0)
    expect(Math.max(...(await chunksOf(off, 1)))).toBe(16_368)
    const silent = await openOne({ options: 0 })
    await teach(silent, 0, 0)
    expect(Math.max(...(await chunksOf(silent, 1)))).toBe(16_368)
  })
})

describe('a server that does not answer as it should', () => {
  async function asked(user: Partial<VmessOutboundUser> = {}) {
    const scene = await openOne(user)
    const flow = await scene.open()
    flow.connection.write(text('question'))
    const { client, request } = await requestOf(scene.server, 0, scene.users)
    return { ...scene, flow, client, request }
  }

  it('ends without a byte: VMESS_NO_RESPONSE', async () => {
    const { flow, client } = await asked()
    client.connection.end()
    await flow.untilClosed()
    expect([flow.fault?.code, flow.fault?.why, flow.ends, flow.received]).toEqual([
      'VMESS_NO_RESPONSE',
      undefined,
      0,
      0,
    ])
    await client.untilClosed()
  })

  it('ends inside its header: VMESS_NO_RESPONSE, with what came', async () => {
    const { flow, client, request } = await asked()
    client.connection.write(answer(request).subarray(0, 20))
    client.connection.end()
    await flow.untilClosed()
    expect([flow.fault?.code, flow.fault?.why]).toEqual(['VMESS_NO_RESPONSE', '20 bytes of one came'])
  })

  it('resets instead of ending, as some do: VMESS_NO_RESPONSE with its cause', async () => {
    const { flow, client } = await asked()
    client.connection.abort()
    await flow.untilClosed()
    expect(flow.fault?.code).toBe('VMESS_NO_RESPONSE')
    expect(flow.fault?.cause).toMatchObject({ code: 'TRANSPORT_RESET' })
  })

  it('resets after its header: that is a reset', async () => {
    const { flow, client, request } = await asked()
    client.connection.write(answer(request, 'a'))
    await flow.untilReceived(1)
    client.connection.abort()
    await flow.untilClosed()
    expect(flow.fault?.code).toBe('TRANSPORT_RESET')
  })

  it('breaks off inside a chunk: WIRE_TRUNCATED', async () => {
    const { flow, client, request } = await asked()
    client.connection.write(answer(request, 'whole').subarray(0, -1))
    client.connection.end()
    await flow.untilClosed()
    expect([flow.fault?.code, flow.received]).toEqual(['WIRE_TRUNCATED', 0])
  })

  describe('with bytes that are no response', () => {
    const { base, spread } = drainDepthOf('client', [CAROL.uuid])

    it('is read for a while, but the flow is told at once', async () => {
      const { flow, client } = await asked()
      client.connection.write(new Uint8Array(18))
      await flow.untilClosed()
      expect([flow.fault?.code, flow.received]).toEqual(['VMESS_RESPONSE_LENGTH_TAG', 0])
      let sent = 18
      while (client.closes === 0 && sent < 5_000) {
        client.connection.write(new Uint8Array(1))
        sent++
        await turns(() => client.closes > 0, 2)
      }
      expect(sent).toBeGreaterThanOrEqual(Math.max(base, 19))
      expect(sent).toBeLessThan(base + spread)
      // Nothing is answered meanwhile, and nothing more of the flow is sent.
      expect(readRequest(client.bytes())?.text()).toBe('question')
    })

    it('is let go after a minute, when the outbound closes, or when it ends', async () => {
      const silent = await asked()
      silent.client.connection.write(new Uint8Array(18))
      await silent.flow.untilClosed()
      silent.flow.connection.write(text('more'))
      silent.flow.connection.end()
      silent.time.advance(59_999)
      await turns(undefined, 5)
      expect([silent.client.closes, silent.client.ends]).toEqual([0, 0])
      silent.time.advance(1)
      await silent.client.untilClosed()
      expect(silent.time.running()).toBe(0)

      const stopped = await asked()
      stopped.client.connection.write(new Uint8Array(18))
      await stopped.flow.untilClosed()
      await stopped.outbound.close()
      await stopped.client.untilClosed()
      expect(stopped.time.running()).toBe(0)

      const ending = await asked()
      ending.client.connection.write(new Uint8Array(18))
      await ending.flow.untilClosed()
      ending.client.connection.end()
      await ending.client.untilClosed()
      expect(ending.time.running()).toBe(0)
    })

    it('that belong to another request is told so', async () => {
      const { flow, client, request } = await asked()
      const { bodyKey, bodyIv, responseCheck } = request.header
      const header = Buffer.of(responseCheck ^ 1, 0, 0, 0)
      client.connection.write(concat(naive.aeadResponse(bodyKey, bodyIv, header)))
      await flow.untilClosed()
      expect(flow.fault?.code).toBe('VMESS_RESPONSE_CHECK')
    })
  })
})
