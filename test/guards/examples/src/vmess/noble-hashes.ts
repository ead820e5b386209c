// rejected by: package-@noble/hashes
import { sha256 } from '@noble/hashes/sha2.js'

export const hash = sha256
