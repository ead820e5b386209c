/**
 * Says how many tests a run had: `node scripts/count-tests.mjs REPORT`, where REPORT is the file of
 * Vitest's JSON reporter. Prints one line, `N passed, N failed, N skipped`. A run without a test that
 * passed, or with a file that could not be loaded, counts as failed.
 */
import { readFileSync } from 'node:fs'

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const passed = report.numPassedTests
const brokenFiles = report.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
)
const failed = report.numFailedTests + brokenFiles.length
const skipped = report.numPendingTests + report.numTodoTests
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`)
if (passed === 0 || failed > 0 || !report.success) process.exitCode = 1
