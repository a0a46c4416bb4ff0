import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { askSite } from '../harness/ask-site.ts'
import { sendLetter } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

describe('lists of hosts in a folder', () => {
  let sink: Sink
  let site: TestSite
  let folder = ''
  const settings = () => ({ 'links.lists': folder, 'gateway.listen': [`127.0.0.1:${site?.smtpPort ?? 0}`] })

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailkeep-lists-'))
    sink = await Sink.start()
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: ['b@site.example'],
      settings: { 'links.lists': folder },
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
    rmSync(folder, { recursive: true, force: true })
  })

  function put(version: string, ...entries: string[]): void {
    const head = `version ${version}\nmade ${new Date().toISOString()}\nverdict bad\nweight 120\n\n`
    writeFileSync(join(folder, 'new'), head + entries.join('\n'))
    renameSync(join(folder, 'new'), join(folder, 'feed.list'))
  }

  let count = 0
  /** Codes of lists for a letter with a link to roses.example. */
  async function judged(): Promise<string[]> {
    const id = await sendLetter(site, {
      to: 'b@site.example',
      name: `letter-${count++}`,
      body: 'See https://www.roses.example/offers for more.\r\n',
    })
    const { traced } = await site.json<{
      traced: { explanation: { findings: { code: string; evidence?: { version?: string } }[] } }
    }>('trace', id)
    return traced.explanation.findings
      .filter((each) => each.code.startsWith('link-list'))
      .map(({ code, evidence }) => `${code} ${evidence?.version}`)
  }
  const becomes = (...expected: string[]) =>
    waitUntil(`it becomes ${expected}`, async () => (await judged()).join() === expected.join(), 60_000, 500)
  const alarmIsOpen = async (name: string) =>
    (await askSite(site.consolePort, '/metrics')).body.includes(`mailkeep_alarms_open{name="${name}"} 1`)

  test('a new version counts within seconds, a bad one leaves the last good one in force and is told', async () => {
    assert.deepEqual(await judged(), [])
    put('1', 'roses.example')
    await becomes('link-listed 1')
    put('2', 'roses.example', 'google.com')
    await waitUntil('the alarm is raised', () => alarmIsOpen('host-list-refused'), 60_000, 500)
    assert.deepEqual(await judged(), ['link-listed 1'])
    put('3', 'roses.example')
    await becomes('link-listed 3')
    await waitUntil(
      'the alarm is cleared',
      async () => !(await alarmIsOpen('host-list-refused')),
      60_000,
      500,
    )
  })

  test('a command shows how each list stands, what waits, and since when a host is known', async () => {
    put('4', 'roses.example', 'paypal.com')
    const shown = await site.must('links')
    assert.match(shown, /0 links wait to be followed/)
    assert.match(shown, /feed .* no: it lists paypal\.com/)
    put('4', 'roses.example')
    assert.match(await site.must('links'), /feed +bad +120 +4 .* yes/)
    await becomes('link-listed 4')
    await waitUntil('the host is noted', async () =>
      (await site.must('links', 'roses.example')).includes('first'),
    )
    assert.match(await site.must('links', 'other.example'), /No mail/)
    assert.match(await site.must('links', 'https://bit.ly/x'), /Nobody has asked/)
  })

  test('a person switches it off within the minute, and it still says what it would have said', async () => {
    site.configure({ ...settings(), 'links.listsOff': ['feed'] })
    site.signal('SIGHUP')
    await becomes('link-list-noted 4')
  })
})
