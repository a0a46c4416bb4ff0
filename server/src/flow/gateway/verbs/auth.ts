import { type Reply, replies } from '../replies.ts'
import type { SaslExchange, SaslStep } from '../sasl/exchange.ts'
import type { Session, VerbAnswer } from '../session.ts'
import type { Verb } from './verb.ts'

/** Wrong passwords on one connection. */
const mostWrong = 3

/** AUTH (RFC 4954): a login proves its password, over TLS only and before anything is sent. */
export const auth: Verb = {
  name: 'AUTH',
  endsGroup: true,
  run(session, argument) {
    const { client, door, context } = session
    if (door !== 'submission') return replies.unknownCommand
    if (!client.esmtp) return replies.badSequence('EHLO')
    if (client.tls === null) return replies.loginNeedsTls
    if (client.login) return replies.loginTwice
    if (session.transaction !== null) return replies.badSequence('RSET')
    const [mechanism = '', initial, ...more] = argument.split(' ')
    if (mechanism === '' || more.length > 0) return replies.badSyntax('AUTH MECHANISM [initial-response]')
    const exchange = context.logins.exchange(mechanism)
    if (exchange === null) return replies.noMechanism
    if (initial === undefined) return goOn(session, exchange, null)
    // "=" stands for an answer without a byte.
    const response = initial === '=' ? Buffer.alloc(0) : fromBase64(initial)
    return response === null ? replies.loginMalformed : goOn(session, exchange, response)
  },
}

function goOn(
  session: Session,
  exchange: SaslExchange,
  response: Buffer | null,
): VerbAnswer | Promise<VerbAnswer> {
  let step: SaslStep
  try {
    step = exchange.next(response)
  } catch {
    // The snapshot that knows the logins cannot be read.
    return replies.loginAway(session.context.newId())
  }
  if (step.kind === 'malformed') return replies.loginMalformed
  if (step.kind === 'challenge') {
    session.expectLine((line) => readAnswer(session, exchange, line))
    return replies.challenge(step.text)
  }
  // The client has to hear that we know the password too before it counts.
  if (step.kind === 'proved' && step.text !== null) {
    const proved = step
    session.expectLine((line) => (line === '*' ? replies.loginCancelled : judge(session, proved)))
    return replies.challenge(step.text)
  }
  return judge(session, step)
}

function readAnswer(
  session: Session,
  exchange: SaslExchange,
  line: string,
): VerbAnswer | Promise<VerbAnswer> {
  if (line === '*') return replies.loginCancelled
  const response = fromBase64(line)
  return response === null ? replies.loginMalformed : goOn(session, exchange, response)
}

async function judge(
  session: Session,
  step: Exclude<SaslStep, { kind: 'challenge' | 'malformed' }>,
): Promise<VerbAnswer> {
  const { context, client } = session
  const answer = await context.logins.judge(step, client.ip)
  if (answer.kind === 'proved') {
    client.login = answer.sender
    return replies.loginOk
  }
  if (answer.kind === 'unavailable') {
    context.log.warn({ why: answer.why }, 'a login could not be looked up; its client was told to come again')
    return replies.loginAway(context.newId())
  }
  session.wrongLogins += 1
  const isOver = answer.kind === 'too-many' || session.wrongLogins >= mostWrong
  const reply: Reply = isOver ? replies.tooManyLogins(context.newId()) : replies.loginWrong(context.newId())
  session.refuse('auth', answer.kind === 'too-many' ? 'too-many-logins' : 'login-wrong', reply)
  return isOver ? null : reply
}

/** Null: it is no base64. */
function fromBase64(text: string): Buffer | null {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0 ? Buffer.from(text, 'base64') : null
}
