import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assertValid, validateFiles, type ValidateOptions } from '../../../src/operations/validate.js'
import { faultOf } from '../../support/fault-of.js'
import { days, makeAuthority } from '../../support/certificates.js'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vmess-kit-validate-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const ID = '9f1b6c2e-4d0a-4c57-8e3b-6a2d7f90c1e4'

function put(name: string, value: unknown, mode = 0o600): string {
  const path = join(folder, name)
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value))
  chmodSync(path, mode)
  return path
}

async function* stream(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

function validate(files: string[], options: Partial<ValidateOptions> = {}) {
  return validateFiles({ files, stdin: stream('{}'), environment: {}, ...options })
}

async function rulesOf(files: string[], options: Partial<ValidateOptions> = {}): Promise<string[]> {
  return (await validate(files, options)).findings.map(({ rule }) => rule)
}

const GOOD = { outbounds: [{ protocol: 'freedom' }] }

describe('several files', () => {
  it('are judged each alone, and one that cannot be read does not stop the others', async () => {
    const bad = put('bad.json', { outbounds: [{ protocol: 'smoke' }] })
    const found = await validate([bad, join(folder, 'none.json'), put('good.json', GOOD)])
    expect(found.findings.map(({ file, rule }) => [file, rule])).toEqual([[bad, 'VM-O01']])
    expect(found.failures.map(({ fault }) => fault.code)).toEqual(['CLI_FILE'])
    expect(faultOf(() => assertValid(found, false)).code).toBe('CONFIG_INVALID')
  })

  it('together may have what one of them lacks, as with several -c', async () => {
    const rule = { type: 'field', network: 'udp', outboundTag: 'block' }
    const first = put('a.json', { ...GOOD, routing: { rules: [rule] } })
    const second = put('b_tail.json', { outbounds: [{ protocol: 'blackhole', tag: 'block' }] })
    expect(await rulesOf([first])).toContain('VM-R03')
    expect(await rulesOf([first, second])).toEqual(expect.arrayContaining(['VM-R03', 'VM-G03']))
    expect(await rulesOf([first, second], { merge: true })).toEqual(['VM-E01'])
  })

  it('put a single outbound in front, unless the name has tail in it', async () => {
    const second = put('b.json', { outbounds: [{ protocol: 'blackhole', tag: 'block' }] })
    expect(await rulesOf([put('a.json', GOOD), second], { merge: true })).toEqual(['VM-G03'])
  })

  it('may not both be the stream', async () => {
    await expect(validate(['-', '-'])).rejects.toMatchObject({ code: 'CLI_USAGE' })
  })
})

describe('which rules', () => {
  it('takes ids in any case and refuses unknown ones', async () => {
    const file = put('a.json', {})
    expect(await rulesOf([file], { only: ['vm-g02'] })).toEqual(['VM-G02'])
    expect(await rulesOf([file], { ignore: ['VM-G02'] })).toEqual([])
    await expect(validate([file], { only: ['VM-G0X'] })).rejects.toMatchObject({
      code: 'CLI_USAGE',
      hint: expect.stringContaining('VM-G0'),
    })
  })

  it('with strict fails for warnings too', async () => {
    const found = await validate([put('a.json', {})])
    assertValid(found, false)
    expect(faultOf(() => assertValid(found, true)).code).toBe('CONFIG_INVALID')
  })
})

describe('files beside the text', () => {
  const tls = (certificateFile: string, keyFile: string) => ({
    inbounds: [
      {
        port: 443,
        protocol: 'vmess',
        settings: { clients: [{ id: ID }] },
        streamSettings: { security: 'tls', tlsSettings: { certificates: [{ certificateFile, keyFile }] } },
      },
    ],
    ...GOOD,
  })

  it('VM-S09: a certificate that is not there', async () => {
    const file = put('a.json', tls(join(folder, 'no.pem'), join(folder, 'no.key')))
    expect(await rulesOf([file])).toEqual(['VM-S09', 'VM-S09'])
  })

  it('VM-S10: text that is no certificate, and a key of another', async () => {
    const authority = await makeAuthority()
    const [one, other] = [await authority.issue(['a.example']), await authority.issue(['b.example'])]
    const paths = (certificate: string, key: string) =>
      put('a.json', tls(put('c.pem', certificate), put('k.pem', key)))
    expect(await rulesOf([paths(one.certificate, one.key)])).toEqual([])
    expect(await rulesOf([paths(one.certificate, other.key)])).toEqual(['VM-S10'])
    expect(await rulesOf([paths('nothing', one.key)])).toEqual(['VM-S10'])
    expect(await rulesOf([paths(one.certificate, 'nothing')])).toEqual(['VM-S10'])
  })

  it('VM-S11: a certificate that has expired or is not valid yet', async () => {
    const { certificate, key } = await (await makeAuthority()).issue(['a.example'])
    const file = put('a.json', tls(put('c.pem', certificate), put('k.pem', key)))
    expect(await rulesOf([file], { clock: () => days(10_000).getTime() })).toEqual(['VM-S11'])
    expect(await rulesOf([file], { clock: () => 0 })).toEqual(['VM-S11'])
  })

  it('VM-W05: ids and keys that others can read', async () => {
    const { certificate, key } = await (await makeAuthority()).issue(['a.example'])
    const value = tls(put('c.pem', certificate, 0o644), put('k.pem', key, 0o640))
    expect(await rulesOf([put('a.json', value, 0o644)])).toEqual(['VM-W05', 'VM-W05'])
    expect(await rulesOf([put('b.json', GOOD, 0o644)])).toEqual([])
  })

  it('VM-Y09: a log in a folder that is not there', async () => {
    const log = (access: string) => put('a.json', { ...GOOD, log: { access } })
    expect(await rulesOf([log(join(folder, 'none', 'a.log'))])).toEqual(['VM-Y09'])
    expect(await rulesOf([log(join(folder, 'a.log'))])).toEqual([])
    expect(await rulesOf([log('none')])).toEqual([])
  })

  it('VM-R14: a geo list that is in no asset folder', async () => {
    const rules = [{ type: 'field', ip: ['ext:vmess-kit-test.dat:x'], outboundTag: 'a' }]
    const file = put('a.json', { outbounds: [{ protocol: 'freedom', tag: 'a' }], routing: { rules } })
    expect(await rulesOf([file])).toEqual(['VM-E01', 'VM-R14'])
    put('vmess-kit-test.dat', 'x')
    expect(await rulesOf([file], { environment: { V2RAY_LOCATION_ASSET: folder } })).toEqual(['VM-E01'])
  })
})

describe('mending', () => {
  const BROKEN = '{\n  "outbounds": [{ "protocol": "freedom", "tag": 5 }],\n}\n'
  const MENDED = '{\n  "outbounds": [{ "protocol": "freedom", "tag": "5" }]\n}\n'

  it('writes the file with its mode, through a link, and shows the difference', async () => {
    const path = put('a.json', BROKEN, 0o640)
    symlinkSync(path, join(folder, 'link.json'))
    const { patches, findings } = await validate([join(folder, 'link.json')], { fix: 'write' })
    expect(findings).toEqual([])
    expect(readFileSync(path, 'utf8')).toBe(MENDED)
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(patches[0]?.difference).toContain('-  "outbounds": [{ "protocol": "freedom", "tag": 5 }],\n')
    expect(patches[0]?.rules).toEqual(['VM-F03', 'VM-V01'])
  })

  it('only shows it when asked to', async () => {
    const path = put('a.json', BROKEN)
    expect((await validate([path], { fix: 'show' })).patches).toHaveLength(1)
    expect(readFileSync(path, 'utf8')).toBe(BROKEN)
  })

  it('leaves a good file untouched', async () => {
    const { patches } = await validate([put('a.json', GOOD)], { fix: 'write' })
    expect(patches).toEqual([])
  })

  it('gives the stream back whole, mended or not', async () => {
    for (const given of [BROKEN, MENDED]) {
      const { patches } = await validate(['-'], { stdin: stream(given), fix: 'write' })
      expect(patches[0]?.text).toBe(MENDED)
    }
    await expect(validate(['-', put('a.json', GOOD)], { fix: 'write' })).rejects.toMatchObject({
      code: 'CLI_USAGE',
    })
  })

  it('shows no id', async () => {
    const value = {
      inbounds: [{ port: '1', protocol: 'vmess', settings: { clients: [{ id: ID, alterId: '0' }] } }],
    }
    const { patches } = await validate([put('a.json', value)], { fix: 'show' })
    expect(patches[0]?.difference).toContain('"alterId":0')
    expect(patches[0]?.difference).not.toContain('4c57')
  })
})
