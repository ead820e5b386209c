// rejected by: package-qrcode-terminal, lint/style/noRestrictedImports
import qrcode from 'qrcode-terminal'

export const draw = qrcode.generate
