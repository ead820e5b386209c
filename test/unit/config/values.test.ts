import { describe, expect, it } from 'vitest'
import { accept, complaints, errors, ID, inbound, withOutbound } from './reading.js'

/** Errors of one user object, without their common path. */
function userErrors(user: string): string[] {
  const clients = `[${user}]`
  const text = `{"inbounds": [{"port": 1, "protocol": "vmess", "settings": {"clients": ${clients}}}], "outbounds": [{"protocol": "freedom"}]}`
  return errors(text).map((line) => line.replace('/inbounds/0/settings/clients/0/', ''))
}

describe('numbers are never coerced (config §1.2, §5.1)', () => {
  const RANGE = 'must be a whole number from 0 to 65535'
  const CASES: readonly [string, string][] = [
    ['65536', `alterId: ${RANGE}, found 65536`],
    ['-1', `alterId: ${RANGE}, found -1`],
    ['-0', `alterId: ${RANGE}, found -0`],
    ['1.5', `alterId: ${RANGE}, found 1.5`],
    ['1.0', `alterId: ${RANGE}, found 1.0`],
    ['1e3', `alterId: ${RANGE}, found 1e3`],
    ['1e999', `alterId: ${RANGE}, found 1e999`],
    ['"16"', `alterId: ${RANGE}, found a string`],
    ['true', `alterId: ${RANGE}, found a boolean`],
    ['[1]', `alterId: ${RANGE}, found an array`],
  ]
  it.each(CASES)('refuses alterId %s', (value, message) => {
    expect(userErrors(`{"id": "${ID}", "alterId": ${value}}`)).toEqual([message])
  })

  it.each(['0', '65535', 'null'])('accepts alterId %s', (value) => {
    expect(userErrors(`{"id": "${ID}", "alterId": ${value}}`)).toEqual([])
  })

  it('takes levels of 32 bits', () => {
    expect(userErrors(`{"id": "${ID}", "level": 4294967295}`)).toEqual([])
    expect(userErrors(`{"id": "${ID}", "level": 4294967296}`)).toEqual([
      'level: must be a whole number from 0 to 4294967295, found 4294967296',
    ])
  })

  it('wants true or false where a boolean stands', () => {
    const settings = { disableInsecureEncryption: 'true' }
    expect(errors(withOutbound({ inbounds: [inbound({ settings })] }))).toEqual([
      '/inbounds/0/settings/disableInsecureEncryption: must be true or false, found a string',
    ])
  })
})

describe('ids', () => {
  it.each([ID, ID.toUpperCase(), ID.replaceAll('-', ''), ID.replace('-', '')])('accepts %s', (id) => {
    expect(userErrors(JSON.stringify({ id }))).toEqual([])
  })

  it.each(['', 'UUID', 'your-uuid', '{{ uuid }}', '<id>', 'xxxxxxxx-xxxx'])(
    'calls %j a placeholder',
    (id) => {
      expect(userErrors(JSON.stringify({ id }))).toEqual(['id: the id is a placeholder, not a UUID'])
    },
  )

  it('refuses text that is no UUID and too long for a name, without quoting it', () => {
    const id = 'b831381d-6324-4d53-ad4f-8cda48b3081g'
    expect(userErrors(JSON.stringify({ id }))).toEqual([
      'id: not a user id: 36 bytes that do not form a UUID',
    ])
  })

  it('maps a name as Xray does, and says that V2Ray will not', () => {
    const config = withOutbound({ inbounds: [inbound({ settings: { clients: [{ id: 'example' }] } })] })
    expect(complaints(config)).toEqual([
      'warning /inbounds/0/settings/clients/0/id: a name instead of a UUID: V2Ray refuses it',
    ])
  })

  it('names an id that is missing', () => {
    expect(userErrors('{}')).toEqual(['id: id is missing'])
    expect(userErrors('{"id": null}')).toEqual(['id: id is missing'])
    expect(userErrors('{"id": 5}')).toEqual(['id: must be a UUID in a string'])
  })
})

