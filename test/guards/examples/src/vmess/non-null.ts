// rejected by: lint/style/noNonNullAssertion
export const first = (list: readonly number[]): number => list[0]!
