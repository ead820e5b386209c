/**
 * What Xray refuses, and V2Ray and this program have no eye for. Every word was shown to Xray 26.3.27.
 */
import type { Place } from '../place.js'
import { quote } from '../scalars.js'
import { type Part, textOf, word } from './view.js'

const FINGERPRINTS =
  /^(|chrome|firefox|safari|ios|android|edge|360|qq|random|randomized|randomizednoalpn|unsafe|hello\w+)$/i
const STRATEGY = /^(|asis|(use|force)ip(v4|v6|v4v6|v6v4)?)$/i
const XHTTP_MODES: readonly string[] = ['', 'auto', 'packet-up', 'stream-up', 'stream-one']
const REALITY_NETWORKS: readonly string[] = ['tcp', 'raw', 'xhttp', 'splithttp', 'grpc']

export function inspectForXray({ place, stream, network, security }: Part): void {
  const strategy = place.child('targetStrategy')
  if (strategy !== undefined) inspectStrategy(strategy)
  if (stream === undefined) return
  const xhttp = stream.child('xhttpSettings') ?? stream.child('splithttpSettings')
  if (!XHTTP_MODES.includes(textOf(xhttp, 'mode')))
    xhttp?.spot('mode').report('VM-T23', 'this word is refused')
  inspectHost(xhttp)
  inspectHost(stream.child('httpupgradeSettings'))
  inspectHeader(stream.child('rawSettings') ?? stream.child('tcpSettings'))
  inspectTls(stream.child('tlsSettings'))
  inspectSockopt(stream.child('sockopt'))
  if (security === 'reality') inspectReality(stream, network)
  const isKcp = network === 'kcp' || network === 'mkcp'
  if (isKcp && stream.child('finalmask') === undefined) {
    stream
      .spot('kcpSettings')
      .report(
        'VM-T25',
        'Xray leaves out the disguise that V2Ray always has, so that they do not understand each other',
      )
  }
}

function inspectStrategy(at: Place): void {
  if (typeof at.value === 'string' && !STRATEGY.test(at.value)) at.report('VM-T23', 'this word is refused')
}

function inspectHost(settings: Place | undefined): void {
  const host = settings?.child('headers')?.child('host')
  host?.report('VM-T24', 'Host is refused among the headers', 'write it as "host" beside them')
}

/** Null has no type, and an empty type is none that exists. */
function inspectHeader(settings: Place | undefined): void {
  const header = settings?.entries().get('header')?.place
  if (header === undefined || (!header.isNull && header.child('type')?.value !== '')) return
  header.report('VM-T24', 'a header without a type is refused', 'write "type": "none", or leave it out')
}

function inspectTls(tls: Place | undefined): void {
  const fingerprint = textOf(tls, 'fingerprint')
  if (!FINGERPRINTS.test(fingerprint)) {
    tls?.spot('fingerprint').report('VM-T23', `the fingerprint ${quote(fingerprint)} is refused`)
  }
  const pin = tls?.child('pinnedPeerCertSha256')
  if (pin?.node.type === 'array') pin.report('VM-T24', 'a list is refused here', 'write one text')
  const names = tls?.child('verifyPeerCertInNames')
  names?.report('VM-T24', 'Xray has removed this', 'write "verifyPeerCertByName"')
}

function inspectSockopt(sockopt: Place | undefined): void {
  const open = sockopt?.child('tcpFastOpen')
  if (open !== undefined && !['boolean', 'number'].includes(open.node.type)) {
    open.report('VM-T24', 'only true, false or a number is read here')
  }
  const mark = sockopt?.child('mark')
  if (mark !== undefined && !Number.isInteger(mark.value)) {
    mark.report('VM-T24', 'only a whole number is read here')
  }
  const strategy = sockopt?.child('domainStrategy')
  if (strategy !== undefined) inspectStrategy(strategy)
}

function inspectReality(stream: Place, network: string): void {
  const settings = stream.child('realitySettings')
  if (!REALITY_NETWORKS.includes(network)) {
    stream.spot('security').report('VM-T24', `REALITY does not go with ${quote(network)}`)
  }
  if (settings === undefined) {
    stream.spot('realitySettings').report('VM-T24', 'REALITY without settings is refused')
    return
  }
  // A server has a private key instead.
  if (word(settings, 'privateKey') !== '') return
  const key = textOf(settings, 'password') || textOf(settings, 'publicKey')
  if (/^[\w-]{43}$/.test(key)) return
  settings.spot('publicKey').report('VM-T24', 'the public key is refused: it is not 32 bytes in base64url')
}