describe('ports to listen on (config §1.3)', () => {
  const portErrors = (port: unknown, environment = {}): string[] =>
    errors(withOutbound({ inbounds: [{ port, protocol: 'socks' }] }), environment)
  const ports = (port: unknown, environment = {}): unknown => {
    const { listen } = accept(withOutbound({ inbounds: [{ port, protocol: 'socks' }] }), environment)
      .inbounds[0] as { listen: unknown }
    return (listen as { ports: unknown }).ports
  }

  it('takes numbers, ranges, lists and environment variables', () => {
    expect(ports(443)).toEqual([443])
    expect(ports('443')).toEqual([443])
    expect(ports('1000-1002')).toEqual([1000, 1001, 1002])
    expect(ports('80,443, 1000-1001,80')).toEqual([80, 443, 1000, 1001])
    expect(ports('env:PORT', { PORT: '8000-8001' })).toEqual([8000, 8001])
  })

  const REFUSED: readonly [unknown, string][] = [
    ['200-100', 'the range 200-100 runs backwards'],
    ['100-', '"100-" is not a port or a range of ports'],
    ['1 - 2', '"1 - 2" is not a port or a range of ports'],
    ['', '"" is not a port or a range of ports'],
    ['0x50', '"0x50" is not a port or a range of ports'],
    ['65536', '"65536" goes beyond port 65535'],
    [65_536, '"65536" goes beyond port 65535'],
    [-1, '"-1" is not a port or a range of ports'],
    [1.5, '"1.5" is not a port or a range of ports'],
    [0, 'port 0 cannot be listened on from a configuration'],
    [true, 'must be a port or a range of ports, found a boolean'],
    [[1], 'must be a port or a range of ports, found an array'],
    ['env:NOT_SET', 'the environment variable "NOT_SET" is not set'],
    ['env:__proto__', 'the environment variable "__proto__" is not set'],
    ['env:', 'the environment variable "" is not set'],
    [undefined, 'port is missing'],
  ]
  it.each(REFUSED)('refuses %j', (port, message) => {
    expect(portErrors(port)).toEqual([`/inbounds/0/port: ${message}`])
  })
})

describe('addresses (config §1.3)', () => {
  const server = (address: unknown): object => ({
    outbounds: [{ protocol: 'vmess', settings: { vnext: [{ address, port: 1, users: [{ id: ID }] }] } }],
  })
  const read = (address: string, environment = {}): string => {
    const [outbound] = accept(server(address), environment).outbounds
    return outbound?.protocol === 'vmess' ? (outbound.settings.servers[0]?.address ?? '') : ''
  }

  it('brings IP addresses into one form and leaves domains', () => {
    expect(read('[2001:DB8:0::1]')).toBe('2001:db8::1')
    expect(read(' 10.0.0.1 ')).toBe('10.0.0.1')
    expect(read('::ffff:10.0.0.1')).toBe('10.0.0.1')
    expect(read('Example.com')).toBe('Example.com')
    expect(read('env:HOST', { HOST: 'example.com' })).toBe('example.com')
  })

  it.each([
    ['', 'the address is empty'],
    ['1.1.1.1:80', '"1.1.1.1:80" is neither an IP address nor a domain name'],
    ['http://a/', '"http://a/" is neither an IP address nor a domain name'],
    ['a b', '"a b" is neither an IP address nor a domain name'],
    [5, 'must be a string, found a number'],
    [null, 'address is missing'],
  ])('refuses %j', (address, message) => {
    expect(errors(server(address))).toEqual([`/outbounds/0/settings/vnext/0/address: ${message}`])
  })
})

describe('addresses to listen on (config §3.1)', () => {
  const listen = (value: unknown): object =>
    withOutbound({ inbounds: [{ listen: value, port: 1, protocol: 'http' }] })

  it('defaults to every IPv4 address', () => {
    expect(accept(listen(undefined)).inbounds[0]?.listen).toEqual({
      kind: 'tcp',
      host: '0.0.0.0',
      ports: [1],
    })
  })

  it('takes IP addresses, localhost and paths', () => {
    expect(accept(listen('::')).inbounds[0]?.listen).toMatchObject({ host: '::' })
    expect(accept(listen('localhost')).inbounds[0]?.listen).toMatchObject({ host: '127.0.0.1' })
    expect(accept(listen('/run/a.sock')).inbounds[0]?.listen).toEqual({ kind: 'unix', path: '/run/a.sock' })
  })

  it('needs no port on a path', () => {
    const config = withOutbound({ inbounds: [{ listen: '/run/a.sock', protocol: 'vmess' }] })
    expect(accept(config).inbounds[0]?.listen.kind).toBe('unix')
  })

  it.each([
    ['', 'must not be empty'],
    ['LOCALHOST', 'cannot listen on "LOCALHOST"'],
    ['127.0.0.1:80', 'cannot listen on "127.0.0.1:80"'],
    ['256.1.1.1', 'cannot listen on "256.1.1.1"'],
    ['@name', 'abstract unix sockets are not supported yet'],
    ['/a,0666', 'a file mode after the path is not supported; 4.34 takes it for the name'],
  ])('refuses %j', (value, message) => {
    expect(errors(listen(value))).toEqual([`/inbounds/0/listen: ${message}`])
  })
})
