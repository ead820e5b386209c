// rejected by: lint/suspicious/noConsole
export const say = (text: string): void => console.error(text)
