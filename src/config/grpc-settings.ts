/** `grpcSettings`, also called `gunSettings` (config §7.6). */
import type { GrpcConfig } from './config.js'
import { flag, quote, text, textThat, wholeNumber } from './scalars.js'
import { convert, maybe, object, optional, type Shape } from './shape.js'

const int32 = wholeNumber(-2_147_483_648, 2_147_483_647)

const LINE = /^[\x20-\x7e]*$/

const line = textThat('', (value, place) => {
  if (!LINE.test(value)) place.report('VM-N06', `${quote(value)} is not one line of ASCII text`)
  return value
})

const settings = object({
  serviceName: optional(text, ''),
  multiMode: optional(flag, false),
  authority: optional(line, ''),
  user_agent: optional(line, ''),
  // Times and windows of grpc-go. Ours looks after its connections by itself.
  idle_timeout: maybe(int32),
  health_check_timeout: maybe(int32),
  permit_without_stream: maybe(flag),
  initial_windows_size: maybe(int32),
})

/** What an empty block means. */
export const DEFAULT_GRPC: GrpcConfig = { network: 'grpc', serviceName: '', multi: false }

export const grpcSettings: Shape<GrpcConfig> = convert(settings, DEFAULT_GRPC, (values) => ({
  network: 'grpc',
  serviceName: values.serviceName,
  multi: values.multiMode,
  ...(values.authority === '' ? {} : { authority: values.authority }),
  ...(values.user_agent === '' ? {} : { userAgent: values.user_agent }),
}))
