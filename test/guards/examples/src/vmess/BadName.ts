// rejected by: lint/style/useFilenamingConvention
export const NAME = 1
