/** The same files go to Xray and sing-box in `test/interop/peers`, which refuse them. */
import { describe, expect, it } from 'vitest'
import { checkText } from '../../../../src/config/check-text.js'
import { REFUSED_FILES } from '../../../support/refused-files.js'

describe.each(Object.entries(REFUSED_FILES))('%s', (target, files) => {
  it.each(Object.entries(files))('%s is an error for this target', (_, file) => {
    const issues = checkText(JSON.stringify(file), {
      file: 'x.json',
      target: target as keyof typeof REFUSED_FILES,
    })
    expect(issues.map(({ severity }) => severity)).toContain('error')
  })
})
