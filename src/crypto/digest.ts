/** One-shot digests. Node's are the fastest; unit tests hold them against noble's. */
import { hash } from 'node:crypto'

/** 16 bytes. */
export function md5(bytes: Uint8Array): Uint8Array {
  return hash('md5', bytes, 'buffer')
}

/** 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer')
}
