import { readFileSync } from 'node:fs'
import type { TracedMessage, TracedRefusal } from '#services/ledger/ledger-store.ts'
import { type Arguments, UseError } from './arguments.ts'
import { composeMessage } from './compose-message.ts'
import { readCount } from './read-count.ts'
import { type SendAnswer, sendMessage } from './send-message.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { describeStory } from './trace-story.ts'

/** `./mailkeep send`: a message through the gateway, and what became of it. */
export const command: SiteCommand = {
  name: 'send',
  summary: 'sends a message through the gateway and shows what becomes of it',
  help: `Usage: mailkeep send [--from ADDRESS] [--to ADDRESS[,ADDRESS...]] [--subject S] [--body B] [--file FILE]
Sends a message by SMTP, waits until it is settled, and prints its trace. Without arguments a message to the
first user of the directory.
  --from    envelope sender and From field; "<>" for a bounce
  --to      recipients, parted by commas
  --file    a message as it is, header and all
  --size    bytes that the body is filled up to
  --server  HOST:PORT; default: where the gateway of these settings listens
  --wait    seconds to wait for the end; default 30
Exit code 0: delivered to all. 1: refused, or anything else.`,
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    subject: { type: 'string' },
    body: { type: 'string' },
    file: { type: 'string' },
    size: { type: 'string' },
    server: { type: 'string' },
    wait: { type: 'string' },
  },
  async run(site, given, out) {
    const letter = await readLetter(site, given)
    const [host, port] = readServer(site, given)
    const answer = await sendMessage({ host, port, ...letter })
    out.say(`${host}:${port} answered: ${answer.text}`)
    const seconds = readCount('wait', given.text('wait'), 30)
    const traced = answer.id === null ? null : await waitForEnd(site, answer.id, seconds * 1000)
    const text = traced ? `\n${describeStory(traced)}` : 'No trace of it is in this site.'
    out.answer({ ...answer, traced }, text)
    return isDelivered(answer, traced) ? 0 : 1
  },
}

interface Letter {
  readonly mailFrom: string
  readonly rcptTo: readonly string[]
  readonly content: Uint8Array
}

async function readLetter(site: Site, given: Arguments): Promise<Letter> {
  if (given.words.length > 0) throw new UseError(`what is ${given.words[0]}? Name recipients with --to`)
  const host = site.loaded.config['site.host']
  const mailFrom = (given.text('from') ?? `demo@${host}`).replace(/^<|>$/g, '')
  const rcptTo = given.text('to')?.split(',') ?? [await firstUser(site)]
  const file = given.text('file')
  if (file !== undefined) return { mailFrom, rcptTo, content: readFileSync(file) }
  const content = composeMessage({
    from: mailFrom || `mailer-daemon@${host}`,
    to: rcptTo,
    subject: given.text('subject') ?? 'A message to try Mailkeep',
    body: given.text('body') ?? 'Hello,\r\n\r\nthis message came through Mailkeep.\r\n',
    bodyBytes: readCount('size', given.text('size'), 1),
    at: new Date(),
    host,
  })
  return { mailFrom, rcptTo, content }
}

async function firstUser(site: Site): Promise<string> {
  for (const domain of await site.directory.domains()) {
    const [user] = await site.directory.users(domain.name, '', 1)
    if (user) return user.address
  }
  throw new UseError('there is no user to send to yet; name a recipient with --to')
}

function readServer(site: Site, given: Arguments): [string, number] {
  const text = given.text('server') ?? site.loaded.config['gateway.listen'][0] ?? ''
  const found = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text)
  const [host = '', port = 0] = [found?.[1] ?? found?.[2], Number(found?.[3])]
  if (!found || port === 0) throw new UseError(`where to? ${text} is no HOST:PORT; say it with --server`)
  return [host === '0.0.0.0' || host === '::' ? 'localhost' : host, port]
}

/** Waits until nothing of a message waits any more, but not for long: mail may wait for days. */
async function waitForEnd(
  site: Site,
  id: string,
  mostMs: number,
): Promise<TracedMessage | TracedRefusal | null> {
  const end = Date.now() + mostMs
  for (;;) {
    const traced = await site.ledger.read(id)
    const isOver =
      traced?.kind === 'refusal' || traced?.deliveries.every((each) => each.state !== 'waiting') === true
    // A refusal is written a moment after its reply; another server's mail never comes up here.
    if (isOver || Date.now() >= (traced === null ? Math.min(end, end - mostMs + 2000) : end)) return traced
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function isDelivered(answer: SendAnswer, traced: TracedMessage | TracedRefusal | null): boolean {
  if (!answer.accepted) return false
  return traced?.kind !== 'message' || traced.deliveries.every((each) => each.state === 'delivered')
}
