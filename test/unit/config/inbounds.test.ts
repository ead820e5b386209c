import { describe, expect, it } from 'vitest'
import { parseUserId } from '../../../src/account/uuid.js'
import { accept, complaints, errors, ID, inbound, OTHER_ID, withOutbound } from './reading.js'

const one = (fields: object): object =>
  withOutbound({ inbounds: [{ port: 1, listen: '127.0.0.1', ...fields }] })
const settingsOf = (fields: object): unknown => accept(one(fields)).inbounds[0]?.settings

describe('every inbound', () => {
  it.each([
    ['vless', '"vless" is not a supported inbound; supported: vmess, socks, http, mixed, dokodemo-door'],
    ['', '"" is not a supported inbound; supported: vmess, socks, http, mixed, dokodemo-door'],
    [undefined, 'protocol is missing'],
    [5, 'must be a string, found a number'],
  ])('refuses the protocol %j', (protocol, message) => {
    expect(errors(one({ protocol }))).toEqual([`/inbounds/0/protocol: ${message}`])
  })

  it('takes protocols in any case, and by the names of Xray', () => {
    const inbounds = [
      inbound({ protocol: 'VMess' }),
      inbound({ port: 2, protocol: 'mixed' }),
      inbound({ port: 3, protocol: 'tunnel', settings: { address: '1.1.1.1', port: 53 } }),
    ]
    expect(accept(withOutbound({ inbounds })).inbounds.map(({ protocol }) => protocol)).toEqual([
      'vmess',
      'mixed',
      'dokodemo-door',
    ])
  })

  it('refuses random allocation, takes the usual one', () => {
    expect(errors(one({ protocol: 'vmess', allocate: { strategy: 'always', refresh: 5 } }))).toEqual([])
    const random = { protocol: 'vmess', port: '1000-1010', allocate: { strategy: 'random' } }
    expect(errors(one(random))).toEqual([
      '/inbounds/0/allocate/strategy: dynamic ports are not supported yet; supported: always',
    ])
    expect(errors(one({ protocol: 'vmess', allocate: {} }))).toEqual([
      '/inbounds/0/allocate/strategy: strategy is missing',
    ])
  })

  it('warns of sniffing that is switched on, and only then', () => {
    const sniffing = { enabled: true, destOverride: ['http', 'tls'] }
    expect(complaints(one({ protocol: 'vmess', sniffing }))).toEqual([
      'warning /inbounds/0/sniffing: sniffing is not supported yet; destinations are used as they were asked for',
    ])
    expect(complaints(one({ protocol: 'vmess', sniffing: { ...sniffing, enabled: false } }))).toEqual([])
  })
})

describe('vmess', () => {
  const clients = [
    { id: ID, alterId: 4, level: 1, email: 'love@v2ray.com', security: 'none', experiments: '' },
    { id: OTHER_ID },
  ]

  it('reads its users, under either name of the list', () => {
    const users = [
      { uuid: parseUserId(ID).uuid, alterId: 4, level: 1, email: 'love@v2ray.com' },
      { uuid: parseUserId(OTHER_ID).uuid, alterId: 0, level: 0, email: '' },
    ]
    const expected = { users, disableInsecureEncryption: true }
    expect(settingsOf({ protocol: 'vmess', settings: { clients, disableInsecureEncryption: true } })).toEqual(
      expected,
    )
    expect(
      settingsOf({ protocol: 'vmess', settings: { users: clients, disableInsecureEncryption: true } }),
    ).toEqual(expected)
  })

  it('lets clients win over users, and says so', () => {
    const settings = { users: [{ id: OTHER_ID }], clients: [{ id: ID }] }
    expect(settingsOf({ protocol: 'vmess', settings })).toMatchObject({
      users: [{ uuid: parseUserId(ID).uuid }],
    })
    expect(complaints(one({ protocol: 'vmess', settings }))).toEqual([
      'warning /inbounds/0/settings/users: has no effect beside /inbounds/0/settings/clients',
    ])
  })

  it('may have no users', () => {
    expect(settingsOf({ protocol: 'vmess' })).toEqual({ users: [], disableInsecureEncryption: false })
    expect(settingsOf({ protocol: 'vmess', settings: { clients: null } })).toMatchObject({ users: [] })
  })

  it('refuses two users with one email in any case, even when an id beside it is wrong', () => {
    const settings = {
      clients: [
        { id: ID, email: 'A@b' },
        { id: 'UUID', email: 'a@B' },
      ],
    }
    expect(errors(one({ protocol: 'vmess', settings }))).toEqual([
      '/inbounds/0/settings/clients/1/id: the id is a placeholder, not a UUID',
      '/inbounds/0/settings/clients/1/email: "a@B" is the email of user 0 too; case does not count',
    ])
  })

  it('warns of two users with one id, once per pair of readable ids', () => {
    const settings = { clients: [{ id: ID }, { id: ID.toUpperCase() }] }
    expect(complaints(one({ protocol: 'vmess', settings }))).toEqual([
      'warning /inbounds/0/settings/clients/1/id: the same id as user 0',
    ])
    const broken = { clients: [{ id: '' }, { id: '' }] }
    expect(complaints(one({ protocol: 'vmess', settings: broken }))).toHaveLength(2)
  })

  it('warns of what many alter ids cost', () => {
    const cost = (...alterIds: number[]): string[] => {
      const clients = alterIds.map((alterId, i) => ({ id: [ID, OTHER_ID][i], alterId }))
      return complaints(one({ protocol: 'vmess', settings: { clients } }))
    }
    expect(cost(256)).toEqual([])
    expect(cost(250, 250)).toEqual([])
    expect(cost(257, 500)).toEqual([
      'warning /inbounds/0/settings/clients/0/alterId: 257 alter ids cost the server time and memory',
    ])
    const many = Array.from({ length: 5 }, () => ({ id: ID, alterId: 250 }))
    expect(complaints(one({ protocol: 'vmess', settings: { clients: many } }))).toContain(
      'warning /inbounds/0/settings/clients: 1250 alter ids in all cost the server time and memory',
    )
  })

  it('recognises the list of ids of V2Ray 5', () => {
    expect(errors(one({ protocol: 'vmess', settings: { users: [ID] } }))).toEqual([
      '/inbounds/0/settings/users/0: must be an object with an id, found a string',
    ])
  })

  it('stays on its port where V2Ray would switch', () => {
    const settings = { detour: { to: 'dynamic' }, default: { level: 0, alterId: 32 } }
    expect(complaints(one({ protocol: 'vmess', settings }))).toEqual([
      'warning /inbounds/0/settings/detour: dynamic ports are not supported yet; clients stay on this port',
    ])
    expect(errors(one({ protocol: 'vmess', settings: { default: { level: 256 } } }))).toEqual([
      '/inbounds/0/settings/default/level: must be a whole number from 0 to 255, found 256',
    ])
  })
})

