// rejected by: lint/nursery/useExhaustiveSwitchCases
export function name(command: 'tcp' | 'udp' | 'mux'): string {
  let text = ''
  switch (command) {
    case 'tcp':
      text = 'stream'
      break
    case 'udp':
      text = 'datagrams'
      break
  }
  return text
}
