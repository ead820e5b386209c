// rejected by: builtins-1, lint/style/noRestrictedImports
import { connect } from 'node:net'

export const open = connect
