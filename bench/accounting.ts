/** What the system says a process has used. Linux only. */
import { readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100
const STATE_AND_FOLLOWING = /\) (.*)$/s
const UTIME = 11
const STIME = 12

/** User and system CPU seconds of all threads of a process since it began, in steps of 10 ms. */
export function cpuSeconds(pid: number): number {
  const fields = STATE_AND_FOLLOWING.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]?.split(' ') ?? []
  return (Number(fields[UTIME]) + Number(fields[STIME])) / TICKS_PER_SECOND
}

/** Resident memory in MiB, now. */
export function residentMiB(pid: number): number {
  return statusKiB(pid, 'VmRSS') / 1024
}

/** The most that was ever resident since the process began or the mark was reset, in MiB. */
export function peakResidentMiB(pid: number): number {
  return statusKiB(pid, 'VmHWM') / 1024
}

function statusKiB(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1])
}
