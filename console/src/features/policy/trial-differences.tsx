import type { TrialDetails } from '@mailkeep/contract'
import { Moment } from '../../ui/moment.tsx'
import { PlainTable } from '../../ui/plain-table.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'

/** Messages that fare otherwise with the change, the newest first. */
export function TrialDifferences({ trial: { differences } }: { readonly trial: TrialDetails }) {
  if (differences.length === 0)
    return <p className="mk-soft">No message has fared otherwise so far; what does will stand here.</p>
  return (
    <PlainTable
      label="Messages that fare otherwise with the change"
      heads={['message', 'when', 'without it', 'with it', 'because of']}
      rows={differences.map(({ messageId, at, before, after, because, recipients }) => ({
        key: `${messageId} ${before} ${after} ${because}`,
        cells: [
          <span key="message">
            <ScopedLink to={`/messages/${messageId}`}>{messageId}</ScopedLink>
            {recipients > 1 && <span className="mk-soft"> for {recipients}</span>}
          </span>,
          <Moment key="when" at={at} />,
          before,
          <b key="after">{after}</b>,
          because,
        ],
      }))}
    />
  )
}
