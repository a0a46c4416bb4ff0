import { setTimeout } from 'node:timers/promises'
import type { ContentKeysState } from '#services/content/content-key-store.ts'
import { forgetContentKey } from '#services/content/forget-content-key.ts'
import { type ContentKeyOrder, rotateContentKey } from '#services/content/rotate-content-key.ts'
import { UseError } from './arguments.ts'
import { counted } from './counted.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import type { Site } from './site.ts'
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
    const rotation = await rotateContentKey(orderOf(site))
    const { key, rewrapped, dropped } = rotation
    const gone = dropped.length === 0 ? '' : `; ${counted(dropped.length, 'old key')} taken away`
    out.answer(rotation, `Key ${key} is in use, also for ${counted(rewrapped, 'kept message')}${gone}.`)
    return 0
  },
}

const forget: SiteCommand = {
  name: 'forget',
  summary: 'gives up a key that is lost for good',
  help: `Usage: mailkeep content-key forget KEY --yes
Gives up a key that messages wait for and that is lost for good. Their content counts as damaged from then on: it is
parked, and can be returned (without what it said) or deleted. Nothing brings it back, nor does the key itself.`,
  options: { yes: { type: 'boolean' } },
  async run(site, given, out) {
    const [key, ...more] = given.words
    if (key === undefined || more.length > 0) throw new UseError('name one key')
    if (!given.flag('yes'))
      throw new UseError(`what needs key ${key} would be lost for good; say --yes to do it`)
    const messages = await forgetContentKey(orderOf(site), key)
    out.answer(
      { key, messages },
      `Key ${key} is given up, and with it the content of ${counted(messages, 'message')}.`,
    )
    return 0
  },
}

/** Time that a running server has for its own between two transactions. */
const restMs = 20

const orderOf = ({ contentKeys, access, who }: Site): ContentKeyOrder => ({
  ...{ contentKeys, access, who },
  at: Date.now(),
  rest: () => setTimeout(restMs),
})

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
  summary: 'keys of content that is encrypted at rest: lists, rotates, gives up',
  verbs: [list, rotate, forget],
}
