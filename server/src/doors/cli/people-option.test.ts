import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { commands } from '../../main.ts'
import { openTestSite } from '../../test-site.ts'
import { runCommand } from './run-command.ts'

test('trace and quarantine show mail of a group or a person alone; a manager is limited to them', async () => {
  using it = openTestSite()
  const run = async (...argv: string[]) => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const given = [...argv, '--json', '--data', it.site.folder]
    const code = await runCommand(commands, given, { stdin: new PassThrough(), stdout, stderr })
    const [text, said] = [stdout, stderr].map((each) => String(each.read() ?? '')) as [string, string]
    return { code, said, answer: text.startsWith('{') ? JSON.parse(text) : null }
  }
  await run('tenant', 'add', 'house', '--level', 'operator')
  await run('tenant', 'add', 'one', '--parent', 'house')
  await run('domain', 'add', 'one.test', '--tenant', 'one', '--next-hop', 'smtp://192.0.2.1')
  await run('user', 'add', 'anna@one.test', 'bert@one.test')
  await run('user', 'add', 'info@one.test', '--alias-of', 'anna@one.test')
  const aside = { tenant: 'one', state: 'quarantined', reason: 'score', dueAt: null } as const
  it.accept({ message: { subject: 'annas' }, deliveries: [{ ...aside, rcptTo: 'info@one.test' }] })
  it.accept({ message: { subject: 'berts' }, deliveries: [{ ...aside, rcptTo: 'bert@one.test' }] })
  const subjects = ({ answer }: { answer: { lines: { subject: string }[] } }) =>
    answer.lines.map((each) => each.subject)
  assert.deepEqual(subjects(await run('quarantine', 'list', '--of', 'anna@one.test')), ['annas'])
  assert.deepEqual(subjects(await run('trace', '--of', 'info@one.test')), ['annas'])
  assert.deepEqual(subjects(await run('trace', 'bert@one.test', '--of', 'anna@one.test')), [])
  const many = await run('quarantine', 'delete', '--of', 'bert@one.test', '--yes')
  assert.equal(many.answer.done, 1, many.said)
  assert.deepEqual(subjects(await run('quarantine', 'list')), ['annas'])
  assert.match((await run('trace', '--of', 'one.test')).said, /--of takes a group/)
  assert.match((await run('trace', '--of', 'nobody@one.test')).said, /no user nobody@one\.test/)
  const limited = ['manager', 'add', 'tom', '--role', 'reader', '--tenant', 'one', '--people']
  assert.deepEqual((await run(...limited, 'info@one.test')).answer.manager.domains, ['user:anna@one.test'])
  assert.match((await run(...limited, 'one.test/none')).said, /no group one\.test\/none/)
})
