import { describe, it } from 'vitest'
import { connectionContract, makeMemoryTransport, makePair, transportContract } from '../../src/testing.js'

describe('a pair in memory', () => {
  const checks = connectionContract(() => {
    const [near, far] = makePair()
    return Promise.resolve({ near, far })
  })
  for (const { name, check } of checks) it(name, check)
})

describe('the memory transport', () => {
  const checks = transportContract(() =>
    Promise.resolve({
      transport: makeMemoryTransport(),
      place: { kind: 'tcp', host: '127.0.0.1', port: 0 },
      nowhere: { kind: 'tcp', host: '127.0.0.1', port: 9 },
    }),
  )
  for (const { name, check } of checks) it(name, check)
})

describe('the memory transport on paths', () => {
  const checks = transportContract(() =>
    Promise.resolve({
      transport: makeMemoryTransport(),
      place: { kind: 'unix', path: '/a' },
      nowhere: { kind: 'unix', path: '/b' },
    }),
  )
  for (const { name, check } of checks) it(name, check)
})
