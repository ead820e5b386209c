import { describe, expect, it } from 'vitest'
import { makeStream, type StreamChoice } from '../../../src/operations/plain-stream.js'

describe('a stream without a file', () => {
  it.each<[StreamChoice, object]>([
    [{ transport: 'tcp' }, { network: 'tcp' }],
    [{ transport: 'ws' }, { network: 'ws', path: '/', headers: {} }],
    [
      { transport: 'ws', path: 'ray?ed=9', host: 'a.example' },
      {
        network: 'ws',
        path: '/ray',
        host: 'a.example',
        headers: {},
        earlyData: { bytes: 9, header: 'Sec-WebSocket-Protocol' },
      },
    ],
    [
      { transport: 'httpupgrade', path: '/up?ed=9', host: 'a.example' },
      { network: 'httpupgrade', path: '/up', host: 'a.example', headers: {} },
    ],
    [
      { transport: 'h2', path: '/h', host: 'a.example' },
      { network: 'h2', path: '/h', hosts: ['a.example'], method: 'PUT', headers: {} },
    ],
    [
      { transport: 'grpc', serviceName: 'Gun' },
      { network: 'grpc', serviceName: 'Gun', multi: false },
    ],
  ])('%j', (choice, expected) => {
    expect(makeStream(choice)).toEqual({ ...expected, security: 'none' })
  })

  it('names the certificate files and the name for links', () => {
    const tls = { certificateFile: 'c.pem', keyFile: 'k.pem', serverName: 'a.example' }
    expect(makeStream({ transport: 'tcp', tls })).toEqual({
      network: 'tcp',
      security: 'tls',
      tls: {
        serverName: 'a.example',
        allowInsecure: false,
        disableSystemRoot: false,
        certificates: [{ usage: 'encipherment', certificate: { file: 'c.pem' }, key: { file: 'k.pem' } }],
      },
    })
  })
})
