/** What a configuration says about logs, for whoever writes them. */
export type { LogConfig } from '../config/config.js'
