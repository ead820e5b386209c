/** What a person is asked for a pair: each question with its default, its check, and the flag that answers it. */
import { SECURITIES } from '../account/security.js'
import { pairDefaults, type PairChoices } from './pair-choices.js'
import * as values from './pair-values.js'

export interface PairQuestion {
  /** Without a dash in front of a colon: the flag or flags that would have answered it are shown behind it. */
  readonly message: string
  readonly flag: string
  /** Whether the choices so far leave it open. */
  applies(choices: PairChoices): boolean
  /** What Enter means. */
  fallback(choices: PairChoices, surroundings: PairSurroundings): string
  /** Words to choose from; absent: any text that passes `check`. */
  options?(choices: PairChoices): readonly PairOption[]
  /** What is wrong with an answer, as the end of a sentence that begins with what was asked. */
  check?(answer: string): string | undefined
  /** The choices with the answer. */
  answer(answer: string): Partial<PairChoices>
}

export interface PairOption {
  readonly value: string
  /** What it means. */
  readonly label: string
}

/** What the machine suggests. */
export interface PairSurroundings {
  /** An address of this machine that others may know it by. */
  readonly address?: string | undefined
}

const LIST = /[\s,]+/

const PURPOSE_LABELS: Readonly<Record<values.PairPurpose, string>> = {
  internet: 'a server on the internet that clients reach directly',
  web: 'a server behind a web server or CDN (nginx, Caddy, Cloudflare) that does TLS',
  local: 'this machine or this network, to try it out',
}

const TRANSPORT_LABELS: readonly PairOption[] = [
  { value: 'tcp', label: 'the plainest and fastest' },
  { value: 'tcp+http', label: 'tcp that begins like an HTTP request' },
  { value: 'ws', label: 'WebSocket: passes web servers and CDNs' },
  { value: 'httpupgrade', label: 'like ws with less overhead; V2Ray 5, Xray, sing-box and mihomo' },
  { value: 'h2', label: 'HTTP/2, inside TLS; not for Xray' },
  { value: 'grpc', label: 'gRPC over HTTP/2: passes web servers and CDNs that know it' },
  { value: 'kcp', label: 'over UDP: better on lossy lines, sends more' },
]

const TLS_LABELS: Readonly<Record<Exclude<values.PairTlsMode, 'front'>, string>> = {
  'self-signed': 'yes, with a certificate made now, which the client files trust',
  files: 'yes, with a certificate of your own that clients trust anyway',
  none: 'no',
}

const SECURITY_LABELS: Readonly<Record<string, string>> = {
  auto: 'what the client is fastest with',
  'aes-128-gcm': 'fast where there is hardware for it',
  'chacha20-poly1305': 'fast without',
  none: 'no encryption of the body; only inside TLS',
  zero: 'none, and no chunks; only inside TLS',
}

/** In the order in which they are asked; alterId and the rest have flags and defaults and are not asked for. */
export const PAIR_QUESTIONS: readonly PairQuestion[] = [
  {
    message: 'What is it for?',
    flag: '--for',
    applies: ({ purpose }) => purpose === undefined,
    fallback: () => pairDefaults.purpose(),
    options: () => values.PAIR_WORDS.purposes.map((value) => ({ value, label: PURPOSE_LABELS[value] })),
    answer: (purpose) => ({ purpose: purpose as values.PairPurpose }),
  },
  {
    message: 'Address of the server, as clients reach it',
    flag: '--address',
    applies: ({ address }) => address === undefined,
    fallback: ({ purpose }, { address }) => (purpose === 'local' ? '127.0.0.1' : (address ?? '')),
    check: values.checkAddress,
    answer: (address) => ({ address }),
  },
  {
    message: 'Transport',
    flag: '--transport, --header',
    applies: ({ transport }) => transport === undefined,
    fallback: (choices) => pairDefaults.transport(choices),
    options: ({ purpose }) =>
      TRANSPORT_LABELS.filter(
        ({ value }) => purpose !== 'web' || values.fitsBehindWeb(value as values.PairTransport),
      ),
    answer: (word) =>
      word === 'tcp+http'
        ? { transport: 'tcp', header: 'http' }
        : { transport: word as values.PairTransport },
  },
  {
    message: 'TLS',
    flag: '--self-signed, --cert and --key, --no-tls',
    applies: ({ tls, purpose, transport }) => tls === undefined && purpose !== 'web' && transport !== 'kcp',
    fallback: (choices) => pairDefaults.tls(choices),
    options: ({ transport }) =>
      (['self-signed', 'files', 'none'] as const)
        .filter((value) => value !== 'none' || transport !== 'h2')
        .map((value) => ({ value, label: TLS_LABELS[value] })),
    answer: (tls) => ({ tls: tls as values.PairTlsMode }),
  },
  {
    message: 'Certificate file, PEM with its chain',
    flag: '--cert',
    applies: ({ tls, certificateFile }) => tls === 'files' && certificateFile === undefined,
    fallback: ({ address = '' }) => `/etc/ssl/${address}/fullchain.pem`,
    check: checkFile,
    answer: (certificateFile) => ({ certificateFile }),
  },
  {
    message: 'Its key file, PEM',
    flag: '--key',
    applies: ({ tls, keyFile }) => tls === 'files' && keyFile === undefined,
    fallback: ({ address = '' }) => `/etc/ssl/${address}/privkey.pem`,
    check: checkFile,
    answer: (keyFile) => ({ keyFile }),
  },
  {
    message: 'Port that clients dial',
    flag: '--port',
    applies: ({ port }) => port === undefined,
    fallback: (choices) => String(pairDefaults.port(choices)),
    check: values.checkPort,
    answer: (port) => ({ port: Number(port) }),
  },
  {
    message: 'Names of the users, separated by commas',
    flag: '--name',
    applies: ({ names, users }) => names === undefined && users === undefined,
    fallback: () => pairDefaults.names().join(', '),
    check: (answer) => values.checkNames(namesIn(answer)),
    answer: (answer) => ({ names: namesIn(answer) }),
  },
  {
    message: 'Cipher',
    flag: '--security',
    applies: ({ security }) => security === undefined,
    fallback: () => pairDefaults.security(),
    options: () =>
      values.PAIR_WORDS.securities.map((value) => ({ value, label: SECURITY_LABELS[value] ?? '' })),
    answer: (word) => {
      const security = SECURITIES.find((name) => name === word)
      return security === undefined ? {} : { security }
    },
  },
]

function namesIn(answer: string): readonly string[] {
  return answer.split(LIST).filter((name) => name !== '')
}

function checkFile(path: string): string | undefined {
  return path.trim() === '' ? 'is empty; give the path of a file' : undefined
}
