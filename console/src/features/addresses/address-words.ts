import type { SendingAddressView, SendingReceiverView } from '@mailkeep/contract'
import type { Tone } from '../../ui/state-mark.tsx'

interface Look {
  readonly tone: Tone
  readonly word: string
}

/** What an address is at the moment, in a word. */
export function lookOf({ state, warmUp }: Pick<SendingAddressView, 'state' | 'warmUp'>): Look {
  if (state === 'resting') return { tone: 'none', word: 'resting' }
  return warmUp === null ? { tone: 'good', word: 'working' } : { tone: 'wait', word: 'warming up' }
}

/** How an address does at a receiver. */
export const pathLooks: Readonly<Record<SendingReceiverView['state'], Look>> = {
  good: { tone: 'good', word: 'good' },
  paced: { tone: 'wait', word: 'paced' },
  poor: { tone: 'aside', word: 'poor' },
  out: { tone: 'bad', word: 'blocked' },
}

export const poolWords: Readonly<Record<SendingAddressView['pool'], string>> = {
  inbound: 'filtered mail, to servers of customers',
  outbound: 'mail of your people, to the world',
}

/** Lists that name an address. */
export function listedBy({ listings }: Pick<SendingAddressView, 'listings'>): readonly string[] {
  return listings.filter(({ state }) => state === 'listed').map(({ zone }) => zone)
}
