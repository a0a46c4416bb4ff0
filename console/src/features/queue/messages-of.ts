import type { QueueHop } from '@mailkeep/contract'

/** So much text a question takes as one condition. */
const mostText = 320

/** The list of the mail on its way to a next hop; of very many domains that of the first ones, as the list shows. */
export function messagesOf({ state, domains }: Pick<QueueHop, 'state' | 'domains'>): string {
  const asked: string[] = []
  for (const each of domains) {
    if ([...asked, each].join(',').length > mostText) break
    asked.push(each)
  }
  return `/messages?state=${state}&recipient=${asked.join(',')}`
}
