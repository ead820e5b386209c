// accepted
export const GREETING = 5
