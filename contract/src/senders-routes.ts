import type { ApiRoute } from './route.ts'
import {
  NewSuspension,
  SenderFreed,
  SenderReset,
  SenderSuspended,
  SuspendedList,
  SuspendedParams,
  SuspendedQuery,
} from './senders.ts'

/** Mailboxes that send as stolen ones do. */
export const sendersRoutes = {
  suspendedSenders: {
    method: 'GET',
    access: 'mail.read',
    path: '/api/v1/suspended-senders',
    summary: 'Mailboxes whose sending is suspended, and why.',
    query: SuspendedQuery,
    answer: SuspendedList,
  },
  suspendSender: {
    method: 'POST',
    access: 'quarantine.act',
    path: '/api/v1/suspended-senders',
    summary:
      'It sends as a stolen mailbox does: it may not send until it is freed or reset, and what waits of it is held within seconds. 409: it is suspended already.',
    body: NewSuspension,
    answer: SenderSuspended,
  },
  freeSender: {
    method: 'POST',
    access: 'quarantine.act',
    path: '/api/v1/suspended-senders/:address/free',
    summary:
      'It was its own mail: it sends again, what is held leaves, and as much counts as usual for 30 days. 404: it is not suspended.',
    params: SuspendedParams,
    answer: SenderFreed,
  },
  resetSender: {
    method: 'POST',
    access: 'directory.write',
    path: '/api/v1/suspended-senders/:address/reset',
    summary:
      'Somebody else had the password: all its passwords of mail programs are taken away, and what is held goes to quarantine. 404: it is not suspended.',
    params: SuspendedParams,
    answer: SenderReset,
  },
} as const satisfies Record<string, ApiRoute>
