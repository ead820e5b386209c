/** After a mistake of syntax: every mistake is named, and what none of them touches is looked at. */
import { describe, expect, it } from 'vitest'
import { beginCheck } from '../../../src/config/check-text.js'
import { fixText } from '../../../src/config/fix-text.js'

function found(text: string): string[] {
  return beginCheck(text, { file: 'x.json' })
    .findings()
    .map(({ line, rule, path }) => `${line} ${rule} ${path}`.trimEnd())
}

const BAD_PORT = '{"protocol": "socks", "port": 99999, "listen": "127.0.0.1"}'
const FREEDOM = '"outbounds": [{"protocol": "freedom"}]'

describe('every mistake is named', () => {
  it('each on its line, one a line', () => {
    const text = `{
  "log": {"loglevel": "warning",},
  "a": "C:\\logs",
  "b": 'x',
  "c": 1
  "d": 2
}`
    expect(found(text)).toEqual(['2 VM-F03', '3 VM-F01', '4 VM-F01', '6 VM-F01'])
  })

  it('a string that is not closed is one mistake, not two', () => {
    expect(found('{\n  "a": "x,\n  "b": 1\n}')).toEqual(['2 VM-F01'])
  })

  it('at most twenty', () => {
    const lines = Array.from({ length: 50 }, (_, i) => `  "a${i}": tru`)
    expect(found(`{\n${lines.join(',\n')}\n}`)).toHaveLength(20)
  })
})

describe('what no mistake touches is looked at', () => {
  it('in front of it', () => {
    const text = `{\n"inbounds": [\n${BAD_PORT},\n{"port": x}\n],\n${FREEDOM}}`
    expect(found(text)).toEqual(['3 VM-P01 /inbounds/0/port', '4 VM-F01'])
  })

  it('behind it, where the mistake leaves no doubt what belongs where', () => {
    const text = `{\n"log": {"loglevel": "none",},\n"inbounds": [\n${BAD_PORT}\n],\n${FREEDOM}}`
    expect(found(text)).toEqual(['2 VM-F03', '4 VM-P01 /inbounds/0/port'])
  })

  it('not behind one that may hide more', () => {
    const text = `{\n"log" {},\n"inbounds": [\n${BAD_PORT}\n],\n${FREEDOM}}`
    expect(found(text)).toEqual(['2 VM-F01'])
  })

  it('not where a bracket is missing', () => {
    const text = `{\n"inbounds": [\n${BAD_PORT}\n,\n${FREEDOM}}`
    expect(found(text).every((line) => line.includes('VM-F'))).toBe(true)
    expect(found(`{"log": {"x": {}, "inbounds": [\n${BAD_PORT}\n]}`)).toEqual(['1 VM-F01'])
  })

  it('not inside of the part that is broken, nor across the file', () => {
    const text = `{"inbounds": [\n{"protocol": "socks", "port": 99999,}],\n"routing": {"rules": [{"type": "field", "outboundTag": "gone", "port": 1}]}}`
    expect(found(text).filter((line) => !line.includes('VM-E'))).toEqual(['2 VM-F03'])
  })

  it('says that there is more to look at', () => {
    expect(beginCheck('{,}', { file: 'x' }).incomplete).toBe(true)
    expect(beginCheck('{}', { file: 'x' }).incomplete).toBe(false)
  })
})

describe('mending', () => {
  it('takes all commas at once, and what they hid after that', () => {
    const given = `{\n"log": {},\n"inbounds": [${BAD_PORT.replace('99999', '1')},],\n${FREEDOM},}`
    const { text, fixed } = fixText(given, { file: 'x.json' })
    expect(fixed.map(({ rule }) => rule)).toEqual(['VM-F03', 'VM-F03'])
    expect(() => JSON.parse(text)).not.toThrow()
  })
})
