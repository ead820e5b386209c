declare module 'qrcode-terminal' {
  const qrcode: {
    /** Calls back at once with the drawing. Uses `this`. */
    generate(text: string, options: { small: boolean }, callback: (drawing: string) => void): void
  }
  export = qrcode
}
