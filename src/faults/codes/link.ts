import type { FaultTable } from '../entry.js'

export const LINK_FAULTS = {
  LINK_SCHEME: {
    what: 'not a vmess link',
    blame: 'caller',
    cause: 'A VMess share link begins with vmess://. The message says what the text looks like instead.',
  },
  LINK_SEVERAL: {
    what: 'more than one link',
    blame: 'caller',
    cause: 'Several links were pasted together where one is wanted.',
    hint: 'give one link at a time',
  },
  LINK_TOO_LONG: {
    what: 'the link is too long',
    blame: 'caller',
    cause: 'Share links are a few hundred characters; texts above 64 KiB are not looked at.',
  },
  LINK_DIALECT: {
    what: 'no single link',
    blame: 'caller',
    cause: 'Behind vmess:// stands a whole configuration or a list of links, where one link is wanted.',
    hint: 'vmess convert and vmess import read it',
  },
  LINK_ENCODING: {
    what: 'the link cannot be decoded',
    blame: 'caller',
    cause:
      'What follows vmess:// is neither base64 of a JSON object nor id@host:port; often it was cut short.',
    hint: 'copy the whole link again',
  },
  LINK_FIELD: {
    what: 'the link has a field that cannot be used',
    blame: 'caller',
    cause: 'A field that a connection needs is missing, out of range, or holds a word that nobody defines.',
  },
  LINK_LOSS: {
    what: 'the profile does not fit into this form of link',
    blame: 'caller',
    cause:
      'The form has no place for something the connection depends on, for example alterId in the URL form.',
    hint: 'choose the other form',
  },
  LINK_PROTOCOL: {
    what: 'a node of another protocol',
    blame: 'caller',
    cause: 'Lists hold nodes of many protocols; this program speaks VMess alone and passes the others over.',
  },
  LINK_SOURCE: {
    what: 'there is no node in this text',
    blame: 'caller',
    cause:
      'The text is neither a share link nor a subscription nor a configuration that is read. The message says what it looks like.',
  },
  LINK_SYNTAX: {
    what: 'the text cannot be read',
    blame: 'caller',
    cause:
      'It looks like JSON, YAML or base64 and is none: it was cut short, edited by hand, nests too deep, or uses too many aliases.',
    hint: 'get the whole text again, or mend the line that is named',
  },
  LINK_SOURCE_SIZE: {
    what: 'the text is too long',
    blame: 'caller',
    cause: 'Subscriptions and configurations above 32 MiB, or of millions of values, are not looked at.',
  },
} as const satisfies FaultTable
