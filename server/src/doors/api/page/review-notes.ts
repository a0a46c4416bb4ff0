import { senderOf } from '#services/quarantine/sender-of.ts'
import type { ReviewRights } from '#services/review/act-on-review.ts'
import type { ReviewLine } from '#services/review/review-store.ts'
import { type Html, html } from './html.ts'
import { reviewNote } from './review-layout.ts'
import { olderMark, pathOf, titleOfMail } from './review-list-page.ts'

/** What is said after a button was pressed; the address names only which words, never the words. */
const words: Readonly<Record<string, (mail: Html, sender: Html) => Html>> = {
  delivered: (mail) => html`${mail} is on its way to you. It is scanned once more before it leaves.`,
  asked: (mail) => html`You have asked for ${mail}. A manager decides, and you hear by mail.`,
  deleted: (mail) => html`${mail} is deleted.`,
  blocked: (_mail, sender) =>
    html`${sender} is blocked: mail from there will be set aside for you. This takes a minute.`,
  allowed: (_mail, sender) =>
    html`${sender} is allowed: mail from there will reach you, unless it is dangerous. This takes a minute.`,
  reported: (mail) => html`Thank you. That ${mail} was set aside is looked into, and you hear by mail.`,
  idle: (mail) => html`${mail} was dealt with before; nothing more was done.`,
}
const refusals: Readonly<Record<string, (mail: Html, sender: Html) => Html>> = {
  'not-deliver': (mail) => html`Only your managers can let ${mail} go.`,
  'not-delete': (mail) => html`${mail} could not be deleted.`,
  'not-block': (_mail, sender) => html`${sender} cannot be blocked by you; ask your managers.`,
  'not-allow': (_mail, sender) =>
    html`${sender} cannot be allowed: anybody could write in that name, or your managers keep the lists.`,
  'not-report': (mail) => html`${mail} cannot be reported: it has no id of its own.`,
}

/** The line above the list, from what the address says was done; null: nothing, or it is not his. */
export async function noteOf(
  { done, of, older }: Readonly<Record<string, unknown>>,
  read: (messageId: string, n: number) => Promise<ReviewLine>,
  rightsOver: (line: ReviewLine) => ReviewRights,
): Promise<Html | null> {
  const found = typeof of === 'string' ? /^([0-9a-z]{16})\.(\d{1,6})$/.exec(of) : null
  const name = typeof done === 'string' ? done : ''
  const isGood = Object.hasOwn(words, name)
  const say = isGood ? words[name] : Object.hasOwn(refusals, name) ? refusals[name] : undefined
  if (!say || !found) return null
  const line = await read(found[1] ?? '', Number(found[2])).catch(() => null)
  if (!line) return null
  const sender = senderOf(line)
  const text = say(html`“<bdi>${titleOfMail(line)}</bdi>”`, html`<bdi>${sender}</bdi>`)
  const offers = (name === 'delivered' || name === 'asked') && sender !== '' && rightsOver(line).mayList
  return reviewNote(
    isGood ? 'good' : 'bad',
    offers ? html`${text}${allowMark(line, sender, older === '1')}` : text,
  )
}

function allowMark(line: ReviewLine, sender: string, older: boolean): Html {
  return html`<form method="post" action="${pathOf(line)}/allow"><button>Always allow <bdi>${sender}</bdi></button>${olderMark(older)}</form>`
}
