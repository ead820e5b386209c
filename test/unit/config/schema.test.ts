import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { canonical, modernLists, specialise } from '../../../src/config/canonical.js'
import type { SchemaNode } from '../../../src/config/schema/node.js'
import { CONFIG_SCHEMA } from '../../../src/config/schema/schema.js'
import { checkConfig } from '../../../src/config/v2ray-json.js'
import { makePair } from '../../../src/operations/pair.js'

const ID = 'b831381d-6324-4d53-ad4f-8cda48b30811'
const validate = new Ajv({ allErrors: true, strictTypes: false, allowUnionTypes: true }).compile(
  CONFIG_SCHEMA,
)

function complaints(config: unknown): string[] {
  validate(config)
  return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`)
}

const inbound = (fields: object): object => ({ inbounds: [{ protocol: 'vmess', port: 1, ...fields }] })

describe('the schema', () => {
  it.each(['tcp', 'ws', 'h2', 'kcp', 'grpc', 'httpupgrade'] as const)(
    'takes pairs over %s',
    async (transport) => {
      const { texts } = await makePair({ address: 'a.example', transport })
      for (const { name, text } of texts)
        if (name.endsWith('.json')) expect(complaints(JSON.parse(text))).toEqual([])
    },
  )

  it.each<[string, object, string]>([
    ['a port of zero', inbound({ port: 0 }), '/inbounds/0/port anyOf'],
    [
      'alterId in quotes',
      inbound({ settings: { clients: [{ id: ID, alterId: '4' }] } }),
      '/inbounds/0/settings/clients/0/alterId type',
    ],
    [
      'alterId out of range',
      inbound({ settings: { clients: [{ id: ID, alterId: 65_536 }] } }),
      '/inbounds/0/settings/clients/0/alterId maximum',
    ],
    [
      'a user without an id',
      inbound({ settings: { clients: [{}] } }),
      '/inbounds/0/settings/clients/0 required',
    ],
    ['an unknown protocol', { inbounds: [{ protocol: 'smoke', port: 1 }] }, '/inbounds/0/protocol enum'],
    [
      'an mtu too small',
      inbound({ streamSettings: { kcpSettings: { mtu: 1 } } }),
      '/inbounds/0/streamSettings/kcpSettings/mtu minimum',
    ],
    ['inbounds as an object', { inbounds: {} }, '/inbounds type'],
    [
      'a server without users',
      { outbounds: [{ protocol: 'vmess', settings: { vnext: [{ address: 'a', port: 1 }] } }] },
      '/outbounds/0/settings/vnext/0 required',
    ],
  ])('marks %s', (_, config, complaint) => {
    expect(complaints(config)).toContain(complaint)
  })

  it('names no key that our own reader does not know', () => {
    const unknown = [...sampleConfigs()].flatMap((config) => {
      const { issues } = checkConfig(JSON.stringify(config))
      return issues.filter(({ message }) => message.includes('unknown key')).map(({ path }) => path)
    })
    expect([...new Set(unknown)]).toEqual([])
  })
})

/** A configuration with every key of the schema, once for each protocol. */
function* sampleConfigs(): Generator<object> {
  for (const protocol of ['vmess', 'socks', 'http', 'mixed', 'dokodemo-door']) {
    yield { inbounds: [sample(CONFIG_SCHEMA.properties?.inbounds?.items, { protocol })] }
  }
  for (const protocol of ['vmess', 'freedom', 'blackhole']) {
    yield { outbounds: [sample(CONFIG_SCHEMA.properties?.outbounds?.items, { protocol })] }
  }
  const { inbounds: _, outbounds: _o, ...rest } = CONFIG_SCHEMA.properties ?? {}
  yield Object.fromEntries(Object.entries(rest).map(([key, node]) => [key, sample(node)])) as object
}

function sample(given: SchemaNode | undefined, said: Record<string, unknown> = {}): unknown {
  const schema = specialise(given, said)
  if (schema?.default !== undefined && schema.properties === undefined) return schema.default
  if (schema?.properties !== undefined) {
    const members = Object.entries(schema.properties).map(([key, node]) => [key, said[key] ?? sample(node)])
    return Object.fromEntries(members)
  }
  if (typeof schema?.additionalProperties === 'object') return { 1: sample(schema.additionalProperties) }
  if (schema?.type === 'array') return [sample(schema.items)]
  return schema?.type === 'integer' ? (schema.minimum ?? 0) : 'x'
}

describe('a configuration in its usual form', () => {
  it('has keys as they are spelt, without nulls', () => {
    const config = { OUTBOUNDS: [{ PROTOCOL: 'freedom', tag: null }], stats: {} }
    expect(canonical(config, CONFIG_SCHEMA)).toEqual({ stats: {}, outbounds: [{ protocol: 'freedom' }] })
  })

  it('says its defaults, of blocks that are there', () => {
    const config = inbound({
      settings: { clients: [{ id: ID }] },
      streamSettings: { network: 'ws', wsSettings: {} },
    })
    expect(canonical(config, CONFIG_SCHEMA, { defaults: true })).toMatchObject({
      inbounds: [
        {
          listen: '0.0.0.0',
          settings: { clients: [{ id: ID, alterId: 0, level: 0 }], disableInsecureEncryption: false },
          streamSettings: { security: 'none', wsSettings: { path: '/', maxEarlyData: 0 } },
        },
      ],
    })
  })

  it('has the lists of today', () => {
    const old = {
      port: 1,
      inbound: { protocol: 'socks' },
      inboundDetour: [{ port: 2 }],
      outbound: { a: 1 },
      x: 1,
    }
    expect(modernLists(old)).toEqual({
      inbounds: [{ protocol: 'socks', port: 1 }, { port: 2 }],
      outbounds: [{ a: 1 }],
      x: 1,
    })
  })
})
