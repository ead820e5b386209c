// rejected by: builtins-6
import { connect } from 'node:net'

export const open = connect
