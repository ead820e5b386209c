// rejected by: lint/nursery/noJsRestrictedProperties
export const pad = (): number => Math.random()
