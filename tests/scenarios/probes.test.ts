import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { askSite, signInByLink } from '../harness/ask-site.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface Line {
  readonly component: string
  readonly path: string
  readonly node: string | null
  readonly result: string
  readonly inRow: number
}

describe('tries of our own, as operators see them', () => {
  let site: TestSite
  const cookies: Record<string, string> = {}

  before(async () => {
    site = await TestSite.start({ settings: { 'watch.probeEvery': 1 } })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('tenant', 'add', 'one', '--parent', 'house')
    for (const [name, ...more] of [
      ['chief', '--role', 'operator', '--tenant', 'house'],
      ['setter', '--role', 'technical', '--tenant', 'one'],
    ] as const) {
      const made = await site.json<{ link: string }>('manager', 'add', name, ...more)
      cookies[name] = await signInByLink(site.consolePort, made.link)
    }
  })
  after(() => site[Symbol.asyncDispose]())

  const ask = (who: string, path: string) =>
    askSite(site.consolePort, `/api/v1/${path}`, { cookie: cookies[who] ?? '' })
  const linesOf = async (path: string) => (await ask('chief', path)).json<{ lines: Line[] }>().lines

  test('each path stands with its last result, its node and its latest tries', async () => {
    const door = await waitUntil('a door is tried twice', async () =>
      (await linesOf('probes')).find((each) => each.component === 'inbound' && each.inRow > 1),
    )
    assert.deepEqual([door.result, door.node], ['ok', 'node-1'])
    const path = encodeURIComponent(door.path)
    const tries = await linesOf(`probes/tries?component=inbound&path=${path}&limit=2`)
    assert.deepEqual(
      tries.map((each) => each.result),
      ['ok', 'ok'],
    )
    const sums = await linesOf('probes/sums?days=1')
    assert.ok(sums.some((each) => each.component === 'inbound'))
    const listed = await site.json<{ probes: Line[] }>('probe', 'list', '--component', 'inbound')
    assert.deepEqual(
      listed.probes.map((each) => each.path),
      [door.path],
    )
    assert.match(await site.must('probe', 'show', 'inbound', door.path), /ok/)
    assert.equal((await site.command('probe', 'list', '--component', 'nothing')).code, 2)
  })

  test('a finding is shown with where and since when; a customer sees none of the house', async () => {
    const open = await ask('chief', 'findings?open=true')
    assert.equal(open.code, 200)
    assert.equal((await site.command('finding', 'list', '--open')).code, 0)
    for (const path of ['probes', 'probes/sums', 'findings', 'probes/tries?component=dns&path=node-1'])
      assert.equal((await ask('setter', path)).code, 403, path)
  })
})