describe('socks and mixed', () => {
  it('lets everybody in by default', () => {
    expect(settingsOf({ protocol: 'socks' })).toEqual({ udp: false, userLevel: 0 })
  })

  it('reads accounts, the last of one name', () => {
    const accounts = [{ user: 'a', pass: '1' }, { user: 'a', pass: '2' }, { user: 'b' }]
    const settings = { auth: 'password', accounts, udp: true, ip: '127.0.0.1', userLevel: 3 }
    const expected = {
      accounts: [
        { user: 'a', pass: '2' },
        { user: 'b', pass: '' },
      ],
      udp: true,
      udpAddress: '127.0.0.1',
      userLevel: 3,
    }
    expect(settingsOf({ protocol: 'socks', settings })).toEqual(expected)
    expect(settingsOf({ protocol: 'mixed', settings })).toEqual(expected)
  })

  it('lets nobody in when a password is asked for and no account given', () => {
    expect(settingsOf({ protocol: 'socks', settings: { auth: 'password' } })).toMatchObject({ accounts: [] })
  })

  it('refuses the words that V2Ray takes for "everybody"', () => {
    expect(errors(one({ protocol: 'socks', settings: { auth: 'Password' } }))).toEqual([
      '/inbounds/0/settings/auth: "Password" is not one of noauth, password (in lower case)',
    ])
  })

  it('warns of accounts that nobody is asked for', () => {
    expect(
      complaints(one({ protocol: 'socks', settings: { accounts: [{ user: 'a', pass: 'b' }] } })),
    ).toEqual(['warning /inbounds/0/settings/accounts: nobody is asked for these accounts'])
  })
})

describe('http', () => {
  it('asks for accounts as soon as there are some', () => {
    const accounts = [{ user: 'a', pass: 'b' }]
    expect(settingsOf({ protocol: 'http' })).toEqual({ allowTransparent: false, userLevel: 0 })
    expect(settingsOf({ protocol: 'http', settings: { accounts: [] } })).not.toHaveProperty('accounts')
    expect(settingsOf({ protocol: 'http', settings: { accounts, allowTransparent: true } })).toEqual({
      accounts,
      allowTransparent: true,
      userLevel: 0,
    })
  })
})

describe('dokodemo-door', () => {
  const target = { address: '1.1.1.1', port: 53 }

  it('reads its target and networks', () => {
    expect(settingsOf({ protocol: 'dokodemo-door', settings: { ...target, network: 'TCP,udp' } })).toEqual({
      address: '1.1.1.1',
      port: 53,
      networks: ['tcp', 'udp'],
      userLevel: 0,
    })
    expect(settingsOf({ protocol: 'dokodemo-door', settings: target })).toMatchObject({ networks: ['tcp'] })
  })

  it.each([
    [{}, ['address: address is missing', 'port: port is missing']],
    [{ ...target, port: '53' }, ['port: must be a whole number from 1 to 65535, found a string']],
    [{ ...target, port: 0 }, ['port: must be a whole number from 1 to 65535, found 0']],
    [{ ...target, network: [] }, ['network: must name tcp, udp or both']],
    [{ ...target, network: ['tcp', 'unix'] }, ['network/1: "unix" is not one of tcp, udp']],
    [{ ...target, network: 5 }, ['network: must be a list of strings, found a number']],
    [
      { ...target, followRedirect: true },
      ['followRedirect: transparent proxying is not supported yet; give an address and a port'],
    ],
  ])('refuses %j', (settings, messages) => {
    expect(errors(one({ protocol: 'dokodemo-door', settings }))).toEqual(
      messages.map((message) => `/inbounds/0/settings/${message}`),
    )
  })
})
