import assert from 'node:assert/strict'
import { chmodSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Dovecot, hasDovecot } from '../harness/dovecot.ts'
import { freePort } from '../harness/free-port.ts'
import { hasPostfix, Postfix } from '../harness/postfix.ts'
import { TestSite } from '../harness/site.ts'
import { TestAuthority } from '../harness/test-authority.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { unlessInstalled } from '../suites/missing-package.ts'

interface Trip {
  readonly state: string
  readonly startedAt: number
  readonly endedAt: number | null
  readonly says: string
}

const password = 'quiet-harbour-79'
const patiently: typeof waitUntil = (what, condition) => waitUntil(what, condition, 90_000)

/** Answers each message by itself, back through Postfix. */
const answering = (port: number) => `#!/usr/bin/python3
import smtplib, sys
sender = sys.argv[1]
sys.stdin.buffer.read()
text = 'From: echo@shop.example\\r\\nTo: %s\\r\\nSubject: Re\\r\\nAuto-Submitted: auto-replied\\r\\n\\r\\nhere\\r\\n' % sender
with smtplib.SMTP('127.0.0.1', ${port}) as client:
    client.sendmail('echo@shop.example', [sender], text)
`

const installed = hasDovecot() && hasPostfix()
describe('round trips to real receivers', unlessInstalled(installed, 'dovecot-imapd or postfix'), () => {
  let dovecot: Dovecot
  let postfix: Postfix
  let site: TestSite
  let passwordFile = ''

  before(async () => {
    const authority = new TestAuthority()
    dovecot = await Dovecot.start('probe', password, authority.leaf({ names: ['127.0.0.1'] }))
    const [door, port] = [await freePort(), await freePort()]
    postfix = await Postfix.start({
      port,
      main: {
        virtual_mailbox_domains: 'shop.example',
        virtual_mailbox_base: dovecot.maildir,
        virtual_mailbox_maps: 'inline:{ {probe@shop.example = probe/}, {echo@shop.example = echo/} }',
        ...{ virtual_minimum_uid: '1', virtual_uid_maps: 'static:65534', virtual_gid_maps: 'static:65534' },
        transport_maps: `inline:{ {echo@shop.example = answer:}, {mx.site.example = smtp:[127.0.0.1]:${door}} }`,
      },
      files: { 'answer.py': answering(port) },
      services: [
        'answer unix - n n - - pipe',
        // Biome would take the braces for a template.
        `  flags=q user=nobody argv=FOLDER/answer.py \${sender}`,
      ],
    })
    chmodSync(join(postfix.folder, 'files', 'answer.py'), 0o755)
    site = await TestSite.start({ domains: {}, users: [] })
    passwordFile = join(site.folder, 'probe-password')
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
    writeFileSync(join(site.folder, 'authority.pem'), authority.root)
    site.configure({
      'gateway.listen': [`127.0.0.1:${door}`],
      'radar.mailboxes': [`probe@shop.example imaps://probe@127.0.0.1:${dovecot.port} ${passwordFile}`],
      'radar.endWithin': '8s',
      'radar.networks': ['127.0.0.0/8'],
      'tls.authorities': join(site.folder, 'authority.pem'),
    })
    await site.stop()
    await site.launch()
    await site.must('domain', 'add', 'shop.example', '--next-hop', `smtp://127.0.0.1:${port}`)
    await site.must('user', 'add', 'probe@shop.example', 'echo@shop.example')
  })
  after(async () => {
    await site?.[Symbol.asyncDispose]()
    await postfix?.[Symbol.asyncDispose]()
    await dovecot?.[Symbol.asyncDispose]()
  })

  const addPath = async (address: string) =>
    (await site.json<{ path: { id: string } }>('radar', 'path', address, '--every', '3')).path.id
  const tripsOf = async (id: string) => (await site.json<{ trips: Trip[] }>('radar', 'trips', id)).trips
  const ended = (id: string, state: string) =>
    patiently(`a trip is ${state}`, async () => (await tripsOf(id)).find((each) => each.state === state))

  test('Postfix answers by itself, and its reply comes back', async () => {
    const { says } = await ended(await addPath('echo@shop.example'), 'passed')
    assert.equal(says, 'there and back')
  })

  test('what lies in a mailbox has arrived, and is taken out; with the mailbox out of reach nothing is known', async () => {
    const id = await addPath('probe@shop.example')
    const { says } = await ended(id, 'passed')
    assert.equal(says, 'it lies in the mailbox')
    const inbox = join(dovecot.maildir, 'probe')
    const mails = () => ['new', 'cur'].flatMap((each) => readdirSync(join(inbox, each))).length
    await patiently('found mails are taken out', () => mails() <= 2)

    renameSync(passwordFile, `${passwordFile}.right`)
    writeFileSync(passwordFile, 'wrong-one\n')
    const wrongSince = Date.now()
    const stuck = await patiently('a trip of now has ended', async () =>
      (await tripsOf(id)).find((each) => each.startedAt >= wrongSince && each.endedAt !== null),
    )
    assert.match(stuck.says, /could not be read/)
    await patiently('it is told', () => /radar-mailbox/.test(site.log))
    assert.match(site.log, /does not take the password/)
    assert.doesNotMatch(site.log, /quiet-harbour|wrong-one/)
    const wrongUntil = Date.now()
    renameSync(`${passwordFile}.right`, passwordFile)
    const passed = async () => (await tripsOf(id)).filter((each) => each.state === 'passed').length
    const before = await passed()
    await patiently('it is read again', async () => (await passed()) > before)
    const known = (await tripsOf(id)).filter(
      ({ state, startedAt, endedAt }) =>
        startedAt >= wrongSince && (endedAt ?? Infinity) <= wrongUntil && state !== 'inconclusive',
    )
    assert.deepEqual(known, [])
  })
})
