import type { Body, DsnRequest, MailParameters, MessageEdit } from '#flow/spool/message.ts'
import { DotStuffing } from './dot-stuffing.ts'
import { DeliveryFault, type Phase } from './fault.ts'
import { messageChunks, sizeChange } from './message-chunks.ts'
import type { PeerReply } from './outcome.ts'
import type { ClientTimes, SmtpClient } from './smtp-client.ts'

/** One message for some recipients, ready to be sent. */
export interface Letter {
  readonly mailFrom: string
  readonly parameters: MailParameters
  readonly size: number
  readonly body: Body
  readonly edits: readonly MessageEdit[]
  readonly recipients: readonly { readonly n: number; readonly rcptTo: string; readonly dsn: DsnRequest }[]
}

/** What one recipient has come to: the reply or fault that decided, and where in the conversation. */
export interface RecipientResult {
  readonly result: PeerReply | DeliveryFault
  readonly phase: Phase
}

/**
 * One try: one message, some recipients, one connection. Recipients that nothing was said about get the fault
 * that ended the conversation. The connection is good for another message when this returns and it is usable.
 */
export async function attempt(
  client: SmtpClient,
  letter: Letter,
  times: ClientTimes,
): Promise<Map<number, RecipientResult>> {
  const results = new Map<number, RecipientResult>()
  try {
    const unfit = whyUnfit(client, letter)
    if (unfit) for (const each of letter.recipients) results.set(each.n, { result: unfit, phase: 'mail' })
    else await converse(client, letter, times, results)
  } catch (cause) {
    const fault =
      cause instanceof DeliveryFault
        ? cause
        : new DeliveryFault('local', 'local', String((cause as Error).message))
    for (const each of letter.recipients)
      if (!results.has(each.n)) results.set(each.n, { result: fault, phase: fault.phase })
    // Somewhere in the middle of a message: nothing that is sent now would be understood.
    client.destroy()
  }
  client.messages += 1
  return results
}

/** What the server has said that it cannot take, as the reply that it would give. */
function whyUnfit(client: SmtpClient, letter: Letter): PeerReply | null {
  const most = Number(client.extensions.get('SIZE') ?? 0)
  if (most > 0 && letter.size + sizeChange(letter.edits) > most) {
    return { code: 552, enhanced: '5.3.4', text: `${client.target.host} takes messages up to ${most} bytes` }
  }
  const beyondAscii =
    letter.parameters.smtputf8 &&
    [letter.mailFrom, ...letter.recipients.map((each) => each.rcptTo)].some((each) =>
      /[^\x00-\x7f]/.test(each),
    )
  if (beyondAscii && !client.extensions.has('SMTPUTF8')) {
    return {
      code: 553,
      enhanced: '5.6.7',
      text: `${client.target.host} takes no addresses beyond ASCII (SMTPUTF8)`,
    }
  }
  return null
}

async function converse(
  client: SmtpClient,
  letter: Letter,
  times: ClientTimes,
  results: Map<number, RecipientResult>,
): Promise<void> {
  const commands = [
    mailCommand(client, letter),
    ...letter.recipients.map((each) => rcptCommand(client, each)),
    'DATA',
  ]
  const replies = client.extensions.has('PIPELINING')
    ? await sendGroup(client, commands, times)
    : await sendSingly(client, commands, times)
  const [mail, ...rest] = replies
  const data = rest.pop()
  const taken = letter.recipients.filter((each, index) => {
    const reply = rest[index]
    if (mail && !isGood(mail)) results.set(each.n, { result: mail, phase: 'mail' })
    else if (reply && !isGood(reply)) results.set(each.n, { result: reply, phase: 'rcpt' })
    else return true
    return false
  })
  if (data?.code === 354) await sendBody(client, letter, times, taken, results)
  else {
    for (const each of taken) results.set(each.n, { result: data ?? skipped, phase: 'data' })
    if (mail && isGood(mail)) await client.command('RSET', 'mail', times.commandMs)
  }
}

const skipped: PeerReply = { code: 451, enhanced: '4.5.0', text: 'not asked' }

function isGood(reply: PeerReply): boolean {
  return reply.code >= 200 && reply.code < 300
}

