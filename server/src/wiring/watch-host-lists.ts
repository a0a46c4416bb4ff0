import type { HostLists } from '#flow/inspection/host-list.ts'
import type { HostListState } from '#services/links/link-store.ts'
import type { Base } from './base.ts'
import { describeHostLists, type HostListParts, openHostLists } from './host-list-views.ts'

const everyMs = 5000

/**
 * Tells which lists of hosts are not taken, or are too old to count. Each inspection thread reads them for itself; this
 * reading is for people, and for judging where links lead that were followed late.
 */
export function watchHostLists({ config, alarms }: Pick<Base, 'config' | 'alarms'>): {
  /** Null: there are none, or they are not read yet. */
  lists(): HostLists | null
  /** How each list stands, as it was read last. */
  states(): HostListState[]
  stop(): void
} {
  let parts: HostListParts | null = null
  let told: { readonly refused: readonly string[]; readonly old: readonly string[] } = {
    refused: [],
    old: [],
  }
  const look = async () => {
    parts ??= await openHostLists(config)
    if (parts === null) return
    const { folder } = parts
    await folder.refresh()
    const troubles = folder.troubles()
    for (const { name, why } of troubles)
      alarms.raise(
        'host-list-refused',
        name,
        `the list of hosts ${name} is not taken: ${why}; its last good version stays in force`,
      )
    const aged = folder.current().filter(({ made }) => Date.now() - made > config['links.listMaxAge'])
    for (const { name, made } of aged)
      alarms.raise(
        'host-list-old',
        name,
        `the list of hosts ${name} was made on ${new Date(made).toISOString().slice(0, 10)}; it weighs nothing until a newer one comes`,
      )
    const now = { refused: troubles.map((each) => each.name), old: aged.map((each) => each.name) }
    // Also of lists that have gone.
    for (const name of told.refused) if (!now.refused.includes(name)) alarms.clear('host-list-refused', name)
    for (const name of told.old) if (!now.old.includes(name)) alarms.clear('host-list-old', name)
    told = now
  }
  const lookOrTell = () =>
    look().catch((cause: unknown) =>
      alarms.raise(
        'host-list-refused',
        'links.lists',
        `lists of hosts cannot be read: ${(cause as Error).message}`,
      ),
    )
  void lookOrTell()
  const timer = setInterval(() => void lookOrTell(), everyMs)
  return {
    lists: () => parts?.lists ?? null,
    states: () => (parts === null ? [] : describeHostLists(parts)),
    stop: () => clearInterval(timer),
  }
}
