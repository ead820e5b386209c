import { describe, expect, it } from 'vitest'
import { DEFAULT_HTTP_HEADER } from '../../../src/config/http-header.js'
import { formatRefusal, formatRequestHead, formatResponseHead } from '../../../src/http-header/head-text.js'
import { makeSeededRandom } from '../../../src/testing.js'

const NOW = Date.UTC(2024, 1, 3, 4, 5, 6)
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const lowest = (size: number): Uint8Array => new Uint8Array(size)

describe('heads', () => {
  it('are what v2ray sends', () => {
    expect(textOf(formatRequestHead(DEFAULT_HTTP_HEADER.request, lowest))).toBe(
      'GET / HTTP/1.1\r\nHost: www.baidu.com\r\nUser-Agent: Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36' +
        ' (KHTML, like Gecko) Chrome/53.0.2785.143 Safari/537.36\r\nAccept-Encoding: gzip, deflate\r\n' +
        'Connection: keep-alive\r\nPragma: no-cache\r\n\r\n',
    )
    expect(textOf(formatResponseHead(DEFAULT_HTTP_HEADER.response, { random: lowest, now: NOW }))).toBe(
      'HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n' +
        'Connection: keep-alive\r\nPragma: no-cache\r\nCache-Control: private\r\n' +
        'Date: Sat, 03 Feb 2024 04:05:06 GMT\r\n\r\n',
    )
  })

  it('draw each value anew', () => {
    const random = makeSeededRandom(7)
    const template = {
      ...DEFAULT_HTTP_HEADER.request,
      paths: ['/a', '/b'],
      headers: { Host: ['x', 'y', 'z'] },
    }
    const heads = new Set(Array.from({ length: 200 }, () => textOf(formatRequestHead(template, random))))
    expect(heads.size).toBe(6)
  })

  it('keep a Date that is configured', () => {
    const template = { ...DEFAULT_HTTP_HEADER.response, headers: { date: ['now'] } }
    const head = textOf(formatResponseHead(template, { random: lowest, now: NOW }))
    expect(head).toBe('HTTP/1.1 200 OK\r\ndate: now\r\n\r\n')
  })

  it('refuse with nothing behind them', () => {
    const words = textOf(formatRefusal(404, { random: lowest, now: NOW }))
    expect(words).toBe(
      'HTTP/1.1 404 Not Found\r\nConnection: close\r\nCache-Control: private\r\nContent-Length: 0\r\n' +
        'Date: Sat, 03 Feb 2024 04:05:06 GMT\r\n\r\n',
    )
    expect(textOf(formatRefusal(400, { random: lowest, now: NOW }))).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\n/,
    )
  })
})
