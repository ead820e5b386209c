// rejected by: lint/style/noNamespace
export namespace Kind {
  export const A = 1
}
