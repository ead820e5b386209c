/** The names of transports, for flags; a file of its own, so that a command's help loads no engine. */
export const TRANSPORTS = ['tcp', 'ws', 'httpupgrade', 'h2', 'grpc'] as const

export type TransportName = (typeof TRANSPORTS)[number]
