import { parseIp } from '../address/ip.js'
import type { Endpoint } from '../contracts/connection.js'

const ANY = ['0.0.0.0', '::']

/**
 * Whether what is sent to `to` comes in at `entrance` again. One that listens on every address is only known
 * to be reached through loopback; through another address of this machine it shows at the second turn, where
 * that address is the entrance.
 */
export function leadsBack(to: Endpoint, entrance: Endpoint | undefined): boolean {
  if (entrance === undefined || to.port !== entrance.port) return false
  return to.address === entrance.address || (ANY.includes(entrance.address) && isLoopback(to.address))
}

function isLoopback(address: string): boolean {
  return address === '::1' || (parseIp(address)?.length === 4 && address.startsWith('127.'))
}
