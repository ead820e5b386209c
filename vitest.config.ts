import { defineConfig } from 'vitest/config'

/** Suites that load the machine by themselves: they run after the others, one file at a time. */
const HEAVY = ['test/interop/**/*.test.ts', 'test/e2e/**/*.test.ts', 'test/soak/**/*.test.ts']

export default defineConfig({
  test: {
    disableConsoleIntercept: true,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: HEAVY,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'heavy', include: HEAVY, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
