// rejected by: package-chalk, lint/style/noRestrictedImports
import chalk from 'chalk'

export const paint = chalk.red
