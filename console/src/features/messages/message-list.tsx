import { type MessageList as Found, type MessagesQuery, routes } from '@mailkeep/contract'
import { Code } from '@mantine/core'
import { type Answer, useAnswer } from '../../session/use-answer.ts'
import { listOf } from '../../session/use-list.ts'
import { DataList } from '../../ui/data-list.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { messageColumns } from './message-columns.tsx'
import { subjectOf } from './subject-of.ts'

/** The list asks for itself again, so that new mail appears. */
const everyMs = 4000

const fewColumns = messageColumns
  .filter(({ name }) => name !== 'size')
  .map((each) => (each.name === 'subject' ? { ...each, width: 'minmax(140px, 4fr)' } : each))

/** The newest messages and refusals that a question finds. */
export function useMessages(query: MessagesQuery): Answer<Found> {
  return useAnswer(routes.messages, { query: { limit: 200, ...query } }, { every: everyMs })
}

export function MessageList({
  found,
  isFiltered,
  isPart = false,
}: {
  readonly found: Answer<Found>
  readonly isFiltered: boolean
  /** Stands in a section of another page. */
  readonly isPart?: boolean
}) {
  const backTo = found.value?.searchedBackTo ?? null
  return (
    <>
      <DataList
        label="Messages"
        list={listOf(found, found.value?.messages, found.value?.completeUpTo)}
        columns={isPart ? fewColumns : messageColumns}
        isPart={isPart}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => `/messages/${id}`}
        nameOf={(line) => `${subjectOf(line)}, from ${line.mailFrom || 'us'}`}
        empty={isFiltered ? <NothingFits /> : <NoMail />}
      />
      {backTo !== null && (
        <p className="mk-soft">
          Searched back to <Moment at={backTo} form="clock" />; older ones may fit too.
        </p>
      )}
    </>
  )
}

function NothingFits() {
  return (
    <Empty title="Nothing fits" action={<ScopedLink to="/messages">Show all</ScopedLink>}>
      An address must be whole, as in <Code>anna@example.test</Code>; a part of a subject is enough.
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
