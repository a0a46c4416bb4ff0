import type { NewDelivery, NewMessage } from '../../server/src/flow/spool/message.ts'
import type { Acceptance } from '../../server/src/flow/spool/message-store.ts'
import { newId } from '../../server/src/ground/platform/ids.ts'

/** An accepted message with what a store asks for, of which a test names what matters; one delivery for each given. */
export function acceptanceOf(
  at: number,
  message: Partial<NewMessage>,
  ...deliveries: readonly Partial<NewDelivery>[]
): Acceptance {
  const direction = message.direction ?? 'inbound'
  return {
    message: {
      id: newId(at),
      node: 'node-1',
      direction,
      mailFrom: 'a@sender.example',
      client: { ip: '192.0.2.1', port: 4000, helo: 'mx.sender.example', protocol: 'ESMTP', tls: null },
      parameters: { body: '7BIT', smtputf8: false, ret: null, envid: null },
      size: 12,
      receivedAt: at,
      subject: '',
      headerFrom: '',
      headerMessageId: '',
      state: 'decided',
      explanation: { verdict: 'clean', score: 0, findings: [], facts: {}, timings: {} },
      edits: [],
      ...message,
    },
    body: { kind: 'inline', bytes: Buffer.from('From: a\r\n\r\nb') },
    deliveries: deliveries.map((delivery, n) => {
      const { rcptTo = '', tenant = 'one' } = delivery
      return {
        n,
        rcptTo,
        dsn: { notify: null, orcpt: null },
        tenant,
        lane: `${direction}|${tenant}|${rcptTo.split('@')[1]?.toLowerCase() ?? ''}`,
        state: 'waiting' as const,
        reason: 'just-accepted' as const,
        dueAt: at,
        expiresAt: at + 86_400_000,
        noticeAt: null,
        ...delivery,
      }
    }),
    lease: null,
  }
}
