import { routes, type Static, type WebhookPosts } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { formatCount } from '../../ui/format-number.ts'
import { formatDuration } from '../../ui/format-time.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'

type Line = Static<typeof WebhookPosts>['lines'][number]

const columns: readonly Column<Line>[] = [
  {
    name: 'at',
    label: 'When',
    width: '150px',
    card: 'lead',
    render: ({ at }) => <Moment at={at} form="clock" />,
  },
  {
    name: 'outcome',
    label: 'What came of it',
    width: 'minmax(180px, 4fr)',
    card: 'body',
    render: ({ status, error }) =>
      error === '' ? (
        <Mark tone="good">taken ({status})</Mark>
      ) : (
        <Mark tone="bad">
          <bdi title={error}>{error}</bdi>
        </Mark>
      ),
  },
  {
    name: 'events',
    label: 'Events',
    width: '80px',
    isNumber: true,
    card: 'none',
    render: ({ events }) => formatCount(events),
  },
  {
    name: 'attempt',
    label: 'Attempt',
    width: '80px',
    isNumber: true,
    card: 'none',
    render: ({ attempt }) => formatCount(attempt),
  },
  {
    name: 'took',
    label: 'Took',
    width: '90px',
    isNumber: true,
    card: 'side',
    render: ({ tookMs }) => formatDuration(tookMs),
  },
]

/** What was sent to a webhook, newest first. */
export function PostList({ webhook }: { readonly webhook: string }) {
  const list = useList(routes.webhookPosts, {}, { every: 10_000, params: { webhook } })
  return (
    <DataList
      label="What was sent"
      list={list}
      columns={columns}
      keyOf={({ id }) => id}
      nameOf={({ at }) => `Sent at ${at}`}
      empty={
        <Empty title="Nothing has been sent yet">
          What happens from now on is told within seconds. Next step: send a test.
        </Empty>
      }
    />
  )
}
