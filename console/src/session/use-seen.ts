import { useState } from 'react'
import { ApiFault } from '../api/api-fault.ts'
import { tagOf } from '../api/ask.ts'

/**
 * What a form on a page began with, whatever comes meanwhile. What somebody else has changed since is not written over:
 * the order is refused once. Then the page shows what holds now, and the next press is about that: so a form of several
 * fields shows and sends what was typed over it (`changedIn`), never a copy of all.
 */
export function useSeen<Value extends object>(
  present: Value,
): {
  readonly seen: Value
  readonly change: (order: (ifMatch?: string) => Promise<Value>) => Promise<Value>
} {
  const [kept, keep] = useState<Value | null>(present)
  const seen = kept ?? present
  const change = async (order: (ifMatch?: string) => Promise<Value>) => {
    try {
      const next = await order(tagOf(seen))
      keep(next)
      return next
    } catch (cause) {
      if (cause instanceof ApiFault && cause.status === 412) keep(null)
      throw cause
    }
  }
  return { seen, change }
}
