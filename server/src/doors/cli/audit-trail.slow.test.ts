import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { newId } from '#ground/platform/ids.ts'
import { ContentKeys } from '#ground/storage/bodies/content-keys.ts'
import { makeDemoSite } from '#services/directory/make-demo-site.ts'
import { writeBundle } from '../../../../tests/harness/signature-bundle.ts'
import { TestAuthority } from '../../../../tests/harness/test-authority.ts'
import { commands } from '../../main.ts'
import { openStores } from '../../site.ts'
import { openTestSite, plainDelivery, plainMessage, type TestSite } from '../../test-site.ts'
import { loadAll, runCommand } from './run-command.ts'
import { createSiteCommand, type SiteCommand } from './site-command.ts'

let it: TestSite
const tried = new Set<string>()
const anna = 'anna@example.test'

// biome-ignore lint/suspicious/noExplicitAny: answers of all commands
type Answer = any

async function run(...argv: string[]): Promise<{ code: number; answer: Answer; said: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const given = [...argv, '--json', '--data', it.site.folder, '--config', file('mailkeep.yaml')]
  const code = await runCommand(commands, given, { stdin: new PassThrough(), stdout, stderr })
  const [text, said] = [stdout, stderr].map((each) => String(each.read() ?? '')) as [string, string]
  return { code, answer: text.startsWith('{') ? JSON.parse(text) : null, said }
}

/** Runs something that changes something: it must have left a line of its own, by whoever runs it. */
async function changes(verb: string, ...rest: string[]): Promise<Answer> {
  const [newest] = await it.site.access.audit(null, null, 1)
  const { code, answer, said } = await run(...verb.split(' '), ...rest)
  assert.ok(code === 0 || code === 1, `${verb} ended with ${code}: ${said}`)
  const lines = (await it.site.access.audit(null, null, 20)).filter(({ id }) => id > (newest?.id ?? 0))
  const own = lines.filter(({ who, what }) => who.startsWith('cli:') && what !== 'command-run')
  assert.ok(own.length > 0, `${verb} left no line of its own (${lines.map(({ what }) => what)}): ${said}`)
  tried.add(verb)
  return answer
}

const file = (name: string) => join(it.site.folder, `made-${name}`)

function written(name: string, text: string): string {
  writeFileSync(file(name), text)
  return file(name)
}

const accept = (state: string, reason: string, message: object = {}) =>
  it.accept({
    message,
    deliveries: [{ state, reason, dueAt: state === 'waiting' ? Date.now() : null } as object],
  })

/** A message whose key is gone for good; answers the id of that key. */
async function loseContentKey(): Promise<string> {
  const [id, at] = [newId(Date.now()), Date.now()]
  it.stores.transaction(() => it.stores.contentKeys.note())
  const { path } = await it.site.contentKeys.state()
  const key = new ContentKeys(dirname(dirname(path))).newKeyFor(id)
  it.stores.transaction(() =>
    it.stores.messages.accept({
      message: plainMessage(id, at),
      body: { kind: 'inline', bytes: Buffer.from('Subject: x\r\n\r\n'), ...key },
      deliveries: [plainDelivery(0, at)],
      lease: null,
    }),
  )
  const { keys } = await it.site.contentKeys.state()
  rmSync(path)
  return keys.at(-1)?.id ?? ''
}

/** Takes a report as the gateway does. */
function report(headerMessageId: string): void {
  const [id, at] = [newId(Date.now()), Date.now()]
  const taken = { rcptTo: 'spam@mx.test', state: 'discarded', reason: 'report-taken', dueAt: null } as const
  const claims = [[headerMessageId]]
  it.stores.transaction(() =>
    it.stores.messages.accept({
      message: plainMessage(id, at),
      body: { kind: 'inline', bytes: Buffer.from('\r\n') },
      deliveries: [{ ...plainDelivery(0, at), ...taken }],
      lease: null,
      report: {
        ...{
          tenant: 'example',
          reporter: anna,
          kind: 'false-alarm',
          isProven: true,
          isAnswered: true,
          claims,
        },
      },
    }),
  )
}

