import type { WarmUpPlan } from '#flow/delivery/sending/sending-address.ts'
import { OrderError } from '#services/ledger/order-error.ts'

/** What somebody wants of a plan; what he leaves out is usual. */
export interface WantedWarmUp {
  readonly start?: number | undefined
  readonly growth?: number | undefined
  readonly full?: number | undefined
}

const usual = { start: 50, growth: 0.3, full: 20_000 }

/** A plan that begins now. @throws OrderError wrong */
export function planWarmUp(wanted: WantedWarmUp, now: number): WarmUpPlan {
  const { start = usual.start, growth = usual.growth, full = usual.full } = wanted
  if (!Number.isInteger(start) || start < 1 || start > 100_000)
    throw new OrderError('wrong', 'a warm-up starts with 1 to 100,000 messages a day')
  if (!(growth >= 0.05 && growth <= 1))
    throw new OrderError('wrong', 'a warm-up grows by 5 to 100 % a day; 25 to 50 % is usual')
  if (!Number.isInteger(full) || full <= start || full > 10_000_000)
    throw new OrderError('wrong', 'the full volume is above the first one, and 10,000,000 at most')
  return { since: now, start, growth, full }
}
