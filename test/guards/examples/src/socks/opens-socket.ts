// rejected by: builtins-codecs, lint/style/noRestrictedImports
import { connect } from 'node:net'

export const open = connect
