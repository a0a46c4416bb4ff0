import { toPrintable, wrapWords } from '#ground/mail/printable-text.ts'
import { ownDomain } from '#ground/platform/config/own-domain.ts'
import { guardedFetch } from '#ground/platform/web/guarded-fetch.ts'
import { statusPlaceOf } from '#services/status/publish-status.ts'
import type { SubscriberMail, SubscriberParts } from '#services/subscribers/subscriber-parts.ts'
import type { Base } from './base.ts'
import { fromNameOf } from './brand-look.ts'
import { buttonOf, mailOf, paragraphOf } from './notice-markup.ts'
import { createNoticeSender } from './notice-sender.ts'
import { composeOwnNotice, type OwnNotice } from './own-notice.ts'
import { webRules } from './web-rules.ts'

const keysForMs = 30_000
/** Notices are short and answers are not read. */
const mostAnswerBytes = 4096

/** Joins services/subscribers to the spool, which its mails go through, and to settings as they are now. */
export function createSubscriberParts(base: Base): SubscriberParts {
  const { config, folder, stores, spool } = base
  const senderOf = createNoticeSender(base)
  const housed = keepFor(keysForMs, () => readHouse(base))
  return {
    subscribers: stores.subscribers,
    status: stores.status,
    readStatus: stores.readStatus,
    directory: stores.directory,
    access: stores.access,
    page: statusPlaceOf(config, folder).page,
    pageUrl: () => config['console.url'].replace(/\/$/, ''),
    wasSent: async (id) => (await stores.ledger.read(id)) !== null,
    async send(mail) {
      const notice = {
        ...noticeOf(mail, await housed()),
        ...(mail.isNotice && { mailFrom: senderOf(mail.id) }),
      }
      await spool.accept(composeOwnNotice(notice, config, Date.now()))
    },
    fetch: guardedFetch(webRules(config, mostAnswerBytes)),
    onUnreachable: () => base.metrics.subscribersUnreachable.inc(),
    now: () => Date.now(),
  }
}

type House = Pick<OwnNotice, 'tenant' | 'signers' | 'fromName'>

/** Whose mail it is: the operator's, signed with the keys of the domain that it is from. */
async function readHouse({ stores, config, brands }: Base): Promise<House> {
  const [tenants, keys] = await Promise.all([stores.directory.tenants(), stores.dkim.keys(ownDomain(config))])
  const tenant = tenants.find((each) => each.level === 'operator')?.id ?? ''
  return {
    tenant,
    signers: keys.filter((each) => each.state === 'active'),
    fromName: await fromNameOf(brands, tenant),
  }
}

/** A thousand notices in a row are of the same house. */
function keepFor<Kept>(ms: number, read: () => Promise<Kept>): () => Promise<Kept> {
  let at = Number.NEGATIVE_INFINITY
  let kept: Promise<Kept> | null = null
  return () => {
    if (kept === null || performance.now() - at > ms) {
      at = performance.now()
      kept = read()
      kept.catch(() => {
        kept = null
      })
    }
    return kept
  }
}

function noticeOf(mail: SubscriberMail, house: House): OwnNotice {
  const { id, to, paragraphs, button, leaveUrl } = mail
  const texts = paragraphs.map((each) => toPrintable(each, 4000))
  const subject = toPrintable(mail.subject, 200)
  const leave = leaveUrl === null ? [] : ['', 'Leave:', '', leaveUrl]
  return {
    ...{ id, to, subject, ...house, kind: 'auto-generated' },
    lines: [
      'Hello,',
      ...texts.flatMap((each) => ['', ...wrapWords(each, 72)]),
      ...leave,
      '',
      `${button.label}:`,
      '',
      button.url,
    ],
    html: mailOf(subject, [
      ...texts.map((each, n) => paragraphOf(each, n === 0)),
      buttonOf(button.label, button.url),
      ...(leaveUrl === null ? [] : [buttonOf('Leave', leaveUrl)]),
    ]),
    ...(leaveUrl !== null && {
      headers: [`List-Unsubscribe: <${leaveUrl}>`, 'List-Unsubscribe-Post: List-Unsubscribe=One-Click'],
    }),
    facts: { statusNotice: subject },
  }
}
