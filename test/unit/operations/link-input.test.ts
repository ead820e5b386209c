import { expect, it } from 'vitest'
import { readLink } from '../../../src/operations/link-input.js'

const LINK = 'vmess://b831381d-6324-4d53-ad4f-8cda48b30811@example.com:443?type=tcp'

it.each([
  ['', undefined],
  ['&packetEncoding=none', undefined],
  ['&packetEncoding=packet', 'packet'],
  ['&packetEncoding=xudp', 'xudp'],
])('a link with "%s" says how datagrams travel', (field, packetEncoding) => {
  const [outbound] = readLink(`${LINK}${field}`).config.outbounds
  expect(outbound?.settings).toEqual({
    servers: [expect.anything()],
    ...(packetEncoding !== undefined && { packetEncoding }),
  })
})
