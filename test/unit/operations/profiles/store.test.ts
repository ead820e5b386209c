import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Profile } from '../../../../src/dialects/profile.js'
import { StoreDocument } from '../../../../src/operations/profiles/document.js'
import { profileToRecord, recordToProfile } from '../../../../src/operations/profiles/record.js'
import { listProfileNames } from '../../../../src/operations/profiles/names.js'
import { changeStore, readStore } from '../../../../src/operations/profiles/store.js'
import { asFault } from '../../../../src/faults/fault.js'
import { faultOf } from '../../../support/fault-of.js'
import { randomProfiles } from '../../../support/random-profiles.js'
import { makeFolder } from '../../../support/spawned-program.js'

const [PROFILE] = randomProfiles(1) as [Profile]
const named = (name: string): Profile => ({ ...PROFILE, name })

async function faultIn(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error) => asFault(error).code,
  )
}

describe('a record', () => {
  it('gives the profile back, with fields that nobody here knows', () => {
    for (const profile of randomProfiles(50)) {
      const odd = { ...profile, extra: new Map([['__proto__', { x: 1 }]]), later: { added: true } }
      const text = JSON.stringify(profileToRecord(odd))
      expect(recordToProfile(profile.name, JSON.parse(text))).toEqual(odd)
    }
  })

  it.each([
    ['server', { server: '' }],
    ['port', { port: 0 }],
    ['port', { port: '443' }],
    ['alterId', { alterId: -1 }],
    ['security', { security: 'rot13' }],
    ['uuid', { uuid: 'alice' }],
    ['transport.network', { transport: { network: 'constructor' } }],
    ['transport.path', { transport: { network: 'ws', host: '' } }],
    ['transport.hosts', { transport: { network: 'h2', hosts: [1], path: '' } }],
    ['tls', { tls: true }],
    ['tls.insecure', { tls: { serverName: '', alpn: [], fingerprint: '' } }],
  ])('with a wrong %s is refused by its name', (field, wrong) => {
    const record = JSON.parse(JSON.stringify({ ...profileToRecord(PROFILE), ...wrong }))
    const fault = faultOf(() => recordToProfile('x', record))
    expect(fault.code).toBe('PROFILE_DAMAGED')
    expect(fault.why).toContain(`its field ${field} `)
  })
})

describe('the document', () => {
  it('finds names whatever their case, unless that is not enough to tell them apart', () => {
    const store = new StoreDocument(undefined)
    for (const name of ['Home', 'work', 'WORK']) store.add(named(name))
    expect(store.find('home')).toBe('Home')
    expect(store.find('work')).toBe('work')
    expect(faultOf(() => store.find('Work')).code).toBe('PROFILE_UNKNOWN')
    expect(faultOf(() => store.find('hme')).hint).toBe('did you mean Home')
  })

  it('gives names that are taken a number', () => {
    const store = new StoreDocument(undefined)
    store.add(named('a 2'))
    expect([1, 2, 3].map(() => store.add(named('a')))).toEqual(['a', 'a 3', 'a 4'])
    expect(store.add(named(''))).toBe(`${PROFILE.server}:${PROFILE.port}`)
  })

  it('takes out of names what cannot be seen', () => {
    const store = new StoreDocument(undefined)
    const name = store.add(named('\u001b[31mred\u001b[0m \u202etxet\r\n'))
    expect(name).toBe('[31mred [0m txet')
  })

  it('keeps the place and the choice of a profile that is renamed', () => {
    const store = new StoreDocument(undefined)
    for (const name of ['a', 'b', 'c']) store.add(named(name))
    store.use('b')
    store.rename('B', 'new')
    expect([store.entries.map(({ name }) => name), store.current]).toEqual([['a', 'new', 'c'], 'new'])
    for (const [from, to] of [
      ['a', 'c'],
      ['a', ''],
      ['a', 'x\u001by'],
      ['a', '-'],
    ] as const)
      expect(faultOf(() => store.rename(from, to)).code).toBe('PROFILE_NAME')
    store.remove('new')
    expect(store.current).toBeUndefined()
  })

  it('takes the only profile for the one in use, and of several none', () => {
    const store = new StoreDocument(undefined)
    expect(faultOf(() => store.nameOr(undefined))).toMatchObject({
      code: 'PROFILE_NONE',
      what: 'no profile is stored',
    })
    store.add(named('a'))
    expect([store.current, store.nameOr(undefined)]).toEqual(['a', 'a'])
    store.add(named('b'))
    expect(faultOf(() => store.nameOr(undefined))).toMatchObject({
      code: 'PROFILE_NONE',
      what: 'no profile is in use',
    })
  })

  it('keeps what a later version may have added, at every level', () => {
    const later = {
      version: 1,
      theme: { dark: true },
      current: 'a',
      profiles: [
        { name: 'a', pinned: [1], profile: { ...profileToRecord(PROFILE), later: 'x' } },
        { name: 'broken', profile: 7 },
      ],
    }
    const store = new StoreDocument(JSON.stringify(later))
    store.rename('a', 'b')
    store.add(named('c'))
    const written = JSON.parse(store.toText())
    expect(written).toMatchObject({ theme: { dark: true }, current: 'b' })
    expect(written.profiles[0]).toEqual({ ...later.profiles[0], name: 'b' })
    expect(written.profiles[1]).toEqual(later.profiles[1])
    expect(faultOf(() => store.profile('broken')).code).toBe('PROFILE_DAMAGED')
  })

  it.each(['', 'nonsense', '[]', '7', '{"profiles":{}}', '{"profiles":[{}]}', '{"version":2}'])(
    'is not made of %j',
    (text) => {
      expect(faultOf(() => new StoreDocument(text)).code).toBe('PROFILE_STORE')
    },
  )
})

