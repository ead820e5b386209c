/** By which address others may know this machine. */
import { networkInterfaces } from 'node:os'

type Interfaces = ReturnType<typeof networkInterfaces>

/** The first IPv4 address that is not loopback, then IPv6 ones that are not link-local; undefined for none. */
export function machineAddress(interfaces: Interfaces = networkInterfaces()): string | undefined {
  const addresses = Object.values(interfaces)
    .flatMap((entries) => entries ?? [])
    .filter(({ internal }) => !internal)
  const ipv4 = addresses.find(({ family }) => family === 'IPv4')
  const ipv6 = addresses.find(({ family, address }) => family === 'IPv6' && !/^fe80:/i.test(address))
  return (ipv4 ?? ipv6)?.address
}
