import type { TracedFinding } from '@mailkeep/contract'
import type { TracedDelivery, TracedMessage, TracedRefusal } from '#services/ledger/ledger-store.ts'
import { refusalWords } from './refusal-words.ts'

type ReasonText = (reason: string) => string

/** What became of it and why, in one or two plain sentences. Pure. */
export function summarize(
  traced: TracedMessage | TracedRefusal,
  findings: readonly TracedFinding[],
  reasonText: ReasonText,
): string {
  const because = findings.find((each) => each.proposal !== null)
  if (traced.kind === 'refusal') {
    const why = because?.text ?? refusalWords(traced)
    return sentence(`Refused in the dialogue, so the sending side still has it: ${why}`)
  }
  const states = new Map<string, TracedDelivery[]>()
  for (const each of traced.deliveries) states.set(each.state, [...(states.get(each.state) ?? []), each])
  if (states.size === 0) return 'It has no recipients.'
  const several = states.size > 1
  return [...states]
    .map(([state, found]) => {
      const [first] = found as [TracedDelivery, ...TracedDelivery[]]
      const whom = several || found.length > 1 ? toWhom(state, found.length, traced.deliveries.length) : ''
      return sentence(`${inWords(state)}${whom}${why(first, found, traced, because, reasonText)}`)
    })
    .join(' ')
}

const words: Readonly<Record<string, string>> = {
  delivered: 'Delivered',
  waiting: 'Waiting',
  returned: 'Returned to the sender',
  quarantined: 'Set aside in quarantine',
  held: 'Held until a person has looked at it',
  discarded: 'Dropped',
  sealed: 'In the portal for encrypted mail',
}

function inWords(state: string): string {
  return words[state] ?? state
}

function why(
  first: TracedDelivery,
  all: readonly TracedDelivery[],
  message: TracedMessage,
  because: TracedFinding | undefined,
  reasonText: ReasonText,
): string {
  switch (first.state) {
    case 'delivered': {
      const last = Math.max(...all.map((each) => each.settledAt ?? each.acceptedAt))
      return ` within ${inTime(last - message.receivedAt)}`
    }
    case 'quarantined':
    case 'held':
      return `: ${because?.text ?? reasonText(first.reason)}`
    default:
      return `: ${reasonText(first.reason)}${lastWords(first)}`
  }
}

function lastWords({ lastAttempt }: TracedDelivery): string {
  if (!lastAttempt || lastAttempt.reply === '') return ''
  const { host, ip, code, reply } = lastAttempt
  return ` (${host || ip || 'the last words'}: ${code > 0 ? `${code} ` : ''}${reply.slice(0, 300)})`
}

function inTime(ms: number): string {
  if (ms < 1000) return `${Math.max(0, ms)} ms`
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`
}

function toWhom(state: string, some: number, all: number): string {
  return ` ${state === 'delivered' ? 'to' : 'for'} ${some === all ? `all ${all}` : `${some} of ${all}`} recipients`
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
