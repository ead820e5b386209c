declare module 'qrcode-terminal' {
  const qrcode: {
    /** Error level of every code from now on, by the number that the code itself has for it. */
    error: number
    /** Calls back at once with the drawing. Uses `this`. */
    generate(text: string, options: { small: boolean }, callback: (drawing: string) => void): void
  }
  export = qrcode
}

declare module 'qrcode-terminal/vendor/QRCode/QRUtil.js' {
  const util: {
    /** How hard a code is to read with its mask: the mask with the least is taken. True is dark. */
    getLostPoint: (code: { readonly modules: readonly (readonly boolean[])[] }) => number
  }
  export = util
}
