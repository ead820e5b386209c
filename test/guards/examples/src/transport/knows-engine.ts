// rejected by: layer-adapters
export const running = async (): Promise<unknown> => import('../engine/instance.js')
