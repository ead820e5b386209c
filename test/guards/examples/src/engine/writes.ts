// rejected by: lint/style/noRestrictedGlobals
export const say = (text: string): boolean => process.stdout.write(text)
