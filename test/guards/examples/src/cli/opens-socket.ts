// rejected by: builtins-terminal
import { connect } from 'node:net'

export const open = connect
