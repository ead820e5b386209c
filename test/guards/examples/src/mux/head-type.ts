// accepted
export type Head = number
