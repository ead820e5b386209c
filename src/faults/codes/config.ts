import type { FaultTable } from '../entry.js'

export const CONFIG_FAULTS = {
  CONFIG_SYNTAX: {
    what: 'the configuration is not valid JSON',
    blame: 'caller',
    cause:
      'The text breaks a rule of JSON, for example by a comma before a closing bracket or by single quotes. ' +
      'The message gives the line and the column; comments with //, # and /* */ are allowed.',
  },
  CONFIG_INVALID: {
    what: 'the configuration cannot be used',
    blame: 'caller',
    cause:
      'The file is JSON, but values in it are missing, out of range, or ask for something that is not ' +
      'supported. Each problem is listed with its line, its column and its path.',
  },
  CONFIG_UNSUPPORTED: {
    what: 'the profile needs something that is not supported yet',
    blame: 'caller',
    cause: 'A share link can describe transports and TLS settings that this version cannot run yet.',
  },
  CONFIG_NOT_CARRIED: {
    what: 'the configuration cannot be carried over whole',
    blame: 'caller',
    cause:
      'The program that it is rewritten for has no words for something in it, or refuses it. What was written ' +
      'without that would not mean the same.',
    hint: 'change the fields that are named, or leave them out with --lossy',
  },
  CONFIG_NO_SHARE_LINK: {
    what: 'the configuration has no such VMess user to share',
    blame: 'caller',
    cause: 'A share link is made from one user of one vmess inbound; that inbound or user is not there.',
  },
  CONFIG_USER: {
    what: 'the configuration has no such user or inbound',
    blame: 'caller',
    cause: 'Users belong to vmess inbounds; the one that was meant is not there, or there are several.',
  },
  CONFIG_UNTIDY: {
    what: 'the file is not formatted',
    blame: 'caller',
    cause: 'Its order of keys or its indent differs from what `vmess config fmt` writes.',
    hint: 'vmess config fmt -w FILE',
  },
} as const satisfies FaultTable
