// rejected by: lint/style/useThrowOnlyError
export function refuse(): never {
  throw 'refused'
}
