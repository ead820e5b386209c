// rejected by: package-unlisted
import { build } from 'esbuild'

export const make = build
