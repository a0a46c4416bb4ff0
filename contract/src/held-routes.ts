import { HeldDone, HeldList, HeldOrder, HeldParams, HeldQuery } from './held.ts'
import type { ApiRoute } from './route.ts'

const order = {
  method: 'POST',
  access: 'quarantine.act',
  params: HeldParams,
  body: HeldOrder,
  answer: HeldDone,
} as const

/** Mail of our people that policy holds before it leaves. */
export const heldRoutes = {
  held: {
    method: 'GET',
    access: 'mail.read',
    ofPeople: true,
    path: '/api/v1/held',
    summary: 'Mail of our own people that policy holds before it leaves, oldest first.',
    query: HeldQuery,
    answer: HeldList,
  },
  releaseHeld: {
    ...order,
    ofPeople: true,
    path: '/api/v1/held/:id/release',
    summary:
      'Sends it to its recipients after all, once. What holds a virus asks for the right `quarantine.virus` too. 409: it is held no more, or is being judged anew.',
  },
  returnHeld: {
    ...order,
    ofPeople: true,
    path: '/api/v1/held/:id/return',
    summary: 'Gives it back to its sender with a notice.',
  },
  withdrawHeld: {
    ...order,
    ofPeople: true,
    path: '/api/v1/held/:id/withdraw',
    summary: 'Takes it back for good: nobody gets it, and its sender no notice.',
  },
} as const satisfies Record<string, ApiRoute>
