/**
 * The library: run a client or a server, read configurations and share links, and the VMess protocol
 * itself. Nothing here prints, asks or exits, and no terminal package is loaded.
 *
 * Errors are {@link Fault}s: match on their `code`.
 */

// Whole tunnels.
export { startClient, type Client, type ClientOptions } from './operations/connect.js'
export { startServer, type Server, type ServerOptions } from './operations/serve.js'
export { loadConfig, type LoadedConfig } from './operations/config-input.js'
export { startQuickstart, type Quickstart, type QuickstartOptions } from './operations/quickstart.js'
export type { ServerLink } from './operations/server-links.js'
export type { Running, RunOptions } from './operations/running.js'
export type { ListenAt, LocalProxies, PlainServer } from './operations/plain-config.js'
export {
  startInstance,
  type Instance,
  type RunningListener,
  type StartOptions,
} from './engine/instance.js'
export type { FlowEvent, FlowListener, FlowSum } from './engine/flow-report.js'
export type { Snapshot } from './engine/live-flows.js'
export { BUILT_IN, type Registry } from './engine/registry.js'

// Configurations and links.
export { checkConfig, parseConfig, type ConfigCheck, type ParsedConfig } from './config/v2ray-json.js'
export { formatIssue, type ConfigIssue, type Edit } from './config/issue.js'
export { checkText, type Finding, type Side, type TextCheckOptions } from './config/check-text.js'
export { RULES, type RuleId } from './config/rules/table.js'
export { TARGETS, type Rule, type Severity, type Target } from './config/rules/rule.js'
export type * from './config/config.js'
export { DEFAULT_POLICY, type Policy } from './config/policy.js'
export {
  formatShareLink,
  LINK_STYLES,
  parseShareLink,
  readShareLink,
  writeShareLink,
  type LinkStyle,
  type ShareLinkReading,
  type WrittenLink,
} from './dialects/share-link.js'
export type * from './dialects/profile.js'
export { readProfiles, type ProfileReading, type ReadOptions } from './dialects/read-profiles.js'
export type { NodeReading, ReadNode, UnreadNode } from './dialects/node-reading.js'
export {
  writeProfiles,
  type WriteOptions,
  type WrittenLoss,
  type WrittenProfiles,
} from './dialects/write-profiles.js'
export {
  convertSource,
  convertText,
  type Conversion,
  type ConvertedNode,
  type ConvertOptions,
  type SkippedNode,
} from './operations/convert.js'
export { fitProfile, type FittedProfile, type ProfileLoss } from './dialects/fit-profile.js'
export {
  DIALECT_IDS,
  findFormat,
  FORMAT_IDS,
  FORMAT_TITLES,
  type DialectId,
  type FormatId,
} from './dialects/dialect-ids.js'
export { readServers } from './dialects/server-reader.js'
export { writeServer } from './dialects/server-writer.js'
export { makePair, writePair, type Pair, type PairOptions } from './operations/pair.js'
export type { PairChoices } from './operations/pair-choices.js'
export { configSchema, formatConfig, showConfig } from './operations/config-text.js'
export { addConfigUser, listUsers, removeConfigUser } from './operations/config-users.js'
export type * from './dialects/server-profile.js'

// Profiles, sharing and subscriptions.
export {
  importProfiles,
  type ImportReport,
  type ImportRequest,
  type ImportRow,
} from './operations/profiles/import.js'
export {
  listProfiles,
  removeProfiles,
  renameProfile,
  showProfile,
  useProfile,
  type ListedProfile,
  type ShownProfile,
} from './operations/profiles/manage.js'
export type { NodeFacts } from './operations/profiles/node-facts.js'
export { changeStore, readStore, type ChangeOptions } from './operations/profiles/store.js'
export type { ProfileEntry, StoreDocument } from './operations/profiles/document.js'
export { findSource, type NamedSource, type SourceName } from './operations/profiles/named-source.js'
export { makeShareLink, type LinkChoice, type MadeLink } from './operations/share.js'
export { readShareSource, type SharedProfiles, type ShareSource } from './operations/share-source.js'
export { exportProfiles, type ExportedText, type ExportRequest } from './operations/export-profiles.js'
export { makeQrPicture, type QrPicture, type QrPictureOptions } from './operations/pictures/qr-picture.js'
export { readPicture } from './operations/pictures/read-picture.js'
export {
  addSubscription,
  listSubscriptions,
  removeSubscription,
  type ListedSubscription,
  type NewSubscription,
} from './operations/subscriptions/manage.js'
export {
  updateSubscriptions,
  type UpdateOptions,
  type UpdateResult,
} from './operations/subscriptions/update.js'
export type { SubscriptionFacts } from './operations/subscriptions/facts.js'

