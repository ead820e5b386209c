// accepted
import { HEAD } from '../vmess/head.js'

export const ACCEPTED = HEAD
