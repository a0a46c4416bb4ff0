import type { ContentKeysState } from '#services/content/content-key-store.ts'
import { rotateContentKey } from '#services/content/rotate-content-key.ts'
import { counted } from './counted.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const list: SiteCommand = {
  name: 'list',
  summary: 'lists the keys of encrypted content',
  help: `Usage: mailkeep content-key list
Lists the keys in secrets/content.keys, how many kept messages need each, and those that are needed and not there.
Never shows a key itself. Exit code 1: one is missing, or is another one than it was; its mail waits.`,
  options: {},
  isReading: true,
  async run(site, _given, out) {
    const state = await site.contentKeys.state()
    out.answer(state, describe(state))
    return state.missing.length > 0 || state.fault !== null ? 1 : 0
  },
}

const rotate: SiteCommand = {
  name: 'rotate',
  summary: 'makes a new key for encrypted content',
  help: `Usage: mailkeep content-key rotate
Makes a new key for what comes, and wraps the keys of all kept messages with it; the content itself is not touched, and
the server goes on meanwhile. Keys from before that nothing needs go a day later, with the next rotation. Make a backup
afterwards: one from before has the old keys only, which is enough for its own mail.`,
  options: {},
  async run(site, _given, out) {
    const order = { contentKeys: site.contentKeys, access: site.access, who: site.who, at: Date.now() }
    const rotation = await rotateContentKey(order)
    const { key, rewrapped, dropped } = rotation
    const gone = dropped.length === 0 ? '' : `; ${counted(dropped.length, 'old key')} taken away`
    out.answer(rotation, `Key ${key} is in use, also for ${counted(rewrapped, 'kept message')}${gone}.`)
    return 0
  },
}

function describe({ keys, missing, fault, path }: ContentKeysState): string {
  const rows = keys.map(({ id, madeAt, messages }, index) => [
    id,
    localTime(madeAt),
    String(messages),
    index === keys.length - 1 ? 'in use' : 'for kept mail',
  ])
  const lines =
    keys.length === 0
      ? ['There are no keys: none was needed so far.']
      : [table(['key', 'made', 'messages', ''], rows)]
  const gone = missing.map(
    ({ id, messages, why }) => `${counted(messages, 'message')} waiting for key ${id}: ${why}`,
  )
  return [...(fault === null ? lines : [`The keys in ${path} cannot be read: ${fault}`]), ...gone].join('\n')
}

/** `./mailkeep content-key`. */
export const command: GroupCommand = {
  name: 'content-key',
  summary: 'keys of content that is encrypted at rest: lists, rotates',
  verbs: [list, rotate],
}
