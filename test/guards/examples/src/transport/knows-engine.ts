// rejected by: layer-3
export const running = async (): Promise<unknown> => import('../engine/instance.js')
