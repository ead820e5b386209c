// rejected by: lint/style/noEnum
export enum Kind {
  A = 1,
}
