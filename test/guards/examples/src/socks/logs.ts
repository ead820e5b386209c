// rejected by: lint/style/noRestrictedGlobals, lint/suspicious/noConsole
export const log = (text: string): void => console.log(text)
