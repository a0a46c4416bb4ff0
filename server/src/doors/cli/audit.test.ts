import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestSite } from '../../test-site.ts'
import type { Arguments } from './arguments.ts'
import { command } from './audit.ts'
import type { Output } from './output.ts'

test('statistics that do not reach to the end of the day are said to be incomplete, not to agree', async () => {
  using it = openTestSite()
  const audit = async (day?: string) => {
    const given = { text: () => day } as unknown as Arguments
    const told: { statistics: unknown; text: string }[] = []
    const answer = ({ statistics }: { statistics: unknown }, text: string) => told.push({ statistics, text })
    const code = await command.run(it.site, given, { answer } as unknown as Output)
    return { code, ...told[0] }
  }
  const early = await audit()
  assert.deepEqual([early.code, early.statistics], [0, null])
  assert.match(early.text ?? '', /Statistics of \d{4}-\d\d-\d\d are not complete yet\./)
  const { statistics } = it.stores
  it.stores.transaction(() => statistics.add(statistics.gather(statistics.position(), Date.now(), 10), 1))
  const { code, text, ...complete } = await audit()
  assert.deepEqual([code, complete.statistics], [0, []])
  assert.doesNotMatch(text ?? '', /Statistics/)
  assert.match((await audit('2026-01-31')).text ?? '', /Statistics of 2026-01-31 agree with the ledger\.$/)
  const today = new Date().toISOString().slice(0, 10)
  for (const wrong of ['2026-02-30', '7', '3d', '2026-01-31T00:00:00Z', today])
    await assert.rejects(audit(wrong), /--day takes a day|is not over yet/)
})
