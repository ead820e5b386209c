/** The names of ciphers, for flags; a file of its own, so that a command's help loads no engine. */
export { SECURITIES } from '../account/security.js'
