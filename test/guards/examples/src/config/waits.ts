// rejected by: lint/style/noRestrictedGlobals
export const wait = (then: () => void): unknown => setTimeout(then, 1)
