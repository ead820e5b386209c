import type { UuidReport } from '../../operations/uuid.js'

/** One line: the canonical id and what it is. */
export function renderUuidReport({ uuid, version, mapped }: UuidReport): string {
  if (mapped) return `${uuid}  a name, mapped to this id`
  return `${uuid}  ${version === undefined ? 'valid, but of no standard version' : `valid, version ${version}`}`
}
