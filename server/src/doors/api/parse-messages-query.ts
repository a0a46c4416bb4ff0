import type { MailState, MessagesQuery } from '@mailkeep/contract'
import { bookColumns } from '#services/ledger/ledger-store.ts'
import { problems } from './api-problem.ts'

const states: readonly string[] = [...bookColumns.filter((each) => each !== 'accepted'), 'refused']
const known = ['scope', 'q', 'state', 'since', 'limit']
const mostText = 200
const mostLines = 200

/** Reads the query of a list as the contract has it. @throws ApiProblem that says what would be right */
export function parseMessagesQuery(query: Readonly<Record<string, unknown>>): MessagesQuery {
  for (const [name, value] of Object.entries(query)) {
    if (!known.includes(name))
      throw problems.wrongQuery(`There is no parameter ${name}; there are ${known.join(', ')}.`)
    if (typeof value !== 'string') throw problems.wrongQuery(`${name} may stand once.`)
  }
  const { q, state, since, limit } = query as Record<string, string | undefined>
  return {
    ...(q !== undefined && q.trim() !== '' && { q: parseText(q) }),
    ...(state !== undefined && state !== '' && { state: parseState(state) }),
    ...(since !== undefined && since !== '' && { since: parseMoment(since) }),
    limit: limit === undefined ? 50 : parseLimit(limit),
  }
}

function parseText(text: string): string {
  if (text.length > mostText) throw problems.wrongQuery(`q is longer than ${mostText} characters.`)
  return text.trim()
}

function parseState(text: string): MailState {
  if (!states.includes(text)) throw problems.wrongQuery(`state is one of ${states.join(', ')}.`)
  return text as MailState
}

function parseMoment(text: string): string {
  const at = text.length > 40 ? Number.NaN : Date.parse(text)
  if (Number.isNaN(at)) throw problems.wrongQuery('since is a moment such as 2026-11-21T09:00:00Z.')
  return new Date(at).toISOString()
}

function parseLimit(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > mostLines) throw problems.wrongQuery(`limit is a number from 1 to ${mostLines}.`)
  return limit
}
