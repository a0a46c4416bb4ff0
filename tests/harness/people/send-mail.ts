/** Sends ordinary mail: a process of its own (mail-source.ts). */
import { sendLoad } from '../load.ts'
import type { MailOrder } from './mail-source.ts'

process.on('message', (order: MailOrder) => {
  const { port, messages, rate, size, mailboxes } = order
  void sendLoad({
    port: () => port,
    messages,
    connections: 40,
    perConnection: 100,
    size,
    rcptTo: (index) => mailboxes[index % mailboxes.length] ?? '',
    ...(rate > 0 && { rate }),
  }).then((sent) => process.send?.(sent))
})
process.on('disconnect', () => process.exit())
