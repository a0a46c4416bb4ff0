import assert from 'node:assert/strict'
import { test } from 'node:test'
import { phasesOf } from './incident-phases.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 15, 12, minute)).toISOString()

test('a cause that is known is not called mended: measurements name it before anybody has looked', () => {
  const course = {
    ...{ startedAt: at(0), createdAt: at(2), identifiedAt: at(3), monitoringAt: null, resolvedAt: null },
    isReportedAfterwards: false,
  }
  assert.deepEqual(
    phasesOf(course, Date.parse(at(10))).map(({ label, from, to }) => [label, (to - from) / 60_000]),
    [
      ['not noticed', 2],
      ['looked into', 1],
      ['cause known', 7],
    ],
  )
})
