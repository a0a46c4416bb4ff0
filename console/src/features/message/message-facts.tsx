import type { Trace } from '@mailkeep/contract'
import { Address } from '../../ui/address.tsx'
import { Facts } from '../../ui/facts.tsx'
import { formatBytes } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'

/** Envelope and origin; where header and envelope name different senders, both. */
export function MessageFacts({ trace }: { readonly trace: Trace }) {
  const { client, reply, recipients, recipientsInAll } = trace
  return (
    <Facts
      facts={[
        [
          'From',
          <span key="from" className="mk-row">
            <Address value={trace.mailFrom} none="nobody: a notice" />
            {differs(trace) && (
              <span className="mk-soft">
                header says <bdi className="mk-code">{trace.headerFrom}</bdi>
              </span>
            )}
          </span>,
        ],
        [
          'To',
          <span key="to" className="mk-row">
            <Address value={recipients[0]?.rcptTo ?? ''} />
            {recipientsInAll > 1 && <span className="mk-soft">and {recipientsInAll - 1} more</span>}
          </span>,
        ],
        [
          'From host',
          <span key="host">
            <bdi className="mk-code">{client.helo}</bdi> <span className="mk-code">[{client.ip}]</span>{' '}
            <span className="mk-soft">
              {client.protocol}, {client.tls === '' ? 'not encrypted' : client.tls}
            </span>
          </span>,
        ],
        reply && [
          'Heard',
          <span key="reply">
            <bdi className="mk-code">
              {reply.code} {reply.enhanced} {reply.text}
            </bdi>{' '}
            <span className="mk-soft">at {reply.stage}</span>
          </span>,
        ],
        trace.size !== null && [
          'Size',
          <span key="size">
            {formatBytes(trace.size)} <span className="mk-soft">{contentWords(trace)}</span>
          </span>,
        ],
        trace.linksPending !== null && [
          'Links',
          <span key="links">
            {trace.linksPending.links} pending since <Moment at={trace.linksPending.since} />
          </span>,
        ],
        trace.headerMessageId !== '' && [
          'Message-ID',
          <Address key="message-id" value={trace.headerMessageId} what="the Message-ID" />,
        ],
        ['Id', <Address key="id" value={trace.id} what="the id" />],
        ['Node', <bdi key="node">{trace.node}</bdi>],
      ]}
    />
  )
}

function contentWords({ contentKept, contentEncrypted }: Trace): string {
  if (!contentKept) return 'content kept no more'
  return contentEncrypted ? 'content kept, encrypted at rest' : 'content kept'
}

/** Whether the header says more of the sender than the envelope: another address, or a name. */
function differs({ headerFrom, mailFrom }: Trace): boolean {
  const bare = headerFrom.trim().replace(/^<|>$/g, '')
  return bare !== '' && bare.toLowerCase() !== mailFrom.toLowerCase()
}
