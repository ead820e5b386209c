// rejected by: builtins-4
import { connect } from 'node:net'

export const open = connect
