import type { FaultTable } from '../entry.js'

export const DIAL_FAULTS = {
  DIAL_REFUSED: {
    what: 'the connection was refused',
    blame: 'environment',
    cause: 'Nothing listens on that port of the machine, or a firewall rejects it.',
    hint: 'check the address and port, and that the server runs',
  },
  DIAL_TIMEOUT: {
    what: 'no answer in time',
    blame: 'environment',
    cause: 'A firewall drops the packets, the machine is down, or the route is broken.',
  },
  DIAL_UNREACHABLE: {
    what: 'the network or host cannot be reached',
    blame: 'environment',
    cause: 'This machine has no route to the address, for instance IPv6 without IPv6 access.',
  },
  DIAL_NAME: {
    what: 'the host name was not found',
    blame: 'environment',
    cause: 'The name does not exist, is misspelt, or the name server does not answer.',
  },
  DIAL_ABORTED: {
    what: 'the attempt was given up',
    blame: 'environment',
    cause: 'The application went away, or the program is stopping.',
  },
  DIAL_BLOCKED: {
    what: 'the destination is blocked here',
    blame: 'caller',
    cause: 'The configuration sends this destination to an outbound that refuses everything (`blackhole`).',
    hint: 'route the destination to another outbound',
  },
  DIAL_FAILED: {
    what: 'the connection could not be made',
    blame: 'environment',
    cause: 'The operating system refused the attempt; its own words follow.',
  },
} as const satisfies FaultTable
