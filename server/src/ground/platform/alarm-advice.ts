import type { Advice } from './alarm-advice/advice.ts'
import { certificatesAdvice } from './alarm-advice/certificates-advice.ts'
import { consoleAdvice } from './alarm-advice/console-advice.ts'
import { deliveryAdvice } from './alarm-advice/delivery-advice.ts'
import { directoryAdvice } from './alarm-advice/directory-advice.ts'
import { gatewayAdvice } from './alarm-advice/gateway-advice.ts'
import { inspectionAdvice } from './alarm-advice/inspection-advice.ts'
import { listsAdvice } from './alarm-advice/lists-advice.ts'
import { radarAdvice } from './alarm-advice/radar-advice.ts'
import { sendingAdvice } from './alarm-advice/sending-advice.ts'
import { storageAdvice } from './alarm-advice/storage-advice.ts'
import { syncAdvice } from './alarm-advice/sync-advice.ts'
import { watchAdvice } from './alarm-advice/watch-advice.ts'
import type { AlarmPart } from './alarm-kinds.ts'

/** Advice by the part of the site that an alarm comes from. */
export const adviceByPart: Readonly<Record<AlarmPart, Readonly<Record<string, Advice>>>> = {
  gateway: gatewayAdvice,
  directory: directoryAdvice,
  inspection: inspectionAdvice,
  delivery: deliveryAdvice,
  sending: sendingAdvice,
  storage: storageAdvice,
  certificates: certificatesAdvice,
  console: consoleAdvice,
  lists: listsAdvice,
  sync: syncAdvice,
  radar: radarAdvice,
  watch: watchAdvice,
}

/**
 * What every kind of alarm means and what to do, by name: told in the console, by `mailkeep alarm list`, by the API and on
 * docs/reference/alarms.md (`scripts/gen-reference.ts` writes it there). `todo` is read by itself, below the text of the
 * alarm: it names commands whole and asks for no other row.
 */
export const alarmAdvice: Readonly<Record<string, Advice>> = Object.fromEntries(
  Object.values(adviceByPart)
    .flatMap((each) => Object.entries(each))
    .sort(([one], [other]) => (one < other ? -1 : 1)),
)

/** Advice as it is told outside the docs. */
export interface PlainAdvice extends Advice {
  readonly name: string
}

/**
 * Advice for each of the kinds named, once and by name, as plain text: what stands in backquotes is typed as it is, and a
 * page of the docs is named by its path. A kind that this version does not know has none.
 */
export function adviceFor(names: Iterable<string>): PlainAdvice[] {
  return [...new Set(names)].sort().flatMap((name) => {
    const known = Object.hasOwn(alarmAdvice, name) ? alarmAdvice[name] : undefined
    return known ? [{ name, means: plain(known.means), todo: plain(known.todo) }] : []
  })
}

function plain(text: string): string {
  return text
    .replace(/\(\[[^[\]]+\]\(\.\.\/([a-z/.-]+)(?:#[a-z-]+)?\)\)/g, '(docs/$1)')
    .replace(/\[([^[\]]+)\]\(\.\.\/([a-z/.-]+)(?:#[a-z-]+)?\)/g, '$1 (docs/$2)')
    .replace(/\*([^*`]+)\*/g, '“$1”')
}