async function sendGroup(
  client: SmtpClient,
  commands: readonly string[],
  times: ClientTimes,
): Promise<PeerReply[]> {
  client.write(`${commands.join('\r\n')}\r\n`)
  const settled = await Promise.allSettled(
    commands.map((each) => client.reply(phaseOf(each), times.commandMs)),
  )
  // A server that says 421 leaves: what it said is the answer to all that it did not hear any more.
  const farewell = settled.find((each) => each.status === 'fulfilled' && each.value.code === 421)
  return settled.map((each) => {
    if (each.status === 'fulfilled') return each.value
    if (farewell?.status === 'fulfilled') return farewell.value
    throw each.reason
  })
}

/** One after another, and DATA only when somebody would get the message. */
async function sendSingly(
  client: SmtpClient,
  commands: readonly string[],
  times: ClientTimes,
): Promise<PeerReply[]> {
  const replies: PeerReply[] = []
  for (const command of commands) {
    const mailFailed = replies[0] !== undefined && !isGood(replies[0])
    const nobody = command === 'DATA' && !replies.slice(1).some(isGood)
    replies.push(
      mailFailed || nobody ? skipped : await client.command(command, phaseOf(command), times.commandMs),
    )
  }
  return replies
}

function phaseOf(command: string): Phase {
  return command === 'DATA' ? 'data' : command.startsWith('MAIL') ? 'mail' : 'rcpt'
}

async function sendBody(
  client: SmtpClient,
  letter: Letter,
  times: ClientTimes,
  taken: Letter['recipients'],
  results: Map<number, RecipientResult>,
): Promise<void> {
  const stuffing = new DotStuffing()
  // A server that says 354 with no recipient left gets an empty message, which nobody will receive.
  if (taken.length > 0) await writeBody(client, letter, stuffing)
  client.write(stuffing.end())
  const perRecipient = client.target.protocol === 'lmtp' ? taken.length : 1
  const replies = await Promise.all(
    Array.from({ length: perRecipient }, () => client.reply('final', times.finalMs)),
  )
  for (const [index, each] of taken.entries()) {
    const reply = replies[perRecipient === 1 ? 0 : index]
    if (reply) results.set(each.n, { result: reply, phase: 'final' })
  }
}

async function writeBody(client: SmtpClient, letter: Letter, stuffing: DotStuffing): Promise<void> {
  for await (const chunk of messageChunks(letter.body, letter.edits)) {
    let room = true
    client.together(() => {
      for (const piece of stuffing.stuff(chunk)) room = client.write(piece) && room
    })
    if (!room) await client.drained()
  }
}

/** Whether what is sent has bytes beyond ASCII in its body; edits may bring some. */
function isEightBit({ parameters, edits }: Letter): boolean {
  return (
    parameters.body === '8BITMIME' ||
    edits.some(
      (each) => each.kind === 'replace' && Buffer.from(each.base64, 'base64').some((byte) => byte > 127),
    )
  )
}

function mailCommand(client: SmtpClient, letter: Letter): string {
  const { mailFrom, parameters, size, edits } = letter
  const has = (name: string) => client.extensions.has(name)
  let line = `MAIL FROM:<${mailFrom}>`
  if (has('SIZE')) line += ` SIZE=${Math.max(0, size + sizeChange(edits))}`
  if (has('8BITMIME') && isEightBit(letter)) line += ' BODY=8BITMIME'
  if (parameters.smtputf8 && has('SMTPUTF8')) line += ' SMTPUTF8'
  if (parameters.ret !== null && has('DSN')) line += ` RET=${parameters.ret}`
  if (parameters.envid !== null && has('DSN')) line += ` ENVID=${parameters.envid}`
  return line
}

function rcptCommand(client: SmtpClient, { rcptTo, dsn }: Letter['recipients'][number]): string {
  let line = `RCPT TO:<${rcptTo}>`
  if (!client.extensions.has('DSN')) return line
  if (dsn.notify !== null) line += ` NOTIFY=${dsn.notify.join(',').toUpperCase()}`
  if (dsn.orcpt !== null) line += ` ORCPT=${dsn.orcpt}`
  return line
}
