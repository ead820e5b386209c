import type { FaultTable } from '../entry.js'

/** What ends a flow between its inbound and its outbound. */
export const RELAY_FAULTS = {
  RELAY_HEAD_TIMEOUT: {
    what: 'a connection did not say in time what it wants',
    blame: 'peer',
    cause:
      'The connection was opened and then stayed silent or sent too little: a port scanner, a health check, ' +
      'or a client behind a proxy that holds its bytes back.',
  },
  RELAY_IDLE: {
    what: 'the connection was idle for too long',
    blame: 'environment',
    cause: 'No byte moved in either direction for the time that `connIdle` of the user level allows.',
    hint: 'raise connIdle of the user level, or let the application send something now and then',
  },
  RELAY_HALF_OPEN: {
    what: 'one direction had ended and the other fell silent',
    blame: 'environment',
    cause:
      'One end finished sending and the other sent nothing for the time that `uplinkOnly` or `downlinkOnly` ' +
      'of the user level allows. This is how most connections end that one side leaves open.',
  },
  RELAY_STOPPED: {
    what: 'the program is stopping',
    blame: 'environment',
    cause: 'The instance was stopped and the time for running connections to finish was over.',
  },
  RELAY_LOOP: {
    what: 'the connection would come back to where it came in',
    blame: 'caller',
    cause:
      'The destination is the very inbound that the connection came in by: a dokodemo-door that forwards to its own ' +
      'port, or a plain request whose Host is the proxy itself. Passed on, it would come in again without end.',
    hint: 'give the inbound another destination, or ask for another host',
  },
  RELAY_NO_OUTBOUND: {
    what: 'there is no outbound for this connection',
    blame: 'caller',
    cause: 'The configuration has no outbound, or the route names a tag that no outbound has.',
    hint: 'add an outbound, for instance one with protocol freedom',
  },
} as const satisfies FaultTable
