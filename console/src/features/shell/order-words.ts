import type { Task } from '@mailkeep/contract'

interface OrderWords {
  readonly verb: string
  /** The page where its mail stands. */
  readonly to: string
  readonly one: string
  readonly many: string
}

const verbs: Readonly<Record<string, string>> = {
  retry: 'Try again now',
  hold: 'Hold',
  release: 'Release',
  reroute: 'Send over another next hop',
  return: 'Return to the sender',
  resend: 'Send again',
  delete: 'Delete',
  rejudge: 'Judge anew',
  rescan: 'Judge once more',
  'dry-run': 'Try a change of policy',
  erase: 'Erase a person',
}
const pages: Readonly<Record<string, string>> = {
  queue: '/queue',
  quarantine: '/quarantine',
  mail: '/messages',
  incident: '/incidents',
  policy: '/policy',
  person: '/people',
}

/** What kinds of orders count; all others count deliveries. */
const counted: Readonly<Record<string, readonly [one: string, many: string]>> = {
  policy: ['message', 'messages'],
  person: ['record', 'records'],
}

/** What an order is called: `queue-retry` is `Try again now`, of the queue. */
export function orderWords({ what }: Pick<Task, 'what'>): OrderWords {
  const [part = '', ...action] = what.split('-')
  const [one, many] = counted[part] ?? ['delivery', 'deliveries']
  return { verb: verbs[action.join('-')] ?? what, to: pages[part] ?? '/messages', one, many }
}
