import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { databaseName, openDatabase } from '#ground/storage/database/open-database.ts'
import { addUsers } from '#services/directory/add-users.ts'
import { makeDemoSite } from '#services/directory/make-demo-site.ts'
import { commands } from '../../main.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { runCommand } from './run-command.ts'

let it: TestSite

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function run(...argv: string[]): Promise<Ran> {
  const [stdout, stderr] = [collect(), collect()]
  const io = { stdin: new PassThrough(), stdout: stdout.stream, stderr: stderr.stream }
  const code = await runCommand(commands, argv, io)
  return { code, stdout: stdout.text(), stderr: stderr.text() }
}

const onSite = (...argv: string[]) => run(...argv, '--data', it.site.folder)

function collect() {
  let text = ''
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString()
      done()
    },
  })
  return { stream, text: () => text }
}

describe('commands', () => {
  before(async () => {
    it = openTestSite()
    await makeDemoSite(it.order, join(it.site.folder, 'maildir'), it.site.checkNextHop)
    await it.site.publish()
  })
  after(() => it[Symbol.dispose]())

  test('every command and verb has help that begins with its usage, within 120 columns', async () => {
    for (const [name, load] of Object.entries(commands)) {
      assert.equal((await load()).name, name)
      const { code, stdout } = await run(name, '--help')
      assert.equal(code, 0, name)
      assert.match(stdout, new RegExp(`^(Usage: |\\./)mailkeep ${name}\\b`), name)
      for (const line of stdout.split('\n')) assert.ok(line.length <= 120, `${name}: ${line}`)
    }
  })

  test('who only looks waits for no writer, as one that hangs in the middle of a write', async () => {
    using writer = openDatabase(join(it.site.folder, databaseName), 'write')
    writer.exec('BEGIN IMMEDIATE')
    const looks = [
      ...['alarm list', 'alarm notices', 'audit-log', 'domain list', 'key list', 'manager list'],
      ...[
        'policy versions',
        'quarantine list',
        'queue list',
        'status show',
        'sync list',
        'tenant list',
        'trace',
      ],
    ]
    for (const look of looks) {
      const { code, stdout, stderr } = await onSite(...look.split(' '))
      assert.ok(code < 2 && stdout !== '', `${look}: ${code} ${stderr}`)
    }
  })

  test('help of a command, and of its verb, shows the same as --help', async () => {
    assert.deepEqual(await run('help', 'audit'), await run('audit', '--help'))
    assert.deepEqual(await run('help', 'queue', 'list'), await run('queue', 'list', '--help'))
    assert.match((await run('help', 'nonsense')).stderr, /there is no command nonsense/)
  })

  test('wrong use ends with 2 and says what would be right', async () => {
    const cases: [string[], RegExp][] = [
      [['nonsense'], /there is no command nonsense/],
      [['queue', '--nonsense'], /there is no queue --nonsense. There are list, show/],
      [['queue', 'explode'], /there is no queue explode/],
      [['trace', '--nonsense'], /nonsense/],
      [['affected'], /since when/],
      [['affected', '--since', 'yesterday'], /is no time; write 2026/],
      [['audit-log', '--since', 'yesterday'], /is no time; write 2026/],
      [['queue', 'hold'], /which mail/],
      [['domain', 'add', 'x.test'], /--next-hop/],
      [['domain', 'add', 'x.test', '--next-hop', 'ftp://x'], /smtp:\/\/HOST/],
      [['domain', 'show', 'x.test'], /there is no domain x\.test/],
      [['user', 'add', 'x@nowhere.test'], /none of ours/],
      [['user', 'import', '/nowhere.csv'], /there is no file/],
      [['quarantine', 'show', 'nothing'], /there is no message/],
      [['route', 'a@b.example'], /a sender and a recipient/],
      [['send', '--server', 'nonsense'], /HOST:PORT/],
    ]
    for (const [argv, expected] of cases) {
      const { code, stderr } = await onSite(...argv)
      assert.equal(code, 2, argv.join(' '))
      assert.match(stderr, expected)
    }
  })

  test('without data it says how to begin', async () => {
    const { code, stderr } = await run('queue', 'list', '--data', '/nowhere')
    assert.equal(code, 2)
    assert.match(stderr, /start the server once/)
  })

  test('JSON answers parse, and carry ISO times', async () => {
    const id = it.accept()
    const { stdout } = await onSite('trace', id, '--json')
    const { traced } = JSON.parse(stdout)
    assert.match(traced.receivedAt, /^\d{4}-\d\d-\d\dT/)
    assert.match(traced.events[0].at, /Z$/)
    for (const argv of [
      ['queue', 'list'],
      ['domain', 'list'],
      ['user', 'list'],
      ['tenant', 'list'],
      ['audit'],
    ])
      assert.equal(typeof JSON.parse((await onSite(...argv, '--json')).stdout), 'object', argv.join(' '))
    const affected = JSON.parse((await onSite('affected', '--since', '1h', '--json')).stdout)
    assert.equal(affected.counts.total, affected.rows.length)
  })

  test('a fault of ours is neither "found something" nor wrong use', async () => {
    const broken = { name: 'broken', summary: '', run: () => Promise.reject(new Error('oops')) }
    const err = collect()
    const io = { stdin: new PassThrough(), stdout: err.stream, stderr: err.stream }
    assert.equal(await runCommand({ broken: async () => broken }, ['broken'], io), 70)
    assert.match(err.text(), /oops/)
    const lost = () => Promise.reject(new Error('no such file'))
    assert.equal(await runCommand({ lost }, ['lost'], io), 70)
    assert.match(err.text(), /no such file/)
  })

  test('a full disk and a busy database are told in a sentence', async () => {
    for (const [message, told] of [
      ['database or disk is full', /^mailkeep broken: the disk is full; make room first/],
      ['database is locked', /^mailkeep broken: the database is busy with another writer/],
    ] as const) {
      const cause = Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR' })
      const broken = { name: 'broken', summary: '', run: () => Promise.reject(cause) }
      const err = collect()
      const io = { stdin: new PassThrough(), stdout: err.stream, stderr: err.stream }
      assert.equal(await runCommand({ broken: async () => broken }, ['broken'], io), 70)
      assert.match(err.text(), told)
    }
  })

  test('an order on several deliveries needs --yes', async () => {
    it.accept({ deliveries: [{}, { rcptTo: 'ben@example.test' }] })
    const asked = await onSite('queue', 'hold', '--domain', 'example.test')
    assert.equal(asked.code, 1)
    assert.match(asked.stdout, /This would hold \d+ deliveries\. Nothing is done yet/)
    const done = await onSite('queue', 'hold', '--domain', 'example.test', '--yes')
    assert.equal(done.code, 0)
    assert.match((await onSite('queue', 'list', '--state', 'held')).stdout, /held-by-hand/)
    assert.equal((await onSite('audit')).code, 0)
  })

  test('a domain goes through its life', async () => {
    assert.equal((await onSite('domain', 'add', 'b.test', '--next-hop', 'mx:b.test')).code, 0)
    assert.equal((await onSite('user', 'add', 'x@b.test', 'y@b.test')).code, 0)
    assert.match((await onSite('domain', 'show', 'b.test')).stdout, /users {5}2/)
    assert.equal((await onSite('domain', 'remove', 'b.test')).code, 2)
    assert.equal((await onSite('domain', 'remove', 'b.test', '--yes')).code, 0)
    const log = async (...argv: string[]) =>
      (await onSite('audit-log', '--what', 'domain-removed', ...argv)).stdout
    assert.match(await log('--about', 'B.test', '--who', 'cli:', '--since', '1h'), /domain-removed/)
    for (const wish of ['--about c.test', '--who manager:', '--until 2020-01-01', '--since 2100-01-01'])
      assert.equal(await log(...wish.split(' ')), 'Nothing.\n', wish)
    assert.equal((await onSite('directory', 'status')).code, 0)
  })

  test('a large loss is told by the command that makes it, until it is confirmed', async () => {
    const { code, stderr } = await onSite('user', 'remove', 'anna@example.test', 'ben@example.test')
    assert.equal(code, 0)
    assert.match(stderr, /directory confirm 'example\.test'/)
    assert.equal((await onSite('directory', 'status')).code, 1)
    assert.equal((await onSite('directory', 'confirm', 'example.test')).code, 0)
    assert.equal((await onSite('directory', 'status')).code, 0)
    assert.match((await onSite('directory', 'restore', 'example.test')).stdout, /2 people are back/)
  })

  test('people come from a file, and wrong lines are told', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'mailkeep-csv-')), 'people.csv')
    writeFileSync(path, 'address,name\nnew@example.test,New\nwrong,\n')
    const strict = await onSite('user', 'import', path, '--strict')
    assert.deepEqual([strict.code, /nothing was changed/.test(strict.stdout)], [1, true])
    const { code, stdout } = await onSite('user', 'import', path)
    assert.equal(code, 1)
    assert.match(stdout, /3 {2}wrong is no mail address/)
    assert.match(
      (await onSite('user', 'list', 'example.test', '--csv')).stdout,
      /new@example\.test,user,,New/,
    )
    rmSync(path)
  })

  test('tables fit 100 columns, whatever strangers write', async () => {
    await addUsers(it.order, [{ address: `${'l'.repeat(64)}@example.test`, displayName: 'x'.repeat(200) }])
    const long = `${'a'.repeat(60)}@${'b'.repeat(60)}.example`
    it.accept({
      message: { mailFrom: long, subject: `${'\x1b[31m'}${'s'.repeat(300)}` },
      deliveries: [{ rcptTo: long, state: 'quarantined', reason: 'policy', dueAt: null }, {}],
    })
    for (const argv of [
      ['trace'],
      ['queue', 'list'],
      ['queue', 'list', '--tenant', 'example'],
      ['quarantine', 'list'],
    ]) {
      const { stdout } = await onSite(...argv)
      assert.doesNotMatch(stdout, /\x1b/)
      for (const line of stdout.split('\n')) assert.ok(line.length <= 100, `${argv.join(' ')}: ${line}`)
    }
  })

  test('settings are checked and explained, also wrong ones', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'mailkeep-config-')), 'mailkeep.yaml')
    writeFileSync(path, '\ngateway.listen: nonsense\n')
    const wrong = await run('config', 'check', '--config', path)
    assert.equal(wrong.code, 1)
    assert.match(wrong.stdout, /mailkeep\.yaml:2: gateway\.listen/)
    writeFileSync(path, 'site.host: mail.example.net\n')
    const { settings } = JSON.parse(
      (await run('config', 'explain', 'site.host', '--config', path, '--json')).stdout,
    )
    assert.equal(settings[0].value, 'mail.example.net')
    assert.match(settings[0].from, /mailkeep\.yaml:1/)
    assert.equal(settings[0].environment, 'MAILKEEP_SITE_HOST')
    rmSync(path)
  })
})
