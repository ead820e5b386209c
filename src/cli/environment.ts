/** The variables that stand in for flags. A flag always wins over its variable. */
export const environment = {
  /** For `env:NAME` in a configuration file. */
  variables: (): NodeJS.ProcessEnv => process.env,
  /** In place of `--config`. */
  config: (): string | undefined => process.env.VMESS_CONFIG || undefined,
  /** In place of `--id-file` and `--id`. */
  id: (): string | undefined => process.env.VMESS_ID || undefined,
  /** systemd's journal reads our output: it has its own times, and keeps what it reads. */
  isJournal: (): boolean => process.env.JOURNAL_STREAM !== undefined,
}
