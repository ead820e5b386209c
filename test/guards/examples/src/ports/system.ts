// accepted
/** The one place that may ask the system. */
export const now = (): number => Date.now()
export const later = (then: () => void): unknown => setTimeout(then, 1)
