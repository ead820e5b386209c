import { expect, it } from 'vitest'
import { HeadBuffer } from '../../../src/vmess/head-buffer.js'

it('keeps bytes that the next read overwrites, also those of a Buffer', () => {
  const read = Buffer.from([1, 2, 3])
  const head = new HeadBuffer()
  head.add(read)
  read.fill(9)
  expect([...head.rest()]).toEqual([1, 2, 3])
})
