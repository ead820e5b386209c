import type { FaultTable } from '../entry.js'

export const QR_FAULTS = {
  QR_TOO_LONG: {
    what: 'the link is too long for a QR code',
    blame: 'caller',
    cause: 'A code holds 2953 bytes at error level L, 2331 at M, 1663 at Q and 1273 at H.',
    hint: 'use error level L, a shorter name, or the link itself: vmess share link',
  },
  QR_TERMINAL: {
    what: 'the QR code does not fit the terminal',
    blame: 'environment',
    cause: 'Lines that are wrapped cannot be scanned.',
    hint: 'widen the terminal, make its font smaller, or make a picture: vmess share image',
  },
} as const satisfies FaultTable
