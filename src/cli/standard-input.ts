/** Standard input for whoever reads it whole; at a terminal says that it is being waited for. */
export function standardInput(): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      if (process.stdin.isTTY) process.stderr.write('reading standard input; finish with Ctrl-D\n')
      return process.stdin[Symbol.asyncIterator]()
    },
  }
}
