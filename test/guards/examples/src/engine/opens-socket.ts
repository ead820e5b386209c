// rejected by: builtins-engine
import { connect } from 'node:net'

export const open = connect
