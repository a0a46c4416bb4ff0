import { routes } from '@mailkeep/contract'
import { useRef, useState } from 'react'
import { useOrder } from '../../session/use-order.ts'

/** Somebody to whom no mail was sent, and why. */
export interface NotSent {
  readonly address: string
  readonly why: string
}

/** How far the sending of review mails has come. */
export interface Sending {
  /** How many were asked for, sent or not. */
  readonly done: number
  readonly notSent: readonly NotSent[]
  readonly state: 'asking' | 'sending' | 'over'
}

/** Asks for review mails one after the other: what stands against one holds up nobody else's. */
export function useSending(): Sending & {
  /** Resolves with who got none, when all are through or it was stopped. */
  readonly start: (addresses: readonly string[]) => Promise<readonly NotSent[]>
  /** Ends it behind the one that is under way. */
  readonly stop: () => void
} {
  const send = useOrder(routes.sendReviewMail, [routes.reviewPeople])
  const [sending, setSending] = useState<Sending>({ done: 0, notSent: [], state: 'asking' })
  const isStopped = useRef(false)
  return {
    ...sending,
    async start(addresses) {
      const notSent: NotSent[] = []
      setSending({ done: 0, notSent: [], state: 'sending' })
      for (const [index, address] of addresses.entries()) {
        if (isStopped.current) notSent.push({ address, why: 'it was stopped before' })
        else
          await send
            .give({ body: { address } })
            .catch((fault: Error) => notSent.push({ address, why: whyOf(fault) }))
        setSending({ done: index + 1, notSent: [...notSent], state: 'sending' })
      }
      setSending((before) => ({ ...before, state: 'over' }))
      return notSent
    },
    stop: () => {
      isStopped.current = true
    },
  }
}

function whyOf(fault: Error & { readonly detail?: string }): string {
  return fault.detail ?? fault.message
}
