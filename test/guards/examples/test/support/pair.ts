// accepted
export const PAIR = 2
