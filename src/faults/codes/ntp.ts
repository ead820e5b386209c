import type { FaultTable } from '../entry.js'

export const NTP_FAULTS = {
  NTP_PACKET: {
    what: 'the answer is no NTP answer',
    blame: 'peer',
    cause:
      'It is too short, of another mode or version, or contradicts itself: something else listens on that port.',
  },
  NTP_COOKIE: {
    what: 'the answer is to another request',
    blame: 'peer',
    cause:
      'The origin time is not what was sent: the answer was made up by somebody who did not see the request, came twice, or came late.',
  },
  NTP_SENDER: {
    what: 'the answer is from another address than the one that was asked',
    blame: 'peer',
    cause: 'Somebody else answers, or the server has several addresses and answers from the wrong one.',
  },
  NTP_KISS: {
    what: 'the server sent us away',
    blame: 'peer',
    cause: 'Its answer is a kiss of death, whose code follows: it does not serve us, or was asked too often.',
  },
  NTP_UNSYNCHRONISED: {
    what: 'the server does not know the time',
    blame: 'peer',
    cause: 'It says so, or the limits it gives for its own error are too wide.',
  },
  NTP_OUTLIER: {
    what: 'the server disagrees with most of the others',
    blame: 'peer',
    cause: 'Its clock is wrong, or somebody lies in its name.',
  },
  NTP_SILENCE: {
    what: 'no answer in time',
    blame: 'environment',
    cause: 'UDP port 123 is blocked on the way, or no NTP server is at that address.',
  },
  NTP_DATE: {
    what: 'the web server gives no time',
    blame: 'peer',
    cause: 'Its answer has no `Date` header, or is no HTTP.',
  },
} as const satisfies FaultTable