describe('the store', () => {
  it('is empty where there is none, and then a file of its owner in a folder of its owner', async () => {
    const folder = join(makeFolder(), 'deep', 'vmess')
    expect((await readStore(folder)).entries).toEqual([])
    expect(await listProfileNames(folder)).toEqual([])
    await changeStore(folder, (store) => store.add(PROFILE))
    expect((await readStore(folder)).profile(PROFILE.name)).toEqual(PROFILE)
    expect(readdirSync(folder)).toEqual(['profiles.json'])
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, 'profiles.json')).mode & 0o777).toBe(0o600)
  })

  it('loses nothing when many change it at once', async () => {
    const folder = makeFolder()
    const names = Array.from({ length: 20 }, (_, i) => `p${i}`)
    await Promise.all(names.map((name) => changeStore(folder, (store) => store.add(named(name)))))
    const stored = (await readStore(folder)).entries.map(({ name }) => name)
    expect(stored.toSorted()).toEqual(names.toSorted())
    expect(await listProfileNames(folder)).toEqual(stored)
  })

  it('stays as it was when a change fails', async () => {
    const folder = makeFolder()
    await changeStore(folder, (store) => store.add(PROFILE))
    const before = readFileSync(join(folder, 'profiles.json'), 'utf8')
    expect(await faultIn(changeStore(folder, (store) => store.remove('nobody')))).toBe('PROFILE_UNKNOWN')
    expect(readFileSync(join(folder, 'profiles.json'), 'utf8')).toBe(before)
    expect(readdirSync(folder)).toEqual(['profiles.json'])
  })

  it('is never written over when it cannot be read', async () => {
    const folder = makeFolder()
    writeFileSync(join(folder, 'profiles.json'), '{"version":1,"profi')
    expect(await faultIn(changeStore(folder, (store) => store.add(PROFILE)))).toBe('PROFILE_STORE')
    expect(readFileSync(join(folder, 'profiles.json'), 'utf8')).toBe('{"version":1,"profi')
    expect(await listProfileNames(folder)).toEqual([])
  })

  it('says so when another program holds it', async () => {
    const folder = makeFolder()
    mkdirSync(join(folder, 'profiles.json.lock'))
    expect(await faultIn(changeStore(folder, (store) => store.add(PROFILE), { attempts: 1 }))).toBe(
      'PROFILE_LOCKED',
    )
    expect(readdirSync(folder)).toEqual(['profiles.json.lock'])
  })

  it('takes over the lock of a program that is gone', async () => {
    const folder = makeFolder()
    const lock = join(folder, 'profiles.json.lock')
    mkdirSync(lock)
    utimesSync(lock, 1_000, 1_000)
    await changeStore(folder, (store) => store.add(PROFILE))
    expect(readdirSync(folder)).toEqual(['profiles.json'])
  })
})