// Measuring tunnels.
export { pingProfiles, PING_URL, type PingOptions, type PingResult } from './operations/probe/ping.js'
export { testSpeed, type SpeedOptions, type SpeedResult } from './operations/probe/speedtest.js'
export type { Times } from './operations/probe/numbers.js'

// The clock.
export {
  measureClock,
  NTP_SERVERS,
  WEB_SERVERS,
  type ClockOptions,
  type ClockReport,
  type ClockVerdict,
  type SourceReport,
  type TimeServer,
} from './operations/clock.js'

// A client against its server.
export {
  matchFiles,
  type MatchedPair,
  type MatchFinding,
  type MatchOptions,
  type MatchPlace,
  type MatchReport,
} from './operations/match.js'

// The newest version.
export {
  compareVersions,
  findNewestVersion,
  type NewestVersion,
  type NewestVersionOptions,
} from './operations/newest-version.js'

// Certificates.
export {
  makeCertificate,
  writeCertificate,
  type CertificateFilesOptions,
  type CertificateOptions,
  type KeyType,
  type MadeCertificate,
  type WrittenCertificate,
} from './operations/certificate.js'
export {
  inspectTls,
  type CertificateFacts,
  type InspectTlsOptions,
  type TlsProblem,
  type TlsProblemCode,
  type TlsReport,
} from './operations/inspect-tls.js'
export type { CertificatePins } from './crypto/certificate.js'

// Identities and addresses.
export { formatUuid, makeUuid, mapUuid, maskUuid, parseUserId, type UserId } from './account/uuid.js'
export { checkUuid, makeUuids, type UuidOptions, type UuidReport } from './operations/uuid.js'
export { resolveSecurity, SECURITIES, type Security, type WireSecurity } from './account/security.js'
export { formatDestination, hostOf, makeDestination, type Destination } from './address/destination.js'

// VMess without I/O.
export { makeUser, type VmessUser, type VmessUserOptions } from './vmess/user.js'
export { UserTable } from './vmess/user-table.js'
export { SessionHistory } from './vmess/session-history.js'
export { ClientSession, type AcceptedResponse, type ClientSessionOptions } from './vmess/client-session.js'
export { ServerSession, type AcceptedRequest, type ServerSessionOptions } from './vmess/server-session.js'
export type { BodyDecoder, BodyEncoder } from './vmess/body.js'
export { OPTION, WIRE_SECURITY } from './vmess/body-plan.js'
export type { CryptoBackend } from './crypto/backend.js'
export { nobleBackend } from './crypto/noble-backend.js'
export { nodeBackend } from './crypto/node-backend.js'

// What parts of an engine promise each other; `vmess-kit/testing` has the checks.
export type * from './contracts/connection.js'
export type * from './contracts/datagram.js'
export type * from './contracts/dispatcher.js'
export type * from './contracts/flow.js'
export type * from './contracts/inbound.js'
export type * from './contracts/logger.js'
export type * from './contracts/outbound.js'
export type * from './contracts/policy.js'
export type * from './contracts/transport.js'
export { makeTcpTransport } from './transport/tcp.js'
export { makeUdpTransport } from './transport/udp.js'

// Faults, time and dice.
export { asFault, Fault, isFault, type FaultContext, type FaultDetails } from './faults/fault.js'
export { FAULTS, type FaultCode } from './faults/table.js'
export type { Blame, FaultEntry } from './faults/entry.js'
export {
  systemClock,
  systemRandom,
  systemTicker,
  type Clock,
  type Random,
  type Ticker,
} from './ports/ports.js'
