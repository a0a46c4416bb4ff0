import { type Click, type ClickAnswer, type Clicker, click } from './click.ts'
import type { Pause } from './pauses.ts'

/** Somebody who looks after his own mail. */
export interface Person extends Clicker {
  readonly address: string
  /** Path of his link; empty: he has to ask for one. */
  link: string
}

/** How long he thinks before each click. */
const thinkMs = [8000, 40_000] as const
/** A link in a review mail opens so often. */
const pressesALink = 3
const mailWaitMs = 60_000

/**
 * A person until `pause` says that it is over: opens his link, looks at what waits, shows a message, has one delivered,
 * leaves, comes again; when the link is used up he asks for one.
 * @param mailed the link of the next mail to him; it has to be waited for from before he asks
 */
export async function lookAfterMail(
  who: Person,
  note: (click: Click) => void,
  pause: Pause,
  mailed: (address: string, waitMs: number) => Promise<string>,
): Promise<void> {
  const ask = (what: string, path: string, form?: Readonly<Record<string, string>>) =>
    click(who, [what, path], note, form)
  let presses = 0
  while (await pause.think(thinkMs)) {
    if (presses >= pressesALink || who.link === '') {
      await ask('review', '/review')
      if (!(await pause.think(thinkMs))) return
      const coming = mailed(who.address, mailWaitMs)
      const answer = await ask('review: ask for a link', '/review', { address: who.address })
      const code = /class="code"><span>(\d{6})</.exec(answer.body)?.[1] ?? ''
      const link = await coming
      // Three links in a quarter of an hour are all that anybody gets: he comes again later.
      if (link === '') continue
      if (!(await pause.think(thinkMs))) return
      await ask('link', link)
      enter(who, await ask('link: press', link, { code }))
    } else {
      await ask('link', who.link)
      if (!(await pause.think(thinkMs))) return
      enter(who, await ask('link: press', who.link, {}))
      presses += 1
    }
    if (!(await lookAround(ask, pause))) return
    who.cookie = ''
  }
}

type Ask = (what: string, path: string, form?: Readonly<Record<string, string>>) => Promise<ClickAnswer>

/** What he does once he is in. False: all is over. */
async function lookAround(ask: Ask, pause: Pause): Promise<boolean> {
  const { body } = await ask('list', '/review/messages?older=1')
  const waiting = [...body.matchAll(/action="(\/review\/messages\/\w{16}\/\d+)\/deliver"/g)].map(
    ([, path]) => path ?? '',
  )
  const one = pause.pick(waiting)
  if (one !== undefined) {
    if (!(await pause.think(thinkMs))) return false
    await ask('show', `${one}/show`, {})
    // Most of it is what it seems to be, and is left or deleted.
    const act = pause.pick(['deliver', 'delete', 'nothing', 'nothing'])
    if (!(await pause.think(thinkMs))) return false
    if (act !== 'nothing') {
      await ask(act === 'delete' ? 'ask-delete' : 'deliver', `${one}/${act}`, {})
      if (act === 'delete') await ask('delete', `${one}/${act}`, { sure: '1' })
      await ask('list', '/review/messages?older=1')
    }
  }
  if (!(await pause.think(thinkMs))) return false
  await ask('leave', '/review/leave', {})
  return true
}

function enter(who: Person, { headers }: ClickAnswer): void {
  who.cookie = (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? ''
}
