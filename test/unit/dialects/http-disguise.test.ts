/** tcp with the head of HTTP, to and from V2Ray's files: a Host alone must not cost the browser around it. */
import { expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/v2ray-json.js'
import type { Profile } from '../../../src/dialects/profile.js'
import { readProfiles } from '../../../src/dialects/read-profiles.js'
import { parseShareLink } from '../../../src/dialects/share-link.js'
import { writeProfiles } from '../../../src/dialects/write-profiles.js'
import { V2RAY_HTTP_HEADS } from '../../../src/disguise/http-heads.js'
import { profileToConfig } from '../../../src/operations/profile-outbound.js'

const ID = 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d'
const { Host: _, ...OWN } = V2RAY_HTTP_HEADS.request.headers
const link = parseShareLink(`vmess://${ID}@a.example:80?type=tcp&headerType=http&host=c.example&path=/x`)

async function written(profile: Profile, dialect: 'v2ray' | 'xray' = 'v2ray') {
  const { text, losses } = await writeProfiles(dialect, [profile])
  const { outbounds } = JSON.parse(text)
  return { text, losses, headers: outbounds[0].streamSettings.tcpSettings.header.request.headers }
}

async function readBack(text: string): Promise<Profile> {
  const { nodes } = await readProfiles(text)
  const [node] = nodes
  if (node?.ok !== true) throw new Error('there is no node')
  return node.profile
}

const fileWith = (headers: object | undefined): string =>
  JSON.stringify({
    outbounds: [
      {
        protocol: 'vmess',
        settings: { vnext: [{ address: 'a.example', port: 80, users: [{ id: ID }] }] },
        streamSettings: { tcpSettings: { header: { type: 'http', request: { path: ['/x'], headers } } } },
      },
    ],
  })

it.each(['v2ray', 'xray'] as const)("a link with a Host keeps V2Ray's own headers in %s", async (dialect) => {
  const { headers, losses, text } = await written(link, dialect)
  expect(headers).toEqual({ ...OWN, Host: ['c.example'] })
  expect(losses).toEqual([])
  expect((await readBack(text)).transport).toEqual(link.transport)
})

it('v2ray sends from the file what connect sends from the link', async () => {
  const { text } = await written(link)
  const { config } = parseConfig(text, { file: 'client.json' })
  const [outbound] = config.outbounds
  const { stream } = profileToConfig(link)
  expect(stream).toHaveProperty('header.request.headers.Pragma', ['no-cache'])
  expect(outbound?.stream).toEqual(stream)
})

it('a link without a Host leaves all of the headers to the program', async () => {
  const { transport } = link
  expect(
    (await written({ ...link, transport: { ...transport, hosts: [] } as never })).headers,
  ).toBeUndefined()
})

it.each([
  ['a Host alone', { Host: ['c.example'] }, {}],
  ['none', undefined, undefined],
  ["V2Ray's own, written out", V2RAY_HTTP_HEADS.request.headers, undefined],
  ['others', { Host: ['c.example'], 'X-One': ['1'] }, { 'X-One': ['1'] }],
])('a file with %s is written as it was', async (_name, headers, further) => {
  const profile = await readBack(fileWith(headers))
  expect(profile.transport).toMatchObject({ network: 'tcp', header: 'http', paths: ['/x'] })
  expect((profile.transport as { headers?: object }).headers).toEqual(further)
  expect((await written(profile)).headers).toEqual(headers)
})

it('what a link cannot say of the headers and of the response is named', async () => {
  const file = JSON.parse(fileWith({ Host: ['c.example'], 'X-One': ['1'] }))
  file.outbounds[0].streamSettings.tcpSettings.header.response = { status: '404' }
  const { losses } = await writeProfiles('v2rayn', [await readBack(JSON.stringify(file))])
  expect(losses.map(({ title }) => title)).toEqual([
    'further headers',
    '/streamSettings/tcpSettings/header/response',
  ])
})
