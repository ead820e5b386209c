// accepted
import { ACCEPTED } from '../inbound/vmess.js'

export const RUNNING = ACCEPTED
