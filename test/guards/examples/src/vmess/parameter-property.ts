// rejected by: lint/style/noParameterProperties
export class Box {
  constructor(readonly size: number) {}
}
