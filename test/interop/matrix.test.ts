import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { haveV2ray, v2rayMissing } from '../support/v2ray.js'
import { type Lab, startLab } from './chains.js'
import { COLUMNS, formatColumn, formatRow, notApplicable, ROWS } from './matrix.js'
import { runCell } from './run-cell.js'

const CELL_WITHIN_MS = 90_000

const missing = v2rayMissing()
let lab: Lab

beforeAll(async () => {
  lab = await startLab()
})

afterAll(async () => {
  await lab.stop()
})

for (const row of ROWS) {
  const title = missing === undefined ? formatRow(row) : `${formatRow(row)} (${missing})`
  describe.skipIf(row.direction !== 'ours ↔ ours' && !haveV2ray())(title, () => {
    for (const column of COLUMNS.filter((column) => notApplicable({ row, column }) === undefined)) {
      it.concurrent(formatColumn(column), { timeout: CELL_WITHIN_MS }, async () => {
        expect(await runCell(lab, { row, column })).toEqual({ kind: 'ok' })
      })
    }
  })
}
