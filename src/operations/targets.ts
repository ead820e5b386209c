/** The programs that files can be judged for, light enough for a flag. */
export { TARGETS } from '../config/rules/rule.js'
