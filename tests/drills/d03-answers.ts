import { waitUntil } from '../harness/wait-until.ts'
import { isForNobody, isForStore, type Offered, type StoreRig } from './d03-rig.ts'
import type { DrillReport } from './drill.ts'

/** What the list of the site tells of an envelope. */
interface ListedEnvelope {
  readonly messageId: string
  readonly rcptTo: string
  readonly mailFrom: string
  readonly reply: string
}

/** Valid: taken or put off. Nobody: 550 as long as the snapshot can tell, and never taken. */
export function holdAnswers(report: DrillReport, what: string, { of }: Offered): void {
  const hard = of.valid.refused + of.new.refused
  const words = ({ taken, putOff, refused }: Offered['of']['valid']) =>
    `${taken} taken, ${putOff} put off, ${refused} refused`
  report.hold(
    `${what}: 5xx to valid recipients`,
    '0',
    `${hard} (${words(of.valid)}; new: ${words(of.new)})`,
    hard === 0,
  )
  const { taken, refused } = of.invalid
  report.hold(
    `${what}: nobody is let in, and hears 550`,
    '0 taken, all 550',
    words(of.invalid),
    taken === 0 && refused > 0 && of.invalid.putOff === 0,
    // A gateway that is short of time puts off before it asks who it is for.
    taken === 0 ? 'timed' : undefined,
  )
}

/**
 * I9 of what was not taken: every envelope that was put off, by the id that its sender has, and no other.
 * @param since when the first of them was offered (ms)
 */
export async function listed(
  report: DrillReport,
  { site }: StoreRig,
  what: string,
  since: number,
  all: readonly Offered[],
): Promise<void> {
  const heard = new Set(all.flatMap((each) => [...each.putOff]))
  const unheard = all
    .flatMap(({ sent }) => sent)
    .filter(({ outcome }) => outcome === 'unknown')
    .map(({ rcptTo }) => rcptTo)
  const look = async () => {
    const { rows } = await site.json<{ rows: ListedEnvelope[] }>(
      ...['affected', '--since', new Date(since).toISOString(), '--kind', 'refused'],
    )
    const found = rows.filter(({ reply, rcptTo }) => !isForNobody(rcptTo) && isForStore.test(reply))
    return compareList(found, heard, unheard)
  }
  let last = { right: 0, others: 0 }
  const isExact = () => last.right === heard.size && last.others === 0
  // Rows come a moment after the answer.
  await waitUntil('the list is exact', async () => {
    last = await look()
    return isExact()
  }).catch(() => null)
  report.sight(
    'list',
    `I9 ${what}: envelopes that were put off`,
    'each of them, no other, with sender and recipient',
    `${last.right} listed of ${heard.size} put off, ${last.others} others`,
    heard.size > 0 && isExact(),
  )
}

/**
 * How many of the rows are right, and how many nobody was told of.
 * @param heard ids that senders have heard
 * @param unheard recipients of envelopes whose answer was lost: a row of each may stand there, by an id that nobody has
 */
export function compareList(
  rows: readonly ListedEnvelope[],
  heard: ReadonlySet<string>,
  unheard: readonly string[],
): { readonly right: number; readonly others: number } {
  const lost = [...unheard]
  const isOther = ({ rcptTo }: ListedEnvelope) => {
    const place = lost.indexOf(rcptTo)
    if (place >= 0) lost.splice(place, 1)
    return place < 0
  }
  const own = rows.filter(({ messageId }) => heard.has(messageId))
  return {
    right: own.filter(({ rcptTo, mailFrom }) => rcptTo !== '' && mailFrom !== '').length,
    others: rows.filter((each) => !heard.has(each.messageId) && isOther(each)).length,
  }
}
