// rejected by: lint/style/useNodejsImportProtocol, builtins-codecs
import { inspect } from 'util'

export const show = inspect
