import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HistoryTotals } from '#services/history/build-totals.ts'
import { describeTotals } from './describe-totals.ts'

const mean = { of: 1, known: 0, meanMinutes: null, medianMinutes: null }
const totals = (incidents: number, entries: number) =>
  describeTotals({
    ...{
      incidents,
      entries,
      repeated: 0,
      dated: 1,
      weights: '',
      sums: [],
      components: [],
      causes: [],
      stated: [],
    },
    ...{ timeToNotice: mean, noticeAfterEnd: mean, timeToResolve: mean },
  } as unknown as HistoryTotals).split('\n')[0]

test('one incident is counted as one', () => {
  assert.match(totals(1, 1) ?? '', /^1 incident from 1 entry /)
  assert.match(totals(2, 3) ?? '', /^2 incidents from 3 entries /)
})
