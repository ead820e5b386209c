import { expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/v2ray-json.js'
import { localProxies, requireInbounds } from '../../../src/operations/config-facts.js'

it('finds the inbounds that are local proxies', () => {
  const socks = { protocol: 'socks', port: 1, listen: '127.0.0.1' }
  const vmess = { protocol: 'vmess', port: 2, listen: '127.0.0.1', settings: { clients: [] } }
  const { config } = parseConfig(JSON.stringify({ inbounds: [socks, vmess] }), { file: 'f' })
  expect(localProxies(config).map(({ protocol }) => protocol)).toEqual(['socks'])
})

it('refuses to run a server without inbounds', () => {
  const { config } = parseConfig('{}', { file: 'f' })
  const refusal = { code: 'CONFIG_INVALID', what: 'nothing to listen on' }
  expect(() => requireInbounds(config)).toThrow(expect.objectContaining(refusal))
})
