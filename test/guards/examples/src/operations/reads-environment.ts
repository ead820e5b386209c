// rejected by: lint/style/noProcessEnv, lint/style/noRestrictedGlobals
export const home = (): string | undefined => process.env.HOME
