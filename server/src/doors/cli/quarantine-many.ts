import { readList } from '#services/ledger/read-list.ts'
import { actOnMany } from '#services/quarantine/act-on-many.ts'
import type { QuarantineAction, QuarantineSelection } from '#services/quarantine/quarantine-store.ts'
import { isForMany } from '#services/tasks/is-for-many.ts'
import { type Arguments, UseError } from './arguments.ts'
import { counted } from './counted.ts'
import type { Output } from './output.ts'
import { readConditions } from './quarantine-options.ts'
import type { Site } from './site.ts'

/** What was done, for the sentence at the end. */
const words: Readonly<Record<QuarantineAction, string>> = {
  release: 'Released',
  delete: 'Deleted',
  rejudge: 'To be judged anew:',
}

/**
 * An order for all that ids and conditions mean: counts first, and does it where `--yes` is said. The exit code is 1
 * where nothing was done.
 */
export async function orderMany(
  action: QuarantineAction,
  rescan: boolean,
  site: Site,
  given: Arguments,
  out: Output,
): Promise<number> {
  const now = Date.now()
  const selection = await readSelection(site, given, now)
  const { deliveries, messages, viruses } = await site.quarantine.count(selection)
  const meant = `${counted(deliveries, 'delivery', 'deliveries')} of ${counted(messages, 'message')}`
  const mayVirus = action !== 'release' || given.flag('viruses') || namesViruses(selection)
  const infected = describeViruses(viruses, mayVirus)
  if (deliveries === 0 || !given.flag('yes')) {
    const text =
      deliveries === 0
        ? `There is nothing in quarantine to ${action}.`
        : `This would ${action} ${meant}.${infected} Nothing is done yet: say --yes to do it.`
    out.answer({ action, deliveries, viruses, done: 0 }, text)
    return 1
  }
  const order = { action, selection, mayVirus, lifeMs: site.loaded.config['delivery.expiryInbound'] }
  const giver = { who: site.who, ip: '', orderedAt: now, isForMany: isForMany(deliveries) }
  const done = await actOnMany(site.quarantine, { ...order, rescan }, giver, (soFar) =>
    out.progress(`${soFar} of ${deliveries}`),
  )
  out.progress('')
  const next = rescan ? ' It is scanned once more before it leaves.' : ''
  out.answer(
    { action, deliveries, viruses, done },
    `${words[action]} ${counted(done, 'delivery', 'deliveries')}.${next}${infected}`,
  )
  return done === 0 ? 1 : 0
}

/** Whoever asks for viruses by name means them. */
function namesViruses({ reason = '' }: QuarantineSelection): boolean {
  return readList(reason).includes('virus')
}

function describeViruses(viruses: number, mayVirus: boolean): string {
  if (viruses === 0) return ''
  const were = ` ${viruses} of those meant ${viruses === 1 ? 'was' : 'were'} set aside for a virus`
  if (mayVirus) return `${were}.`
  return `${were} and ${viruses === 1 ? 'stays' : 'stay'}; --viruses means ${viruses === 1 ? 'it' : 'them'} too.`
}

async function readSelection(site: Site, given: Arguments, now: number): Promise<QuarantineSelection> {
  const conditions = await readConditions(site, given, now)
  if (given.words.length === 0 && Object.keys(conditions).length === 0)
    throw new UseError('name one message, or say which by conditions, as for "quarantine list"')
  return { ...conditions, ...(given.words.length > 0 && { messageIds: given.words }) }
}
