import { join } from 'node:path'
import { splitEndpoint } from '#flow/gateway/create.ts'
import { toPrintable, wrapWords } from '#ground/mail/printable-text.ts'
import { DirectWay } from '#services/alarms/direct-way.ts'
import type { Base } from './base.ts'
import { composeOwnNotice } from './own-notice.ts'
import { sendBySmtp } from './send-by-smtp.ts'
import { createTellingMark } from './telling-mark.ts'

/** A process that has told and is gone keeps the others silent no longer than this, or six looks. */
const keptMs = 180_000

/** Joins the last way of alarms to a server that is not ours; null: no server or no address is set. */
export function createDirectWay({ config, alarms, folder }: Base, lookMs: number): DirectWay | null {
  const [to, by] = [config['alarms.directTo'], config['alarms.directBy']]
  if (to.length === 0 || by === '') return null
  const [host, port] = splitEndpoint(by)
  const mark = createTellingMark(join(folder, 'told-directly'), Math.max(keptMs, 6 * lookMs), Date.now)
  const site = config['site.host']
  return new DirectWay({
    async send(subject, lines) {
      const notice = {
        ...{ to: to.join(', '), tenant: '', kind: 'auto-generated' as const, facts: {} },
        subject: `${subject} at ${site}, process ${process.pid} of ${config['node.name']}`,
        lines: lines.flatMap((each) => (each === '' ? [''] : wrapWords(toPrintable(each, 1000), 72))),
      }
      const { body } = composeOwnNotice(notice, config, Date.now())
      const content = body.kind === 'inline' ? Buffer.from(body.bytes).toString('latin1') : ''
      await sendBySmtp({ host, port }, site, { mailFrom: '', rcptTo: to, content })
    },
    open: () => alarms.open(),
    mark,
    silentMs: () => config['watch.silentAfter'],
    lookMs,
    now: () => performance.now() + performance.timeOrigin,
  })
}