/** What looks at something, with nothing that anybody would ask about later. */
const reading = `
  person export, domain list, domain show, domain check, domain claims, user list, tenant list, tenant export, directory status,
  maintenance show, sync list, sync show, manager list, key list, brand show, webhook list, relay list, certificate check,
  dkim list, bypass list, bypass steps, sender list, held list, suppression list, sending list, sending show, mail-password list, audit-log,
  alarm list, alarm notices, alarm told, policy show, policy preview, policy versions, policy trials, policy trial, allow list, block list, rule list,
  rule show, rule try, rule export, rule templates, send, trace, queue list, queue show, quarantine list, quarantine show,
  reports list, reports show, reports export, review status, review requests, learning status, scanners status,
  lists status, lists kept, definitions list, definitions show, affected, history list, history totals, history own, history imports,
  incident list, incident show, incident affected, probe list, probe show, finding list, upstream list, status show,
  radar show, radar list, radar paths, radar trips, audit, dmarc, links, nodes, route, backup, config, content-key list`
/** What works without a site, or is the server itself. */
const withoutSite =
  'start, supervise, restore, auth-check, scan, check-rule, parse-report, classify-bounce, sanitize, bench'
/** What changes something only after others have: each is looked at where they are there. */
const elsewhere = 'domain prove, dkim check, sync confirm, alarm ack, status confirm, webhook test'

const namesIn = (text: string) => text.split(',').map((each) => each.trim())

