// rejected by: lint/correctness/noUndeclaredDependencies, package-unlisted
import { parse } from 'acorn'

export const read = parse
