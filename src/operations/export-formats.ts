/** The formats of exports, for flags; a file of its own, so that a command's help loads no codec. */
export { FORMAT_IDS as exportFormats } from '../dialects/dialect-ids.js'
