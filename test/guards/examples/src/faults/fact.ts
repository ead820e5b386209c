// accepted
export const FACT = 1
