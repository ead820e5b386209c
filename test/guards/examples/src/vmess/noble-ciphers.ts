// rejected by: package-@noble/ciphers
import { gcm } from '@noble/ciphers/aes.js'

export const cipher = gcm
