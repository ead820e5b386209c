// rejected by: lint/nursery/noJsRestrictedProperties
export const stamp = (): number => Date.now()
