// rejected by: lint/style/useNodejsImportProtocol, builtins-1
import { inspect } from 'util'

export const show = inspect
