// rejected by: package-ws
import { WebSocket } from 'ws'

export const socket = new WebSocket('ws://127.0.0.1/')
