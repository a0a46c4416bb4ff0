import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { balanced } from '../harness/books.ts'
import { sendLetter } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

const dayMs = 86_400_000

/** Anna's was refused eight days ago, Bert's was taken just now: the content is kept for seven days from now. */
test('content that is kept beyond the time of its return goes by a level when that was said, and not before', async () => {
  let isBertThere = false
  await using sink = await Sink.start({
    behaviour: (stage, argument) => {
      if (stage !== 'rcpt' || (argument.includes('bert@') && isBertThere)) return undefined
      return argument.includes('anna@') ? '550 5.1.1 nobody of this name' : '451 4.2.1 not yet'
    },
  })
  await using site = await TestSite.start({ domains: {}, users: [], settings: { 'jobs.every': '1s' } })
  await site.must('tenant', 'add', 'house', '--level', 'operator')
  await site.must('tenant', 'add', 'one', '--parent', 'house')
  await site.must('domain', 'add', 'one.test', '--tenant', 'one', '--next-hop', sink.hop)
  await site.must('user', 'add', 'anna@one.test', 'bert@one.test')
  await site.knows('bert@one.test')
  const change = (sql: string, ...values: (string | number)[]) => {
    using database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'), { timeout: 10_000 })
    return database.prepare(sql).run(...values).changes
  }
  const id = await sendLetter(site, { to: ['anna@one.test', 'bert@one.test'], name: 'for both' })
  const states = async () => {
    const { traced } = await site.json<{ traced: { deliveries: { state: string }[] } }>('trace', id)
    return traced.deliveries.map(({ state }) => state).join(', ')
  }
  await waitUntil('it is returned for her', async () => (await states()) === 'returned, waiting')
  const earlier = 'UPDATE deliveries SET settled_at = settled_at - ? WHERE message_id = ? AND n = 0'
  assert.equal(change(earlier, 8 * dayMs, id), 1)
  isBertThere = true
  await site.must('queue', 'retry', id)
  await waitUntil('he has it', async () => (await states()) === 'returned, delivered')

  const isThere = () => change('UPDATE bodies SET path = path WHERE message_id = ?', id) === 1
  const preview = await site.command('policy', 'preview', 'anna@one.test', 'returned.days=3')
  assert.match(preview.stdout, /1 returned message would lose its content at once/)
  const refused = await site.command('policy', 'set', 'anna@one.test', 'returned.days=3')
  assert.match(refused.stderr, /1 returned message would lose its content at once/)
  assert.equal(isThere(), true)
  await site.must('policy', 'set', 'anna@one.test', 'returned.days=3', '--leaving', '1')
  await waitUntil('its content is gone', () => !isThere())
  await balanced(site)
})
