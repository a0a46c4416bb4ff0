import { OrderError } from '#services/ledger/order-error.ts'
import { askForReviewMail } from '#services/review/attend-to-reviews.ts'
import { approveRequest, denyRequest, type RequestOrder } from '#services/review/decide-request.ts'
import { makeLink } from '#services/review/review-link.ts'
import { showPerson } from '#services/review/show-person.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { addressOfPage } from './page-address.ts'
import { readCount } from './read-count.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const states = ['open', 'approved', 'denied', 'gone'] as const

const status: SiteCommand = {
  name: 'status',
  summary: 'says what waits for somebody, and when he hears of it',
  help: `Usage: mailkeep review status ADDRESS
Says how many messages in quarantine somebody may see, when he was told and looked last, and what he may do.`,
  options: {},
  async run(site, given, out) {
    const { settings, ...view } = await showPerson(site.review, onlyWord(given, 'address'))
    const { maySignIn, mayRelease, mayList } = settings
    const at = (moment: number | null, none: string) => (moment === null ? none : localTime(moment))
    const lines = [
      `${view.address}: ${view.waiting} waiting, ${view.fresh} of them new`,
      `last mail     ${at(view.mailedAt, 'none')}`,
      `last review   ${at(view.reviewedAt, 'none')}`,
      `next look     ${at(view.nextLookAt, 'when something new waits')}`,
      `review mails  ${view.sendsMail ? 'yes' : 'no: by settings, or console.url is not set'}`,
      `may           ${[maySignIn && 'sign in by mail', mayRelease && 'release', mayList && 'keep lists'].filter(Boolean).join(', ') || 'nothing'}`,
    ]
    out.answer({ ...view, maySignIn, mayRelease, mayList }, lines.join('\n'))
    return 0
  },
}

const send: SiteCommand = {
  name: 'send',
  summary: 'sends somebody a review mail now',
  help: `Usage: mailkeep review send ADDRESS
Has the server send a mail with a link to somebody's messages at once, whatever the time of day.`,
  options: {},
  async run(site, given, out) {
    const order = { ...site.review, who: site.who, ip: '' }
    const address = await askForReviewMail(order, onlyWord(given, 'address'))
    out.answer({ address }, `A mail to ${address} is sent within a few seconds.`)
    return 0
  },
}

const link: SiteCommand = {
  name: 'link',
  summary: "makes a link to somebody's messages",
  help: `Usage: mailkeep review link ADDRESS
Makes a link like those in review mails and prints it, for handing it over by other means than mail. Whoever has it
sees that person's messages: three presses of its button, within 72 hours. The audit log says who made it.
Without console.url it leads to this machine only.`,
  options: {},
  async run(site, given, out) {
    const { address } = await showPerson(site.review, onlyWord(given, 'address'))
    const { review, directory, pageUrlOf } = site.review
    const person = await review.person(address)
    if (!person) throw new OrderError('not-found', `there is no user ${address}`)
    const now = Date.now()
    const state = await review.state(address)
    const made = makeLink(person, 'review', { now, since: state?.reviewedAt ?? 0 })
    await review.putLink(made.link)
    await directory.recordChange(
      now,
      'review-link-made',
      site.who,
      { address },
      { tenant: person.tenant, ip: '' },
    )
    // Without console.url it is good on this machine, as a first look needs it.
    const page = (await pageUrlOf(person.tenant)) || addressOfPage(site.loaded.config)
    const url = `${page.replace(/\/$/, '')}/review/link/${made.secret}`
    out.answer({ address, url }, url)
    return 0
  },
}

const requests: SiteCommand = {
  name: 'requests',
  summary: 'lists what people ask to be released',
  help: `Usage: mailkeep review requests [--state open|approved|denied|gone] [--limit N]
Lists messages that people have asked to be released to them, newest first.`,
  options: { state: { type: 'string' }, limit: { type: 'string' } },
  async run(site, given, out) {
    const limit = readCount('limit', given.text('limit'), 100)
    const state = readState(given.text('state'))
    const found = await site.review.readReview.requests(state ? { state } : {}, limit + 1)
    const lines = found.slice(0, limit)
    const rows = lines.map((each) => [
      each.id,
      localTime(each.askedAt).slice(5, 16),
      clip(each.person, 24),
      each.messageId,
      each.verdict,
      each.state,
      clip(each.subject, 20),
    ])
    const head = ['request', 'since', 'person', 'message', 'verdict', 'state', 'subject']
    const sheet = rows.length === 0 ? 'There are no such requests.' : table(head, rows)
    out.answer({ lines, more: found.length > limit }, sheet)
    return 0
  },
}

const approve: SiteCommand = {
  name: 'approve',
  summary: 'lets a message go to who asked for it',
  help: `Usage: mailkeep review approve ID [--note TEXT]
Lets the message of a request go to who asked for it, who hears of it by mail.
  --note  a sentence that the asker reads`,
  options: { note: { type: 'string' } },
  async run(site, given, out) {
    const order = readOrder(site, given)
    const state = await approveRequest(order)
    out.answer(
      { id: order.id, state },
      state === 'approved' ? 'Released.' : 'The message is not there any more.',
    )
    return 0
  },
}

const deny: SiteCommand = {
  name: 'deny',
  summary: 'says no to a request',
  help: `Usage: mailkeep review deny ID [--note TEXT]
Says no to a request: the message stays in quarantine, and who asked hears of it by mail.
  --note  a sentence that the asker reads`,
  options: { note: { type: 'string' } },
  async run(site, given, out) {
    const order = readOrder(site, given)
    await denyRequest(order)
    out.answer({ id: order.id, state: 'denied' }, 'Denied.')
    return 0
  },
}

function readOrder(site: Site, given: Arguments): RequestOrder {
  const note = given.text('note') ?? ''
  if (note.length > 1000) throw new UseError('a note has 1000 characters at most')
  return { ...site.review, who: site.who, ip: '', id: onlyWord(given, 'request'), note, mayVirus: true }
}

function onlyWord(given: Arguments, what: string): string {
  const [word, ...more] = given.words
  if (word === undefined || more.length > 0) throw new UseError(`name one ${what}`)
  return word
}

function readState(text: string | undefined): (typeof states)[number] | undefined {
  if (text === undefined) return undefined
  const found = states.find((each) => each === text)
  if (!found) throw new UseError(`--state is one of ${states.join(', ')}`)
  return found
}

/** `./mailkeep review`. */
export const command: GroupCommand = {
  name: 'review',
  summary: 'mails and links to people about their quarantine, and what they ask for',
  verbs: [status, send, link, requests, approve, deny],
}
