/** The command that sets a clock right, for the system at hand (failures C1). */
export interface SystemFacts {
  /** As `process.platform` has it. */
  readonly platform: string
  /** Whether a program can be found. */
  readonly has: (program: string) => boolean
  readonly isRoot: boolean
  /** In a container the clock is that of the machine outside. */
  readonly isContainer: boolean
}

export interface Mending {
  readonly command: string
  readonly remark?: string
}

/** Programs that set a clock at once or keep it right, the best first. */
const UNIX: readonly (readonly [program: string, command: string])[] = [
  ['chronyc', 'chronyc makestep'],
  ['timedatectl', 'timedatectl set-ntp true'],
  ['ntpd', 'ntpd -gq'],
  ['sntp', 'sntp -S pool.ntp.org'],
  ['ntpdate', 'ntpdate pool.ntp.org'],
  ['rdate', 'rdate -n pool.ntp.org'],
]

/** What to run where. Undefined when nothing that this knows of is installed. */
export function mendClock({ platform, has, isRoot, isContainer }: SystemFacts): Mending | undefined {
  if (platform === 'win32') {
    return { command: 'w32tm /resync /force', remark: 'as administrator; first: net start w32time' }
  }
  const sudo = isRoot ? '' : 'sudo '
  if (platform === 'darwin') return { command: `${sudo}sntp -sS time.apple.com` }
  const [, command] = UNIX.find(([program]) => has(program)) ?? []
  if (command === undefined) return isContainer ? { command: '', remark: OUTSIDE } : undefined
  return { command: `${sudo}${command}`, ...(isContainer && { remark: OUTSIDE }) }
}

const OUTSIDE = 'this is a container: its clock is that of the host, and has to be set there'
