import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { commands } from '../../main.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { runCommand } from './run-command.ts'

async function run(it: TestSite, ...words: string[]): Promise<string> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough().resume()]
  const argv = ['quarantine', ...words, '--data', it.site.folder]
  await runCommand(commands, argv, { stdin: new PassThrough(), stdout, stderr })
  return String(stdout.read() ?? '').trim()
}

const setAside = (it: TestSite, reason: string) =>
  it.accept({ deliveries: [{ state: 'quarantined', reason, dueAt: null } as object] })
const left = async (it: TestSite) => (await it.site.quarantine.count({})).deliveries

test('an order for many releases no virus that it does not name, and says so before and after', async () => {
  using it = openTestSite()
  for (const reason of ['score', 'score', 'virus', 'virus', 'virus']) setAside(it, reason)
  const all = ['release', '--since', '1h', '--anyway']
  const stay = '3 of those meant were set aside for a virus and stay; --viruses means them too.'
  assert.equal(
    await run(it, ...all),
    `This would release 5 deliveries of 5 messages. ${stay} Nothing is done yet: say --yes to do it.`,
  )
  assert.deepEqual(JSON.parse(await run(it, ...all, '--json')), {
    ...{ action: 'release', deliveries: 5, viruses: 3, done: 0 },
  })
  assert.equal(await run(it, ...all, '--yes'), `Released 2 deliveries. ${stay}`)
  assert.equal(await left(it), 3)
  const one = JSON.parse(await run(it, ...all, '--reason', 'score,virus', '--yes', '--json'))
  assert.deepEqual(one, { action: 'release', deliveries: 3, viruses: 3, done: 3 })
  const ids = [setAside(it, 'virus'), setAside(it, 'score')]
  assert.match(
    await run(it, 'release', ...ids, '--anyway', '--yes'),
    /^Released 1 delivery\. 1 of those .* stays; --viruses means it/,
  )
  assert.equal(
    await run(it, 'release', ...ids, '--viruses', '--anyway', '--yes'),
    'Released 1 delivery. 1 of those meant was set aside for a virus.',
  )
  setAside(it, 'virus')
  assert.match(
    await run(it, 'delete', '--since', '1h', '--yes'),
    /^Deleted 1 delivery\. 1 of those .* virus\.$/,
  )
  assert.equal(await left(it), 0)
})
