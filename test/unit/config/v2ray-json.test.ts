import { describe, expect, it } from 'vitest'
import { formatIssue, locateIssue } from '../../../src/config/issue.js'
import { checkConfig, parseConfig } from '../../../src/config/v2ray-json.js'
import { type Fault, isFault } from '../../../src/faults/fault.js'

const BROKEN = `{
  // a server
  "inbounds": [
    {
      "port": "200-100",
      "protocol": "vmess",
      "settings": { "clients": [{ "id": "", "alterId": "4" }] }
    }
  ],
\t"outbounds": [{ "protocol": "freedom", "setings": {} }]
}
`

function thrownBy(text: string): Fault {
  try {
    parseConfig(text, { file: 'server.json' })
  } catch (error) {
    if (isFault(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('checkConfig', () => {
  it('tells every problem with its line, column and path, in the order of the file', () => {
    expect(checkConfig(BROKEN).issues).toMatchObject([
      {
        severity: 'error',
        path: '/inbounds/0/port',
        line: 5,
        column: 15,
        message: 'the range 200-100 runs backwards',
        hint: 'a port from 1 to 65535, or a range such as "1000-2000"',
      },
      {
        severity: 'error',
        path: '/inbounds/0/settings/clients/0/id',
        line: 7,
        column: 41,
        message: 'the id is a placeholder, not a UUID',
        hint: 'make one with: vmess uuid',
      },
      {
        severity: 'error',
        path: '/inbounds/0/settings/clients/0/alterId',
        line: 7,
        column: 56,
        message: 'must be a whole number from 0 to 65535, found a string',
      },
      {
        severity: 'warning',
        path: '/outbounds/0/setings',
        line: 10,
        column: 41,
        message: 'unknown key, ignored',
        hint: 'did you mean settings?',
      },
    ])
  })

  it('points at the object that lacks a key', () => {
    expect(checkConfig('{\n "inbounds": [\n  {"protocol": "vmess"}]}').issues).toContainEqual({
      rule: 'VM-P02',
      severity: 'error',
      path: '/inbounds/0/port',
      line: 3,
      column: 3,
      offset: 19,
      length: 1,
      message: 'port is missing',
    })
  })

  it('counts lines ended by CR LF, and columns behind a byte order mark from 1', () => {
    expect(
      checkConfig('\uFEFF{"x": 1,\r\n"y": 1, "outbounds": [{"protocol": "freedom"}]}').issues,
    ).toMatchObject([
      { path: '/x', line: 1, column: 2 },
      { path: '/y', line: 2, column: 1 },
    ])
  })
})

describe('parseConfig', () => {
  it('gives the configuration and the warnings', () => {
    const { config, warnings } = parseConfig('{"outbounds": [{"protocol": "freedom"}], "x": 1}', {
      file: 'a',
    })
    expect(config.outbounds).toHaveLength(1)
    expect(warnings).toMatchObject([{ severity: 'warning', path: '/x' }])
  })

  it('throws CONFIG_SYNTAX for text that is no JSON, with the place', () => {
    const fault = thrownBy('{\n  "log": {},\n}')
    expect(fault.code).toBe('CONFIG_SYNTAX')
    expect(fault.message).toBe(
      'the configuration is not valid JSON: server.json:2:12: a comma before the closing }',
    )
    expect(fault.hint).toBe('remove the comma; V2Ray refuses it too')
    expect(fault.context).toEqual({ file: 'server.json', line: 2, column: 12, path: '', problems: 1 })
  })

  it('throws CONFIG_INVALID with one line for one problem', () => {
    const fault = thrownBy('{"outbounds": [{"protocol": "fredom"}]}')
    expect(fault.code).toBe('CONFIG_INVALID')
    expect(fault.why).toBe(
      'server.json:1:29 /outbounds/0/protocol: "fredom" is not a supported outbound; supported: vmess, freedom, blackhole',
    )
    expect(fault.hint).toBe('did you mean freedom?')
  })

  it('throws CONFIG_INVALID with a line for each of several problems, warnings left out', () => {
    const fault = thrownBy(BROKEN)
    expect(fault.code).toBe('CONFIG_INVALID')
    expect(fault.why?.split('\n')).toEqual([
      '3 problems',
      'server.json:5:15 /inbounds/0/port: the range 200-100 runs backwards (a port from 1 to 65535, or a range such as "1000-2000")',
      'server.json:7:41 /inbounds/0/settings/clients/0/id: the id is a placeholder, not a UUID (make one with: vmess uuid)',
      'server.json:7:56 /inbounds/0/settings/clients/0/alterId: must be a whole number from 0 to 65535, found a string (write it without quotes)',
    ])
    expect(fault.context).toMatchObject({ line: 5, column: 15, path: '/inbounds/0/port', problems: 3 })
  })

  it('lists no more than twenty', () => {
    const inbounds = Array.from({ length: 25 }, () => ({ port: 1, protocol: 'x' }))
    const lines = thrownBy(JSON.stringify({ inbounds })).why?.split('\n') ?? []
    expect(lines).toHaveLength(22)
    expect([lines[0], lines[21]]).toEqual(['25 problems', 'and 5 more'])
  })
})

describe('an issue as text', () => {
  const issue = {
    rule: 'VM-F01',
    severity: 'error',
    offset: 1,
    length: 1,
    path: '',
    line: 1,
    column: 2,
    message: 'it is wrong',
    hint: 'mend it',
  } as const

  it('leaves out an empty path, and brings the hint if wanted', () => {
    expect(locateIssue(issue, 'a.json')).toBe('a.json:1:2: it is wrong')
    expect(formatIssue(issue, 'a.json')).toBe('a.json:1:2: it is wrong (mend it)')
  })
})