describe('commands and the audit log', () => {
  before(async () => {
    it = openTestSite()
    await makeDemoSite(it.order, join(it.site.folder, 'maildir'), it.site.checkNextHop)
    await it.site.publish()
    written(
      'mailkeep.yaml',
      `site.host: mx.example.test
console.url: https://mail.example.test
lists.ask: [address bl.example 127.0.0.2=250]
antivirus.signatures: ${file('signatures')}
antivirus.signaturesKey: ${file('key.pem')}
tls.authorities: ${file('authority.pem')}
`,
    )
  })
  after(() => it[Symbol.dispose]())

  test('tenants, domains and people', async () => {
    await changes('tenant add', 'lab', '--level', 'customer', '--parent', 'demo')
    await changes('tenant set', 'lab', 'tolerance=150')
    const { answer: document } = await run('tenant', 'export', 'lab')
    const lists = { ...document, senders: [{ level: 'tenant:lab', kind: 'block', entry: 'a.example' }] }
    await changes('tenant import', written('lab.json', JSON.stringify(lists)), '--below', 'demo')
    await changes('domain add', 'b.test', '--next-hop', 'mx:b.test', '--tenant', 'lab')
    await changes('domain claim', 'c.test', '--tenant', 'lab', '--next-hop', 'mx:c.test')
    await changes('domain unclaim', 'c.test')
    await changes('user add', 'x@b.test', 'y@b.test', 'z@b.test')
    await changes('user import', written('people.csv', 'address,name\nnew@b.test,New\n'))
    await changes('user remove', 'x@b.test', 'y@b.test')
    await changes('directory restore', 'b.test')
    await changes('user remove', 'x@b.test', 'y@b.test', 'z@b.test')
    await changes('directory confirm', 'b.test')
    await changes('person erase', 'new@b.test', '--yes')
    await changes('domain remove', 'b.test', '--yes')
  })

  test('people from elsewhere', async () => {
    const { id } = await changes('sync add', 'csv', '--tenant', 'example')
    await changes('sync change', id, '--name', 'Office')
    await changes(
      'sync file',
      id,
      written('office.csv', `address\n${anna}\nben@example.test\nchris@example.test\n`),
    )
    await changes('sync preview', id)
    await changes('sync enable', id)
    await changes('sync run', id)
    await changes('sync file', id, file('office.csv'))
    written('office.csv', `address\n${anna}\n`)
    await changes('sync file', id, file('office.csv'))
    await changes('sync run', id)
    await changes('sync disable', id)
    await changes('sync remove', id)
    const pushed = await changes('sync add', 'scim', '--tenant', 'example')
    const { id: token } = await changes('sync token', pushed.id)
    await changes('sync revoke', pushed.id, token)
    await changes('user add', 'ben@example.test', 'chris@example.test')
  })

  test('who may come in, and who may send', async () => {
    await changes('manager add', 'mia', '--role', 'operator')
    for (const verb of ['link', 'disable', 'enable', 'drop-factor']) await changes(`manager ${verb}`, 'mia')
    await it.site.access.putSession({
      ...{ hash: 'h', manager: 'mia', createdAt: Date.now(), seenAt: Date.now(), isComplete: true },
      ...{ ip: '', agent: '', isByLink: false, viewAs: null },
    })
    await changes('manager sessions', 'mia', '--end')
    await changes('manager remove', 'mia')
    const key = await changes('key add', 'sums', '--tenant', 'example', '--scope', 'logs')
    await changes('key remove', key.id ?? key.key?.id)
    const relay = await changes('relay add', 'example', '--network', '192.0.2.7')
    await changes('relay remove', relay.id ?? relay.relay?.id)
    const password = await changes('mail-password add', anna)
    await changes('mail-password remove', anna, password.id)
    const kept = await changes('suppression add', 'example', 'far@away.example')
    await changes('suppression remove', kept.id ?? kept.entry?.id ?? kept.suppression?.id)
    await changes('content-key rotate')
    await changes('content-key forget', await loseContentKey(), '--yes')
    const made = await changes('dkim add', 'example.test')
    await changes('dkim remove', 'example.test', (made.keys ?? made)[0].selector)
    await changes('bypass on', 'example.test', '--why', 'a test')
    await changes('bypass off', 'example.test')
    await changes('sender suspend', anna, '--why', 'a test')
    await changes('sender free', anna)
    await changes('sender suspend', anna, '--why', 'a test')
    await changes('sender reset', anna)
    await changes('sending add', '127.0.0.1', '--pool', 'outbound')
    await changes('sending add', '127.0.0.2', '--pool', 'outbound')
    await changes('sending set', '127.0.0.1', '--rest')
    await changes('sending remove', '127.0.0.1')
    await changes('maintenance on', '--until', new Date(Date.now() + 600_000).toISOString())
    await changes('maintenance off')
    await changes('drill live', 'puts-off')
    await changes('drill live', '--stop')
  })

  test('settings, lists of senders and rules', async () => {
    await changes('policy set', 'example', 'tolerance=120')
    const [version] = (await run('policy', 'versions')).answer.versions
    await changes('policy undo', String(version.version ?? version.id))
    const trialOf = async () => (await run('policy', 'trials', 'example')).answer.trials[0].id
    await changes('policy try', 'example', 'tolerance=110')
    await changes('policy take-back', await trialOf())
    await changes('policy try', 'example', 'tolerance=110')
    await changes('policy widen', await trialOf(), '--share', '10')
    await changes('policy promote', await trialOf())
    for (const kind of ['allow', 'block']) {
      await changes(`${kind} add`, 'example', 'friend@other.example')
      await changes(`${kind} remove`, 'example', 'friend@other.example')
    }
    const words = ['--if', 'subject contains invoice', '--do', 'quarantine']
    const rule = await changes('rule add', 'example', ...words)
    const other = await changes('rule add', 'example', ...words)
    await changes('rule change', rule.id, ...words, '--name', 'Invoices')
    await changes('rule disable', rule.id)
    await changes('rule enable', rule.id)
    await changes('rule move', rule.id, '2')
    const missed = accept('waiting', 'just-accepted')
    it.stores.transaction(() =>
      it.stores.database
        .prepare('INSERT INTO rule_skips (rule_id, message_id, at) VALUES (?, ?, ?)')
        .run(rule.id, missed, Date.now()),
    )
    await changes('rule rerun', rule.id)
    const rules = (await run('rule', 'export')).answer
    await changes('rule import', written('rules.json', JSON.stringify(rules)))
    await changes('rule delete', other.id)
    await changes('learning off', '--tenant', 'example')
    await changes('learning on', '--tenant', 'example')
    await changes('learning reset', '--tenant', 'example')
  })

  test('mail that waits, is set aside, or came back', async () => {
    const waiting = () => accept('waiting', 'just-accepted')
    const id = waiting()
    await changes('queue retry', id)
    await changes('queue hold', id)
    await changes('queue release', id)
    await changes('queue reroute', id, '--next-hop', 'smtp://127.0.0.1:2525')
    await changes('queue return', id)
    const returned = waiting()
    it.stores.transaction(() =>
      it.stores.database
        .prepare(
          `UPDATE deliveries SET state = 'returned', reason = 'refused-by-receiver' WHERE message_id = ?`,
        )
        .run(returned),
    )
    await changes('resend', returned)
    await changes('quarantine release', accept('quarantined', 'spam'))
    await changes('quarantine delete', accept('quarantined', 'spam'), '--yes')
    await changes('quarantine rejudge', accept('quarantined', 'spam'), '--yes')
    for (const verb of ['release', 'return', 'withdraw']) {
      const held = accept('held', 'policy', { direction: 'outbound', mailFrom: anna })
      await changes(`held ${verb}`, held)
    }
    for (const verb of ['approve', 'deny']) {
      const messageId = accept('quarantined', 'spam')
      await it.site.review.review.addRequest({
        ...{ id: `request-${verb}`, messageId, n: 0, tenant: 'example', rcptTo: anna, person: anna },
        askedAt: Date.now(),
      })
      await changes(`review ${verb}`, `request-${verb}`)
    }
    await changes('review send', anna)
    await changes('review link', anna)
    for (const verb of ['accept', 'refuse']) {
      accept('quarantined', 'spam', { headerMessageId: `<${verb}@x>` })
      report(`<${verb}@x>`)
      const [open] = await it.site.reports.list({ state: 'open' }, 1)
      await changes(`reports ${verb}`, open?.id ?? '')
    }
  })

  test('what mail is judged by', async () => {
    await changes('lists off', 'bl.example')
    await changes('lists on', 'bl.example')
    const setOf = (version: string) => written(`${version}.json`, JSON.stringify({ version, rules: [] }))
    await changes('definitions add', setOf('v1'))
    await changes('definitions activate', 'v1')
    await changes('definitions take-back', 'v1')
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    written('key.pem', publicKey.export({ type: 'spki', format: 'pem' }) as string)
    const bundle = (day: string) =>
      writeBundle(
        file('mirror'),
        { version: day, made: `2026-01-${day}T00:00:00Z`, files: { 'a.hdb': `${day}\n` } },
        privateKey,
      )
    await changes('scanners take', bundle('01'))
    await changes('scanners take', bundle('02'), '--unproved')
    const [taken] = await it.site.access.audit(null, null, 1)
    assert.deepEqual(taken?.detail, { version: '02', isProved: false })
    await changes('scanners back')
  })

  test('what is told, and what others told', async () => {
    await changes('brand set', 'demo', '--accent', '#1f56b3')
    await changes('brand set', 'example', '--name', 'Example', '--login-text', 'Ask 4711')
    await changes('brand set', 'example', '--login-text', '')
    const { answer: look } = await run('brand', 'show', 'example')
    assert.deepEqual(
      [look.own.name, look.own.loginText, look.own.accent, look.inForce.accent],
      ['Example', null, null, '#1f56b3'],
    )
    const target = ['--url', 'https://tickets.example/hook', '--kind', 'delivered']
    const hook = await changes('webhook add', 'tickets', '--tenant', 'example', ...target)
    await changes('webhook remove', hook.id)
    const { id } = await changes('alarm tell', 'ops@example.test', '--of', 'tenant:mailkeep')
    await changes('alarm change', id, '--name', 'disk-full')
    await changes('alarm test', id)
    await changes('alarm untell', id)
    await changes('status component', 'mail', '--name', 'Mail')
    await changes('status override', 'mail', '--state', 'degraded_performance', '--why', 'a test')
    const told = await changes('status open', 'Slow', '--text', 'Mail is slow.')
    await changes('status update', told.incident.id, '--state', 'monitoring', '--text', 'Better.')
    const [now, address] = [Date.now(), 'reader@far.example']
    const reader = { id: 'reader', kind: 'mail', address, components: [], askedAt: now } as const
    await it.site.subscribers.ask({ ...reader, confirmedAt: null, leaveSecret: 's' }, 'hash', now + 60_000)
    await it.site.subscribers.confirm('hash', now)
    await changes('status subscribers', '--remove', 'reader')
    const at = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
    const planned = await changes(
      'status schedule',
      'Work',
      '--from',
      at(6),
      '--until',
      at(7),
      '--text',
      'Planned.',
    )
    await changes('status move', planned.incident.id, '--from', at(6), '--until', at(8), '--text', 'Later.')
    await changes('status cancel', planned.incident.id, '--text', 'Not needed.')
    const { incident } = await changes('incident open', 'Late', '--text', 'Mail is late.')
    await changes('incident update', incident.id, '--text', 'Still late.')
    await changes('incident cause', incident.id, 'dns', '--text', 'DNS was slow.')
    await changes('incident touched', incident.id, '--since', '1h', '--reason', 'just-accepted')
    const promised = await changes('incident promise', incident.id, 'A review', '--due', at(3))
    await changes('incident update', incident.id, '--drill', 'D12')
    await changes(
      'incident promise',
      incident.id,
      '--held',
      promised.incident.promises[0].id,
      '--text',
      'Done.',
    )
    await changes('incident postmortem', incident.id, '--file', written('why.md', 'DNS was slow.'))
    await changes('incident repair', incident.id, 'retry', '--yes')
    const list = 'title,date,severity\nMail was late,2024-03-04,minor\n'
    await changes('import-history', written('past.csv', list))
    await changes('history separate', 'made-past.csv', '2')
    const past = await run('history', 'imports')
    await changes('history undo-import', past.answer.documents[0].id)
    const { test: radar } = await changes('radar test', 'far.example')
    await changes('radar share', radar.id)
    await changes('radar refuse', 'far.example')
    await changes('radar path', 'echo@example.test')
  })

  test('the certificate of our doors', async () => {
    const authority = new TestAuthority()
    written('authority.pem', authority.root)
    const { cert, key } = authority.leaf({ names: ['mx.example.test'] })
    await changes('certificate install', written('mx.pem', `${cert}\n${key}`))
    const inUse = await run('certificate', 'check')
    assert.equal(inUse.code, 0, `the one in use is judged where no file is named: ${inUse.said}`)
  })

  test('every command that changes something was tried here', async () => {
    const all = (await loadAll(commands)).flatMap(
      ({ name, verbs }) => verbs?.map((each) => `${name} ${each}`) ?? [name],
    )
    const known = new Set([...tried, ...[reading, withoutSite, elsewhere].flatMap(namesIn)])
    assert.deepEqual(
      all.filter((each) => !known.has(each)),
      [],
    )
    assert.deepEqual(
      [...known].filter((each) => !all.includes(each)),
      [],
    )
  })

  test('one whose services leave no line gets one, also where it breaks off, and one that changes nothing gets none', async () => {
    const ended = (fault?: Error): SiteCommand => ({
      ...{ name: 'radar shun', summary: '', help: 'Usage: none', options: { secret: { type: 'string' } } },
      async run(site, { words: [name] }) {
        if (name !== undefined) await site.radar.radar.putUnwanted(name, Date.now())
        if (fault) throw fault
        return 0
      },
    })
    const lines = async () => (await it.site.access.audit(null, null, 100, { what: 'command-run' })).length
    const start = async (fault: Error | undefined, ...argv: string[]) => {
      const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
      const open = async () => openStores(it.site.loaded, it.site.folder)
      return createSiteCommand(ended(fault), open).run(argv, io)
    }
    const before = await lines()
    await start(undefined)
    assert.equal(await lines(), before)
    await start(undefined, 'a@far.example', '--secret', 'hush')
    const [line] = await it.site.access.audit(null, null, 1)
    assert.equal(line?.what, 'command-run')
    assert.deepEqual(line?.detail, { command: 'radar shun', words: ['a@far.example'], options: ['secret'] })
    await assert.rejects(start(new Error('oops'), 'b@far.example'), /oops/)
    assert.equal(await lines(), before + 2)
  })
})
