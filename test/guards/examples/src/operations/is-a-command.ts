// rejected by: package-@oclif/core, lint/style/noRestrictedImports
import { Flags } from '@oclif/core'

export const flags = Flags
