import { type Example, file, outbound, top } from './example.js'

const GOOD = outbound({})
const deep = (levels: number): string =>
  `{"outbounds": [{"protocol": "freedom"}], "x": ${'['.repeat(levels)}${']'.repeat(levels)}}`

export const FILE_EXAMPLES: Readonly<Record<`VM-F${string}`, Example>> = {
  'VM-F01': { bad: '{ "outbounds": [ { \'protocol\': "freedom" } ] }', good: GOOD },
  'VM-F02': { bad: `\uFEFF${GOOD}`, good: GOOD },
  'VM-F03': { bad: '{ "outbounds": [ { "protocol": "freedom", } ] }', good: GOOD },
  'VM-F04': { bad: `${GOOD} { "inbounds": [] }`, good: `${GOOD}\n// the end\n` },
  'VM-F05': { bad: deep(120), good: deep(20) },
  'VM-F06': { bad: 'outbounds:\n  - protocol: freedom\n', good: GOOD },
  'VM-F07': { bad: '[]', good: '{}' },
  'VM-F09': { bad: `{"x":[${'0,'.repeat(250_000)}0]}`, good: `{"x":[${'0,'.repeat(200_000)}0]}` },
  'VM-F08': { bad: `{}${' '.repeat(8 * 1024 * 1024)}`, good: '{}' },
}

export const VALUE_EXAMPLES: Readonly<Record<`VM-${'K' | 'V'}${string}`, Example>> = {
  'VM-K01': { bad: outbound({ stremSettings: {} }), good: outbound({ streamSettings: {} }) },
  'VM-K02': {
    bad: file({ inbounds: [{ port: 1, protocol: 'vmess', detour: { to: 'x' } }] }),
    good: file({ inbounds: [{ port: 1, protocol: 'vmess', settings: { detour: { to: 'x' } } }] }),
  },
  'VM-K03': { bad: file({ outbounds: [{ tag: 'a' }] }), good: GOOD },
  'VM-K04': {
    bad: '{ "outbounds": [{ "protocol": "freedom", "tag": "a", "Tag": "b" }] }',
    good: outbound({ tag: 'b' }),
  },
  'VM-K05': {
    bad: outbound({ streamSettings: { tcpSettings: {}, rawSettings: {} } }),
    good: outbound({ streamSettings: { tcpSettings: {} } }),
  },
  'VM-V01': { bad: outbound({ tag: 5 }), good: outbound({ tag: '5' }) },
  'VM-V02': {
    bad: top({ policy: { levels: { 0: { connIdle: 4_294_967_296 } } } }),
    good: top({ policy: { levels: { 0: { connIdle: 300 } } } }),
  },
  'VM-V03': {
    bad: outbound({ protocol: 'blackhole', settings: { response: { type: 'page' } } }),
    good: outbound({ protocol: 'blackhole', settings: { response: { type: 'http' } } }),
  },
  'VM-V04': { bad: file({ outbounds: [{ protocol: 'vmess', settings: { vnext: [null] } }] }), good: GOOD },
  'VM-V05': { bad: top({ log: { loglevel: 'loud' } }), good: top({ log: { loglevel: 'info' } }) },
}
