declare module 'qrcode-terminal' {
  const qrcode: {
    /** Error level of every code from now on, by the number that the code itself has for it. */
    error: number
    /** Calls back at once with the drawing. Uses `this`. */
    generate(text: string, options: { small: boolean }, callback: (drawing: string) => void): void
  }
  export = qrcode
}

declare module 'qrcode-terminal/vendor/QRCode/index.js' {
  const code: {
    readonly prototype: {
      /** Which mask the code gets, 0 to 7. */
      getBestMaskPattern: (this: import('./qr.js').QrCode) => number
    }
  }
  export = code
}
