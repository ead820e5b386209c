// rejected by: package-inquirer, lint/style/noRestrictedImports
export const prompt = async (): Promise<unknown> => import('inquirer')
