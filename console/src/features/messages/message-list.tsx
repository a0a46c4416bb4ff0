import { type MessageLine, routes, type SearchQuery } from '@mailkeep/contract'
import { Code } from '@mantine/core'
import { useEffect } from 'react'
import { type List, useList } from '../../session/use-list.ts'
import { DataList } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { messageColumns } from './message-columns.tsx'
import { subjectOf } from './subject-of.ts'

/** The list asks for itself again, so that new mail appears. */
const everyMs = 4000

const narrow: Readonly<Record<string, string>> = {
  state: '124px',
  from: 'minmax(120px, 4fr)',
  to: 'minmax(120px, 4fr)',
  at: '84px',
}
const fewColumns = messageColumns
  .filter(({ name }) => name !== 'size')
  .map((each) => ({ ...each, width: narrow[each.name] ?? each.width }))
  .map((each) =>
    each.name === 'subject'
      ? {
          ...each,
          width: 'minmax(140px, 4fr)',
          // Why it is where it is stands on the pages that have the room.
          render: (line: MessageLine) => <bdi title={subjectOf(line)}>{subjectOf(line)}</bdi>,
        }
      : each,
  )

/** What a question finds, newest first, page by page. */
export function useMessages(query: SearchQuery): List<MessageLine> {
  const list = useList(routes.messages, query, { every: everyMs })
  const { lines, hasMore, isLoadingMore, fault, more } = list
  // A page may end for lack of time with nothing found yet: then looking goes on.
  const goesOn = lines?.length === 0 && hasMore && !isLoadingMore && fault === null
  useEffect(() => {
    if (goesOn) more()
  }, [goesOn, more])
  return list
}

/** The newest few, for a part of a page. */
export function useNewest(count: number): List<MessageLine> {
  const list = useList(routes.messages, undefined, { every: everyMs })
  return { ...list, lines: list.lines?.slice(0, count), hasMore: false }
}

export function MessageList({
  list,
  isFiltered,
  isPart = false,
}: {
  readonly list: List<MessageLine>
  readonly isFiltered: boolean
  /** Stands in a section of another page. */
  readonly isPart?: boolean
}) {
  return (
    <DataList
      label="Messages"
      list={list}
      columns={isPart ? fewColumns : messageColumns}
      isPart={isPart}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => `/messages/${id}`}
      nameOf={(line) => `${subjectOf(line)}, from ${line.mailFrom || 'us'}`}
      empty={isFiltered ? <NothingFits note={list.note} /> : <NoMail />}
    />
  )
}

/** @param note why nothing can fit, as the server says it */
function NothingFits({ note }: { readonly note: string | null }) {
  return (
    <Empty title="Nothing fits" action={<ScopedLink to="/messages">Show all</ScopedLink>}>
      {note ?? (
        <>
          An address or a domain must be whole, as in <Code>anna@example.test</Code>; so must words of a
          subject, or end with a star: <Code>invoi*</Code>.
        </>
      )}
    </Empty>
  )
}

function NoMail() {
  return (
    <Empty title="No mail yet">
      Here will stand what came in, newest first, and what became of it. Next step:{' '}
      <Code>./mailkeep send</Code> sends a first message to this site.
    </Empty>
  )
}
