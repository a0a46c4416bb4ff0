import type { ReviewOrder } from './review-parts.ts'
import { readReviewSettings } from './review-settings.ts'
import type { ReviewLine, ReviewSession } from './review-store.ts'

export interface ReviewList {
  readonly lines: readonly ReviewLine[]
  /** How many wait in all. */
  readonly waiting: number
  /** Cursor that this page begins behind; null: it is the first. */
  readonly after: string | null
  /** Cursor of the next page; null: this is the last. */
  readonly next: string | null
  /** Messages that we let go by ourselves since the last mail told of them. */
  readonly freed: number
}

const pageSize = 25

/**
 * A page of what waits for somebody, newest first: what came since the last review, or with `older` everything.
 * @param asked.after cursor of the page before; one that is none of ours begins anew
 */
export async function listReview(
  { readReview, settingsOf }: ReviewOrder,
  { address, tenant, since }: ReviewSession,
  asked: { readonly older: boolean; readonly after: string | null },
): Promise<ReviewList> {
  const { visibility } = readReviewSettings(settingsOf(address))
  const after = readCursor(asked.after)
  const query = { address, tenant, visibility, since: asked.older ? null : since, ...(after && { after }) }
  const [found, { waiting }, state] = await Promise.all([
    readReview.list(query, pageSize + 1),
    readReview.count({ address, tenant, visibility, since: null }),
    readReview.state(address),
  ])
  const lines = found.slice(0, pageSize)
  const last = found.length > pageSize ? lines.at(-1) : undefined
  return {
    lines,
    waiting,
    after: after && cursorOf(after),
    next: last ? cursorOf(last) : null,
    freed: state?.tenant === tenant ? state.freed : 0,
  }
}

function cursorOf({ at, messageId, n }: { at: number; messageId: string; n: number }): string {
  return `${at}.${messageId}.${n}`
}

function readCursor(text: string | null): { at: number; messageId: string; n: number } | null {
  const found = /^(\d{1,15})\.([0-9a-z]{16})\.(\d{1,6})$/.exec(text ?? '')
  if (!found) return null
  const [, at = '', messageId = '', n = ''] = found
  return { at: Number(at), messageId, n: Number(n) }
}
