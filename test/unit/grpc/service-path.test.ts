import { describe, expect, it } from 'vitest'
import { acceptedPaths, servicePaths } from '../../../src/grpc/service-path.js'

describe('the paths of a service', () => {
  it.each([
    ['GunService', '/GunService/Tun', '/GunService/TunMulti'],
    ['', '//Tun', '//TunMulti'],
    ['a/b', '/a%2Fb/Tun', '/a%2Fb/TunMulti'],
    ['a b&c=d+e:f@g$h', '/a%20b&c=d+e:f@g$h/Tun', '/a%20b&c=d+e:f@g$h/TunMulti'],
    ["it's(1)*!", '/it%27s%281%29%2A%21/Tun', '/it%27s%281%29%2A%21/TunMulti'],
    ['/a/b/One|Many', '/a/b/One', '/a/b/Many'],
    ['/a/b/One', '/a/b/One', '/a/b/One'],
    ['/a b/One|Many', '/a%20b/One', '/a%20b/Many'],
    ['/One', '//One', '//One'],
  ])('%j', (name, single, multi) => {
    expect(servicePaths(name)).toEqual({ single, multi })
  })
})

describe('a server', () => {
  it('also takes a name that was not escaped', () => {
    expect(acceptedPaths('a/b')).toEqual(['/a%2Fb/Tun', '/a%2Fb/TunMulti', '/a/b/Tun', '/a/b/TunMulti'])
    expect(acceptedPaths('Gun')).toEqual(['/Gun/Tun', '/Gun/TunMulti'])
    expect(acceptedPaths('/x/A|B')).toEqual(['/x/A', '/x/B'])
  })

  it('also takes one slash where the name is empty', () => {
    expect(acceptedPaths('')).toEqual(['//Tun', '//TunMulti', '/Tun', '/TunMulti'])
    expect(acceptedPaths('/One')).toEqual(['//One', '/One'])
  })
})
