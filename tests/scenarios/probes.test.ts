import assert from 'node:assert/strict'
import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { probeAddress } from '../../server/src/ground/mail/probe-address.ts'
import { askSite, signInByLink } from '../harness/ask-site.ts'
import { settledBooks } from '../harness/books.ts'
import { startDnsServer, type TestDnsServer } from '../harness/dns-server.ts'
import { sendLetter } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { untilSeen } from '../harness/until-seen.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface Line {
  readonly component: string
  readonly path: string
  readonly node: string | null
  readonly result: string
  readonly inRow: number
  readonly stage: string | null
  readonly steps: readonly { readonly stage: string }[]
}

/** An address of a try that is made by hand lives on, however long a machine takes. */
const longMs = 600_000
const loops = ['inbound: round trip', 'outbound: round trip', 'quarantine: set aside and released']
const isLoop = ({ component, path }: Line) => loops.some((each) => `${component}: ${path}`.startsWith(each))

function look<Answer>(site: TestSite, ask: (database: DatabaseSync) => Answer): Answer {
  const database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'), { readOnly: true })
  try {
    return ask(database)
  } finally {
    database.close()
  }
}

const countOf = (site: TestSite, table: string) =>
  look(site, (database) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n

/** Tables but those of tries themselves, and of what they have come to, where some text speaks of a message of our own. */
function placesIn(database: DatabaseSync): string[] {
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as {
    name: string
  }[]
  return tables
    .map(({ name }) => name)
    .filter((name) => !/^probe|^findings$|^alarm_states$|^incidents$|^managers$|^sqlite_/.test(name))
    .filter((name) => {
      const columns = database.prepare(`PRAGMA table_info("${name}")`).all() as { name: string }[]
      const found = columns.flatMap((each) =>
        ['~probe', 'probe-', 'mx.site.example'].map(
          (word) => `instr(CAST("${each.name}" AS TEXT), '${word}')`,
        ),
      )
      return (
        database.prepare(`SELECT 1 FROM "${name}" WHERE ${found.join(' OR ')} LIMIT 1`).get() !== undefined
      )
    })
}

describe('tries of our own, as operators see them', () => {
  let site: TestSite
  let sink: Sink
  let dns: TestDnsServer
  const cookies: Record<string, string> = {}

  before(async () => {
    sink = await Sink.start()
    dns = await startDnsServer({ zone: { 'mx.site.example': { A: ['127.0.0.1'] } }, ttl: 3600 })
    site = await TestSite.start({
      domains: {},
      users: [],
      settings: { 'watch.probeEvery': 1, 'dns.servers': [dns.address] },
    })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('tenant', 'add', 'one', '--parent', 'house')
    await site.must('domain', 'add', 'one.test', '--tenant', 'one', '--next-hop', sink.hop)
    await site.must('user', 'add', 'a@one.test')
    await site.knows('a@one.test')
    for (const [name, ...more] of [
      ['chief', '--role', 'operator', '--tenant', 'house'],
      ['setter', '--role', 'technical', '--tenant', 'one'],
    ] as const) {
      const made = await site.json<{ link: string }>('manager', 'add', name, ...more)
      cookies[name] = await signInByLink(site.consolePort, made.link)
    }
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
    await dns.close()
  })

  const ask = (who: string, path: string) =>
    askSite(site.consolePort, `/api/v1/${path}`, { cookie: cookies[who] ?? '' })
  const linesOf = async (path: string) => {
    const answer = await untilSeen(() => ask('chief', path))
    assert.equal(answer.code, 200, answer.body)
    return answer.json<{ lines: Line[] }>().lines
  }

  test('each path stands with its last result, its node and its latest tries', async () => {
    const door = await waitUntil('a door is tried twice', async () =>
      (await linesOf('probes')).find(
        ({ component, path, result, inRow }) =>
          component === 'inbound' && path.startsWith('door') && result === 'ok' && inRow > 1,
      ),
    )
    assert.equal(door.node, 'node-1')
    const path = encodeURIComponent(door.path)
    // A busy machine may miss one of them; they go on each second.
    await waitUntil('its latest two tries stand there', async () => {
      const tries = await linesOf(`probes/tries?component=inbound&path=${path}&limit=2`)
      return tries.length === 2 && tries.every((each) => each.result === 'ok')
    })
    const sums = await linesOf('probes/sums?days=1')
    assert.ok(sums.some((each) => each.component === 'inbound'))
    const listed = await site.json<{ probes: Line[] }>('probe', 'list', '--component', 'inbound')
    assert.ok(listed.probes.some((each) => each.path === door.path))
    assert.match(await site.must('probe', 'show', 'inbound', door.path), /ok/)
    assert.equal((await site.command('probe', 'list', '--component', 'nothing')).code, 2)
  })

  test('a finding is shown with where and since when; a customer sees none of the house', async () => {
    const open = await ask('chief', 'findings?open=true')
    assert.equal(open.code, 200)
    // A start that takes long is found to be slow, until it is over.
    const isWell = async () => (await site.command('finding', 'list', '--open')).code === 0
    await waitUntil('nothing is found any more', isWell, 120_000)
    for (const path of ['probes', 'probes/sums', 'findings', 'probes/tries?component=dns&path=node-1'])
      assert.equal((await ask('setter', path)).code, 403, path)
  })

  test('messages of our own go round through every stage, and nobody else ever hears of them', async () => {
    await sendLetter(site, { to: 'a@one.test', name: 'somebody’s' })
    const round = await waitUntil('everything has gone round five times', async () => {
      const found = (await linesOf('probes')).filter(isLoop)
      return found.length === 3 && found.every((each) => each.result === 'ok' && each.inRow >= 5) && found
    })
    for (const { steps } of round)
      assert.deepEqual(
        steps.map((each) => each.stage),
        ['accept', 'inspect', 'decide', 'wait', 'deliver', 'return'],
      )
    await waitUntil('the letter of somebody is delivered', () => sink.messages.length === 1)
    assert.deepEqual(
      look(site, placesIn).filter((each) => !['messages', 'deliveries', 'bodies'].includes(each)),
      [],
    )
    // What is on its way at this moment, and nothing more.
    await waitUntil('no more is kept', () => countOf(site, 'messages') <= 1 + loops.length)
    const books = await settledBooks(site)
    assert.deepEqual([books.balanced, books.accepted, books.delivered], [true, 1, 1])
    assert.deepEqual(await site.waiting(), [])
    const { lines } = await site.json<{ lines: { kind: string }[] }>('trace')
    assert.equal(lines.filter((each) => each.kind === 'message').length, 1)
    const metrics = (await askSite(site.consolePort, '/metrics')).body
    assert.match(metrics, /^mailkeep_gateway_accepted_total(?:{[^}]*})? 1$/m)
    await waitUntil('no alarm speaks of them', async () =>
      (await openAlarms(site)).every((each) => !/probe|hop|target|flow/.test(each)),
    )
  })

  test('DNS that says nothing is seen while all that it said before would still be good', async () => {
    const becomes = (result: string) =>
      waitUntil(`DNS is ${result}`, async () =>
        (await linesOf('probes')).some((each) => each.component === 'dns' && each.result === result),
      )
    await becomes('ok')
    dns.misbehave({ kind: 'servfail' })
    await becomes('failed')
    dns.misbehave()
    await becomes('ok')
  })

  test('content that is away is seen, and that it is back', async () => {
    const becomes = (result: string) =>
      waitUntil(`content is ${result}`, async () =>
        (await linesOf('probes')).some((each) => each.component === 'content' && each.result === result),
      )
    const folder = join(site.folder, 'data', 'bodies')
    await becomes('ok')
    renameSync(folder, `${folder}-away`)
    await becomes('failed')
    renameSync(`${folder}-away`, folder)
    await becomes('ok')
  })

  test('nobody can use such an address who does not hold the key of the site, and nobody twice', async () => {
    const [host, far] = ['mx.site.example', Date.now() + longMs]
    const secret = readFileSync(join(site.folder, 'data', 'secrets', 'probe.key'), 'utf8').trim()
    const mark = { kind: 'in', token: '0123456789abcdef0123' } as const
    const say = async (address: string) => {
      await using client = await SmtpDialogue.open(site.smtpPort)
      await client.hello()
      const isOpen = async () => (await client.command('MAIL FROM:<x@far.example>')).startsWith('250')
      await waitUntil('new mail is welcome', isOpen, 60_000, 500)
      return await client.command(`RCPT TO:<${address}>`)
    }
    assert.match(await say(probeAddress(mark, far, 'guessed', host)), /^550/)
    assert.match(await say(probeAddress(mark, far, secret, host)), /^250/)
    assert.match(await say(probeAddress(mark, far, secret, host)), /^550/)
    assert.match(
      await say(probeAddress({ ...mark, token: '1'.repeat(20) }, Date.now() - 1000, secret, host)),
      /^550/,
    )
  })
})

