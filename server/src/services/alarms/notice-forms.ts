import { toPrintable } from '#ground/mail/printable-text.ts'
import { toChatText } from '#services/webhooks/chat-text.ts'
import { signPayload } from '#services/webhooks/sign-payload.ts'
import type { Target, TargetForm } from './alarm-store.ts'
import type { NoticeWords } from './notice-words.ts'

/** What is posted: a body, and what stands before it. */
export interface NoticePost {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** PagerDuty takes a summary of 1024 characters and 512 KB in all; Slack 3000 a section, 150 a header. */
const longestSummary = 1024
const longestHeader = 150
const longestSection = 2800
const linesOfPager = 50
const linesOfChat = 10
const linesOfWebhook = 500

/** Makes of a notice what a program reads. Messages of one notice have one id, so that the end closes what began. */
export function postOf(
  target: Pick<Target, 'form' | 'secret'> & { readonly form: Exclude<TargetForm, 'mail'> },
  words: NoticeWords,
  message: string,
  at: number,
): NoticePost {
  const body = JSON.stringify(bodies[target.form](words, target.secret, message))
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'mailkeep-delivery': message,
      ...(target.form === 'webhook' && { 'mailkeep-signature': signPayload(target.secret, body, at) }),
    },
  }
}

const bodies: Readonly<
  Record<Exclude<TargetForm, 'mail'>, (words: NoticeWords, secret: string, message: string) => object>
> = {
  webhook: (words, _secret, message) => ({
    id: message,
    notice: words.notice,
    kind: words.about === 'alarms' ? words.news : words.about,
    ...{ headline: toPrintable(words.headline, longestSummary), severity: words.severity },
    ...{ scope: words.scope, since: moment(words.since), ended: words.ended, count: words.lines.length },
    groups: words.groups,
    incidents: words.incidents,
    url: words.url || null,
    alarms: words.lines.slice(0, linesOfWebhook).map(({ name, subject, text, since, state, why }) => ({
      ...{ name, subject, text, since: moment(since), state, ...(state === 'wrong' && { why }) },
    })),
  }),
  pagerduty: (words, secret) => {
    const isOver = words.news === 'over' || words.news === 'wrong'
    const { lines, groups, incidents } = words
    const links = [
      ...(words.url === '' ? [] : [{ href: words.url, text: 'All alarms of this notice' }]),
      ...incidents
        .filter((each) => each.url !== '')
        .map(({ name, url }) => ({ href: url, text: toPrintable(`Incident: ${name}`, 200) })),
    ]
    return {
      routing_key: secret,
      event_action: isOver ? 'resolve' : 'trigger',
      dedup_key: `mailkeep-${words.notice}`,
      payload: {
        summary: toPrintable(words.headline, longestSummary - 1),
        source: toPrintable(words.source, 254) || 'mailkeep',
        ...{ severity: words.about === 'alarms' ? words.severity : 'info', timestamp: moment(words.since) },
        ...{ component: words.part, group: words.scope, class: words.name || 'test' },
        custom_details: {
          alarms: groups.reduce((sum, each) => sum + each.count, 0),
          kinds: Object.fromEntries(groups.map((each) => [each.name, each.count])),
          list: lines
            .slice(0, linesOfPager)
            .map((each) =>
              toPrintable(
                `${each.name} ${each.subject}: ${each.why === '' ? each.text : `it was wrong: ${each.why}`}`,
                500,
              ),
            ),
          ...(lines.length > linesOfPager && { more: `${lines.length - linesOfPager} more: see the link` }),
          ...(incidents.length > 0 && { incidents: incidents.map((each) => each.name) }),
        },
      },
      links,
      client: 'Mailkeep',
      ...(words.url !== '' && { client_url: words.url }),
    }
  },
  slack: (words) => {
    const head = toChatText(words.headline, 1000)
    const all = words.lines
      .slice(0, linesOfChat)
      .map((each) => `• *${toChatText(each.name, 60)}* ${toChatText(each.why || each.text, 200)}`)
    const rows = fitting(all, longestSection)
    const rest = words.lines.length - rows.length
    if (rest > 0) rows.push(`and ${rest} more`)
    const facts = [
      ...(words.about !== 'alarms' ? [] : [`severity ${words.severity}`]),
      `of ${toChatText(words.scope, 320)}`,
      ...words.incidents.slice(0, 3).map((each) => `incident ${link(each.url, each.name)}`),
      ...(words.ended > 0 ? [`${words.ended} are over`] : []),
      ...(words.url === '' ? [] : [link(words.url, 'all of them')]),
      ...(words.ackUrl === '' ? [] : [link(words.ackUrl, 'acknowledge')]),
    ]
    return {
      text: `${icons[words.news]} ${head}`,
      blocks: [
        {
          type: 'header',
          text: { type: 'plain_text', text: toPrintable(words.headline, longestHeader - 1) },
        },
        ...(rows.length === 0 ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: rows.join('\n') } }]),
        { type: 'context', elements: [{ type: 'mrkdwn', text: facts.join(' · ') }] },
      ],
    }
  },
}

const icons: Readonly<Record<NoticeWords['news'], string>> = {
  raised: ':warning:',
  update: ':warning:',
  over: ':white_check_mark:',
  wrong: ':leftwards_arrow_with_hook:',
}

/** As many rows as fit: one that is cut might end within an escape. */
function fitting(rows: readonly string[], longest: number): string[] {
  let length = 0
  return rows.filter((each) => {
    length += each.length + 1
    return length <= longest
  })
}

/** Addresses are ours; what they are called may not be. */
const link = (url: string, name: string) =>
  url === '' ? toChatText(name, 60) : `<${url}|${toChatText(name, 60).replace(/\|/g, '¦')}>`

const moment = (at: number) => new Date(at).toISOString()
