import { fstatSync } from 'node:fs'

/** The variables that stand in for flags. A flag always wins over its variable. */
export const environment = {
  /** For `env:NAME` in a configuration file. */
  variables: (): NodeJS.ProcessEnv => process.env,
  /** In place of `--config`. */
  config: (): string | undefined => process.env.VMESS_CONFIG || undefined,
  /** In place of `--id-file` and `--id`. */
  id: (): string | undefined => process.env.VMESS_ID || undefined,
  /** In place of `--server` of `clock`, separated by commas. */
  ntpServers: (): string[] | undefined =>
    process.env.VMESS_NTP_SERVER ? process.env.VMESS_NTP_SERVER.split(',') : undefined,
  /**
   * Whether systemd's journal reads what is written to a descriptor: it has its own times, and keeps what
   * it reads. The variable is inherited, so it counts only while it names this very stream, by
   * `device:inode` (systemd.exec(5)).
   */
  isJournal: (descriptor: number): boolean => {
    const stream = process.env.JOURNAL_STREAM
    if (stream === undefined) return false
    try {
      const { dev, ino } = fstatSync(descriptor, { bigint: true })
      return stream === `${dev}:${ino}`
    } catch {
      return false
    }
  },
}
