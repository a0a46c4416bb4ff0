import { toPrintable, wrapWords } from '#ground/mail/printable-text.ts'
import { adviceFor } from '#ground/platform/alarm-advice.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import type { NoticeWords } from '#services/alarms/notice-words.ts'
import type { NoticeMail } from '#services/alarms/tell-alarms.ts'
import { buttonOf, mailOf, paragraphOf } from './notice-markup.ts'
import type { OwnNotice } from './own-notice.ts'

/** So many alarms stand in a mail with all that they say; of more, their kinds are counted. */
const mostListed = 12

/** Of so many kinds, the worst first, a mail says what to do; the page of the notice has all of them. */
const mostAdvised = 3

/** Makes the mail about a notice. What follows the first one stands below it, where mail programs make threads. */
export function alarmMailOf(
  { id, to, tenant, words, first }: NoticeMail,
  host: string,
  fromName: string,
): OwnNotice {
  const subject = toPrintable(words.headline, 300)
  const paragraphs = [...textsOf(words), ...advisedOf(words), ...closingOf(words)]
  const buttons = [
    ...(words.ackUrl === '' ? [] : [['I look after it', words.ackUrl] as const]),
    ...(words.url === '' ? [] : [['See all of it', words.url] as const]),
  ]
  return {
    ...{ id, to, tenant, subject, fromName, kind: 'auto-generated' as const },
    lines: [
      ...paragraphs.flatMap((each) => [...wrapWords(each, 72), '']),
      ...buttons.flatMap(([label, url]) => [`${label}:`, '', url, '']),
    ],
    html: mailOf(subject, [
      ...paragraphs.map((each, n) => paragraphOf(each, n === 0)),
      ...buttons.map(([label, url]) => buttonOf(label, url)),
    ]),
    headers: [
      `X-Mailkeep-Severity: ${words.severity}`,
      ...(first === null ? [] : [`In-Reply-To: <${first}@${host}>`, `References: <${first}@${host}>`]),
    ],
    facts: { alarm: words.name, subject: words.source, about: words.news, notice: words.notice },
  }
}

function textsOf(words: NoticeWords): string[] {
  const { news, groups, notice, about } = words
  if (about === 'test') return ['This is a test of who is told of alarms. Nothing is wrong.']
  if (about !== 'alarms') return words.lines.map((each) => toPrintable(each.text, 2000))
  const isMixed = news === 'update' && words.lines.some((each) => each.state === 'wrong')
  // Those that were wrong are few, and each is named; of those that go on there may be many.
  const wrong = isMixed ? words.lines.filter((each) => each.state === 'wrong').slice(0, mostListed) : []
  const lines = isMixed ? words.lines.filter((each) => each.state !== 'wrong') : words.lines
  const many = words.lines.length > 1 ? [`${toPrintable(words.headline, 300)}.`] : []
  const opening = [
    ...(news === 'wrong' || isMixed ? ['You were told of an alarm that was wrong. We are sorry.'] : []),
    ...(news === 'wrong' ? [] : many),
    ...wrong.map(lineOf),
  ]
  if (lines.length <= mostListed) return [...opening, ...lines.map(lineOf)]
  const counted = groups.map(({ name, count, subjects }) => {
    const named = subjects.map((each) => toPrintable(each, 100)).join(', ')
    return `${count} ${name}: ${named}${count > subjects.length ? ` and ${count - subjects.length} more` : ''}`
  })
  return [...opening, ...counted, `All of them: ./mailkeep alarm list --notice ${notice}`]
}

/** What to do about what is open; of several kinds each is named. */
function advisedOf({ news, about, groups }: NoticeWords): string[] {
  if (about !== 'alarms' || (news !== 'raised' && news !== 'update')) return []
  const kinds = groups.slice(0, mostAdvised).flatMap(({ name }) => adviceFor([name]))
  return kinds.map(({ name, todo }) => `What to do${groups.length > 1 ? ` about ${name}` : ''}: ${todo}`)
}

function lineOf({ name, subject, text, since, state, clearedAt, why }: NoticeWords['lines'][number]): string {
  const what = `${toPrintable(name, 60)}, ${toPrintable(subject, 200)}: ${toPrintable(text, 2000)}`
  const began = `It began at ${utcWords(since)}.`
  if (state === 'over') return `This is over since ${utcWords(clearedAt ?? 0)}: ${what}. ${began}`
  if (state === 'wrong') return `It said: ${what}. What was wrong with it: ${toPrintable(why, 600)}`
  return `${what}. ${began}`
}

function closingOf({ news, severity, scope, incidents, ended, about }: NoticeWords): string[] {
  if (about === 'ended') return []
  const isOpen = news === 'raised' || news === 'update'
  return [
    ...(isOpen && about === 'alarms' ? [`Severity: ${severity}.`] : []),
    ...(ended > 0 ? [`${ended} of those that you were told of are over.`] : []),
    ...incidents.map(({ name, url }) => `Incident: ${toPrintable(name, 200)} ${url}`.trim()),
    `You get this mail because this address is told of alarms of ${toPrintable(scope, 320)}.`,
  ]
}