describe('a part of the road that is away', () => {
  let site: TestSite
  const others: TestSite[] = []

  before(async () => {
    site = await TestSite.start({
      roles: ['gateway', 'console', 'jobs'],
      settings: {
        ...{ 'watch.probeEvery': 1, 'inspection.lease': 2 },
        // None of this machine: nothing can leave by it.
        'delivery.outboundSource': ['192.0.2.77'],
      },
    })
    for (const role of ['inspection', 'delivery']) others.push(await TestSite.beside(site, [role]))
  })
  after(async () => {
    for (const each of others) await each.kill()
    await site[Symbol.asyncDispose]()
  })

  const roundTrip = async (component: string) => {
    const { probes } = await site.json<{ probes: Line[] }>('probe', 'list', '--component', component)
    return probes.find(isLoop)
  }
  const becomes = (result: string, stage: string | null, component = 'inbound') =>
    waitUntil(
      `the round trip is ${result}`,
      async () => {
        const found = await roundTrip(component)
        return found?.result === result && (found.stage ?? null) === stage && found
      },
      90_000,
    )

  test('an address that nothing can leave by stops mail to the world alone, until another one takes over', async () => {
    await becomes('ok', null)
    await becomes('failed', 'deliver', 'outbound')
    await site.must('sending', 'add', '127.0.0.5', '--pool', 'outbound')
    await becomes('ok', null, 'outbound')
  })

  test('without inspection it stops at inspect, is found with its node, and all is well again after', async () => {
    await becomes('ok', null)
    await others[0]?.kill()
    await becomes('failed', 'inspect')
    const found = await waitUntil('it is found', async () => {
      const { findings } = await site.json<{ findings: { stage: string; node: string; kind: string }[] }>(
        ...['finding', 'list', '--open'],
      )
      return findings.find((each) => each.kind === 'probe-fails' && each.stage === 'inspect')
    })
    assert.equal(found.node, 'node-1')
    others[0] = await TestSite.beside(site, ['inspection'])
    await becomes('ok', null)
    await waitUntil(
      'the finding has ended',
      async () => (await site.command('finding', 'list', '--open')).code === 0,
      120_000,
    )
    assert.equal((await site.books()).balanced, true)
  })

  test('without delivery it stops where it waits', async () => {
    await others[1]?.kill()
    await becomes('failed', 'wait')
    others[1] = await TestSite.beside(site, ['delivery'])
    await becomes('ok', null)
  })
})

async function openAlarms(site: TestSite): Promise<string[]> {
  const { alarms } = await site.json<{ alarms: { name: string; subject: string }[] }>('alarm', 'list')
  return alarms.map((each) => `${each.name} ${each.subject}`)
}
