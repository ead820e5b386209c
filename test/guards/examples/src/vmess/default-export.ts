// rejected by: lint/style/noDefaultExport
export default 1
