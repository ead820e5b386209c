/** Writes all of it to standard output; the process may end afterwards. With `--json` nobody should call it. */
export function writeBinary(content: Uint8Array | string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(content, () => resolve()))
}
