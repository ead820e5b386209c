/** Every number of SOCKS that is used here (RFC 1928, RFC 1929, the SOCKS 4 memo). */

export const VERSION_4 = 4
export const VERSION_5 = 5

export const METHOD = { none: 0x00, login: 0x02, unacceptable: 0xff } as const

export const LOGIN_VERSION = 1
export const LOGIN_STATUS = { granted: 0x00, refused: 0x01 } as const

export const COMMAND = { connect: 0x01, bind: 0x02, associate: 0x03 } as const

export const ADDRESS_TYPE = { ipv4: 0x01, domain: 0x03, ipv6: 0x04 } as const

export const REPLY = {
  granted: 0x00,
  failure: 0x01,
  notAllowed: 0x02,
  networkUnreachable: 0x03,
  hostUnreachable: 0x04,
  refused: 0x05,
  commandNotSupported: 0x07,
  addressTypeNotSupported: 0x08,
} as const

export type Reply = (typeof REPLY)[keyof typeof REPLY]

/** The two replies of SOCKS 4 that are used; its others speak of identd. */
export const REPLY_4 = { granted: 0x5a, refused: 0x5b } as const
