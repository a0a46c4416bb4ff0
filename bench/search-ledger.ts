import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { newId } from '../server/src/ground/platform/ids.ts'
import { databaseName, openDatabase } from '../server/src/ground/storage/database/open-database.ts'

/** What a ledger is filled with: 30 days of mail for some hundred tenants, most of it dull, some of it rare. */
export const tenants = 300
const eventsAMessage = 2.5
const days = 30
const batch = 20_000
const subjectWords =
  'invoice order meeting report offer delivery reminder contract newsletter update question answer photos travel ticket payroll budget minutes draft agenda'.split(
    ' ',
  )
const verdicts = [
  'clean',
  'clean',
  'clean',
  'clean',
  'clean',
  'clean',
  'bulk',
  'spam',
  'phishing',
  'virus',
] as const
const replies = [
  '250 2.0.0 Ok: queued',
  '451 4.7.1 Greylisted, please try again',
  '452 4.2.2 Mailbox full',
  '550 5.1.1 User unknown',
]

/** Numbers that look random and are the same each time. */
export function draws(): (below: number) => number {
  let seed = 7
  return (below) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
}

/** Writes a ledger of about so many events, the newest now. Not synced: it is thrown away. */
export function fillLedger(folder: string, events: number, onProgress: (done: number) => void): void {
  rmSync(join(folder, databaseName), { force: true })
  const database = openDatabase(join(folder, databaseName), 'write')
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; PRAGMA wal_autocheckpoint = 20000')
  const messages = Math.round(events / eventsAMessage)
  const start = Date.now() - days * 86_400_000
  const draw = draws()
  const write = writerOf(database)
  for (let done = 0; done < messages; ) {
    database.exec('BEGIN')
    for (let i = 0; i < batch && done < messages; i++, done++)
      write(start + Math.floor((done / messages) * days * 86_400_000), done, draw)
    database.exec('COMMIT')
    onProgress(done)
  }
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
}

function writerOf(database: DatabaseSync): (at: number, i: number, draw: (below: number) => number) => void {
  const insert = (table: string, columns: string): StatementSync =>
    database.prepare(
      `INSERT INTO ${table} (${columns}) VALUES (${columns
        .split(',')
        .map(() => '?')
        .join(',')})`,
    )
  const message = insert(
    'messages',
    'id,node,direction,mail_from,client,parameters,size,received_at,subject,header_from,header_message_id,state,explanation,edits',
  )
  const delivery = insert(
    'deliveries',
    'message_id,n,rcpt_to,tenant,direction,lane,state,reason,attempts,accepted_at,expires_at,settled_at,last_attempt',
  )
  const event = insert('events', 'at,node,tenant,direction,message_id,n,kind,state,reason,detail')
  const refusal = insert(
    'refusals',
    'id,at,node,tenant,client,mail_from,rcpt_to,stage,code,enhanced,reason,text,subject,header_message_id',
  )
  const log = insert('refusal_log', 'id')
  return (at, i, draw) => {
    // A few tenants have most of the mail.
    const tenant = `t${Math.min(draw(tenants), draw(tenants), draw(tenants))}`
    const node = `node-${draw(3)}`
    const id = newId(at)
    const from = `user${draw(200) * draw(200)}@sender${draw(3000)}.example`
    const to = `person${draw(50)}@${tenant}.test`
    const client = JSON.stringify({
      ip: `198.51.${draw(100)}.${draw(250)}`,
      port: 25,
      helo: 'mx',
      protocol: 'ESMTP',
      tls: null,
    })
    const subject = `${subjectWords[draw(20)]} ${subjectWords[draw(20)]} ${i % 1000 === 0 ? 'rarissimum' : ''} ${draw(100_000)}`
    if (i % 10 === 9) {
      refusal.run(
        id,
        at,
        node,
        tenant,
        client,
        from,
        to,
        'rcpt',
        550,
        '5.1.1',
        'unknown-recipient',
        'No such user here',
        '',
        '',
      )
      log.run(id)
    }
    const verdict = verdicts[draw(10)] ?? 'clean'
    const score = verdict === 'clean' ? draw(20) : 30 + draw(60)
    const explanation = {
      verdict,
      score,
      findings: [{ code: `finding-${draw(30)}` }],
      facts: {},
      timings: {},
    }
    message.run(
      id,
      node,
      'inbound',
      from,
      client,
      '{}',
      2 ** (9 + draw(15)) + draw(500),
      at,
      subject,
      from,
      `<${id}@x>`,
      'decided',
      JSON.stringify(explanation),
      '[]',
    )
    const fails = draw(50) === 0
    const state =
      verdict === 'phishing' || verdict === 'virus' ? 'quarantined' : fails ? 'returned' : 'delivered'
    const reply = state === 'returned' ? replies[3] : replies[0]
    delivery.run(
      id,
      0,
      to,
      tenant,
      'inbound',
      `inbound|${tenant}|${tenant}.test`,
      state,
      state === 'returned' ? 'refused-by-host' : state === 'delivered' ? 'delivered' : 'policy',
      1,
      at,
      at + 1,
      at + 900,
      state === 'quarantined' ? null : JSON.stringify({ reply }),
    )
    event.run(at, node, tenant, 'inbound', id, 0, 'accepted', 'waiting', 'just-accepted', null)
    if (draw(2) === 0)
      event.run(
        at + 300,
        node,
        tenant,
        'inbound',
        id,
        0,
        'deferred',
        null,
        'deferred',
        JSON.stringify({ reply: replies[1 + draw(2)] }),
      )
    event.run(
      at + 900,
      node,
      tenant,
      'inbound',
      id,
      0,
      state,
      state,
      state === 'returned' ? 'refused-by-host' : 'delivered',
      state === 'quarantined' ? null : JSON.stringify({ reply }),
    )
  }
}
