import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { attached } from '../harness/attached.ts'
import { Clamd, clamdMissing, eicar, signatureOf } from '../harness/clamd.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { type SignatureBundle, writeBundle } from '../harness/signature-bundle.ts'
import { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { arrives } from './drill-mail.ts'
import { drillSite } from './drill-site.ts'
import { checkInvariants, percentile, transit } from './measure.ts'
import { Witness } from './witness.ts'

const good = `${signatureOf(eicar, 'Eicar-Test-File')}\n`
const user = 'b@site.example'

interface Poison {
  readonly name: string
  readonly files: SignatureBundle['files']
  /** Cuts the file behind the back of its manifest. */
  readonly cut?: boolean
  readonly why: RegExp
}

const poisons: readonly Poison[] = [
  { name: 'a cut file', files: { 'a.hdb': good }, cut: true, why: /damaged or cut/ },
  {
    name: 'a set that matches everything',
    files: { 'a.hdb': good, 'b.ndb': `Test.All:0:*:${Buffer.from('From').toString('hex')}\n` },
    why: /in clean mail/,
  },
  {
    name: 'a set that matches nothing',
    files: { 'a.hdb': `${signatureOf('something else', 'Test.Nothing')}\n` },
    why: /no longer finds EICAR/,
  },
  { name: 'a slow set', files: { 'a.hdb': good, 'slow.ldb': slowPatterns(150) }, why: /takes \d+ ms/ },
  { name: 'a set of many times the memory', files: { 'a.hdb': good, 'large.hdb': manyHashes() }, why: /MB/ },
]

/**
 * Two real clamd load signed sets of signatures from one folder, by the real updater, under mail. Each is refused by its
 * proof; the slow one and the large one are then forced past it.
 */
export const poisonedDefinitions: Drill = {
  id: 'D07',
  name: 'Poisoned definitions (signatures)',
  incidents: ['2023-spring-av-definitions-slow-mail'],
  about:
    /^(signatures-slow antivirus|inspection-slow|slow-message|check-slow antivirus|scanners?-|drain-behind inbound|stage-slow inspect inbound|incomplete-share inbound|probe-fails (quarantine|inbound|outbound): )/,
  needs: [{ what: 'clamd', missing: clamdMissing }],
  async run(report, { long }) {
    const folder = mkdtempSync(join(tmpdir(), 'mailkeep-d07-'))
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    writeFileSync(join(folder, 'key.pem'), publicKey.export({ type: 'spki', format: 'pem' }))
    let day = 0
    const bundle = (files: SignatureBundle['files']) => {
      const version = String(++day).padStart(2, '0')
      return writeBundle(
        join(folder, 'mirror'),
        { version, made: `2026-01-${version}T00:00:00Z`, files },
        privateKey,
      )
    }
    const settings = {
      'antivirus.signatures': join(folder, 'signatures'),
      'antivirus.signaturesKey': join(folder, 'key.pem'),
    }
    const sink = await Sink.start()
    const site = await drillSite(report, { domains: { 'site.example': sink.hop }, users: [user], settings })
    const scanners: Clamd[] = []
    try {
      using witness = await Witness.beside(site, report)
      await site.must('scanners', 'take', bundle({ 'a.hdb': good }))
      const database = join(folder, 'signatures', 'current')
      for (let n = 0; n < 2; n++) scanners.push(await Clamd.start({ database }))
      site.configure({ ...settings, 'antivirus.backends': scanners.map((each) => each.socket) })
      site.signal('SIGHUP')
      const load = sendLoad({
        comesAgain: true,
        port: () => site.smtpPort,
        messages: long ? 3000 : 300,
        connections: 4,
        perConnection: 50,
        rate: long ? 30 : 20,
        rcptTo: () => user,
        content: (index) => letter(index),
      })
      for (const poison of poisons) await refused(report, site, poison, bundle)
      const forced = bundle(poisons.at(-1)?.files ?? {})
      const since = Date.now()
      await site.must('scanners', 'take', forced, '--unproved')
      await waitUntil(
        'the large set is in force',
        async () => (await loaded(site)).includes(String(day).padStart(2, '0')),
        60_000,
      )
      await site.must('scanners', 'back')
      await waitUntil(
        'the set before is in force',
        async () => (await loaded(site)).every((each) => each === '01'),
        180_000,
        300,
      )
      const seconds = Math.round((Date.now() - since) / 1000)
      report.hold(
        'forced past the gate: rolled back by one action',
        '<= 3 min',
        `${seconds} s`,
        seconds <= 180,
        'timed',
      )
      const sent = [
        ...(await load),
        ...(await slowForced({ report, site, bundle, witness }, long ? 900 : 200)),
      ]
      await arrives(sent.length, sink)
      const p99 = percentile(transit(sent, sink), 0.99)
      report.hold('mail all the while p99', '<= 60 s', `${p99} ms`, p99 <= 60_000, 'timed')
      const reply = await sendLoad({
        comesAgain: true,
        port: () => site.smtpPort,
        messages: 1,
        connections: 1,
        rcptTo: () => user,
        content: () => infected(),
      })
      const id = /Accepted as (\w+)/.exec(reply[0]?.reply ?? '')?.[1] ?? ''
      // Where a scanner has just been slow, the message waits first and is judged when it is well again.
      const said = await waitUntil(
        'it is judged',
        async () => {
          const found = await site.must('trace', id)
          return /definitions \d+/.test(found) && found
        },
        60_000,
        1000,
      ).catch(() => site.must('trace', id))
      report.see(
        'the verdict names the set',
        'definitions 01',
        /definitions \w+/.exec(said)?.[0] ?? 'none',
        said.includes('definitions 01'),
      )
      await checkInvariants(report, site, [sink], sent)
    } finally {
      await site[Symbol.asyncDispose]()
      for (const each of scanners) await each[Symbol.asyncDispose]()
      await sink.down()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** Nobody looks: it is told by its name, and taken back by itself. */
async function slowForced(
  {
    report,
    site,
    bundle,
    witness,
  }: {
    readonly report: DrillReport
    readonly site: TestSite
    readonly bundle: (files: SignatureBundle['files']) => string
    readonly witness: Witness
  },
  messages: number,
): Promise<Sent[]> {
  const path = bundle({ 'a.hdb': good, 'slow.ldb': slowPatterns(200) })
  const version = basename(path)
  const since = Date.now()
  await site.must('scanners', 'take', path, '--unproved')
  // It is felt from when it is loaded; mail that came before would be scanned by the set before it.
  await waitUntil(
    'the slow set is in use',
    async () => (await loaded(site)).every((each) => each === version),
    180_000,
    500,
  )
  const stop = new AbortController()
  const load = sendLoad({
    comesAgain: true,
    port: () => site.smtpPort,
    ...{ messages, stop: stop.signal },
    connections: 4,
    perConnection: 50,
    rate: 5,
    rcptTo: () => user,
    content: (index) => letter(index + 10_000),
  })
  await witness.sees({
    ...{ what: 'a slow set', since, alarm: 'signatures-slow', about: new RegExp(version) },
    ...{ withinMs: 180_000, names: new RegExp(`signatures ${version} are slow`) },
    component: 'gateway-filtering',
  })
  await waitUntil(
    'it is taken back',
    async () => (await loaded(site)).every((each) => each === '01'),
    180_000,
    500,
  )
  const back = Math.round((Date.now() - since) / 1000)
  report.hold(
    'a slow set forced past the gate: rolled back by itself',
    '<= 3 min',
    `${back} s`,
    back <= 180,
    'timed',
  )
  stop.abort()
  return load
}

async function refused(
  report: DrillReport,
  site: TestSite,
  { name, files, cut, why }: Poison,
  bundle: (files: SignatureBundle['files']) => string,
): Promise<void> {
  const path = bundle(files)
  if (cut) writeFileSync(join(path, 'a.hdb'), good.slice(0, 20))
  const { code, stderr } = await site.command('scanners', 'take', path)
  const said = stderr.trim().split('\n').at(-1)?.slice(0, 120) ?? ''
  report.hold(`${name}: refused by its proof`, String(why), said, code !== 0 && why.test(stderr))
  await waitUntil(
    'the set before is in use',
    async () => (await loaded(site)).every((each) => each === '01'),
    60_000,
    200,
  )
}

async function loaded(site: TestSite): Promise<string[]> {
  return (await site.json<{ scanners: { version: string }[] }>('scanners', 'status')).scanners.map(
    (each) => each.version,
  )
}

const letter = (index: number) => {
  const { header, body } = attached('notes.txt', Buffer.from(`harmless notes ${index}\n`.repeat(30)))
  return `From: a@sender.example\r\nSubject: letter ${index}\r\n${header}\r\n${body}`
}

const infected = () => {
  const { header, body } = attached('eicar.com', Buffer.from(eicar))
  return `From: a@sender.example\r\nSubject: control\r\n${header}\r\n${body}`
}

/** Patterns that go back over every word of a message, each up to clamd's own limit: about a millisecond a message. */
function slowPatterns(count: number): string {
  return Array.from({ length: count }, (_, n) => {
    const letter = String.fromCharCode(97 + (n % 26))
    return `Slow.${n};Engine:81-255,Target:0;0&1;46726f6d;0/([a-z]+|[a-z ]+|[ea${letter}t ]+)+[\\x01-\\x03]/\n`
  }).join('')
}

/** Hashes of nothing that exists. */
function manyHashes(): string {
  return Array.from(
    { length: 400_000 },
    (_, n) => `${randomBytes(16).toString('hex')}:${1000 + (n % 90_000)}:T${n}\n`,
  ).join('')
}
