/** The part of the platform's WebAssembly that is used; Node's types leave it out. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** What every kernel of ours exports beside its functions. */
export interface KernelMemory {
  readonly memory: { readonly buffer: ArrayBuffer }
}

/** Makes a kernel from its base64 text: under a millisecond, to be done when it is first needed. */
export function makeKernel<Exports extends KernelMemory>(base64: string): Exports {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly
  return new Instance(new Module(Buffer.from(base64, 'base64'))).exports as Exports
}
