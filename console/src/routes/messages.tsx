import { type MailQuestion, routes, type Task } from '@mailkeep/contract'
import { Button, Menu } from '@mantine/core'
import { Download, Hash, Radio } from 'lucide-react'
import { useState } from 'react'
import { LiveTail } from '../features/messages/live-tail.tsx'
import { MessageCounts } from '../features/messages/message-counts.tsx'
import { messageFilters, stateTabs } from '../features/messages/message-filters.ts'
import { MessageList, useMessages } from '../features/messages/message-list.tsx'
import { OrderAll, OrderProgress } from '../features/messages/order-all.tsx'
import { SavedQuestions } from '../features/messages/saved-questions.tsx'
import { useIsOfPeople } from '../session/people-scope.ts'
import { useScope } from '../session/scope.ts'
import { FilterBar } from '../ui/filter-bar.tsx'
import { LinkTabs, useWith } from '../ui/link-tabs.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { useFilters } from '../ui/use-filters.ts'

const search = {
  name: 'q',
  label: 'Search messages',
  placeholder: 'Address, domain, id, <Message-ID>, client or words of the subject',
}
const named = [
  ...messageFilters,
  { name: 'state', label: 'State' },
  { name: 'show', label: 'Beside the list' },
]

/** Everything that came or went, newest first; counted, watched, exported, and acted on as a whole. */
export function Page() {
  const isOfPeople = useIsOfPeople()
  const filters = useFilters(named)
  const { show, ...question } = filters.values
  const list = useMessages(question)
  const to = useWith()
  const [task, setTask] = useState<Task | null>(null)
  const isFiltered = Object.keys(question).length > 0
  const toggle = (what: string) => filters.set('show', show === what ? null : what)
  return (
    <>
      <PageHead
        title="Messages"
        completeUpTo={list.completeUpTo}
        ofIndex
        actions={
          <>
            <Button
              variant={show === 'counts' ? 'light' : 'default'}
              aria-pressed={show === 'counts'}
              leftSection={<Hash size={14} aria-hidden />}
              onClick={() => toggle('counts')}
            >
              Counts
            </Button>
            <Button
              variant={show === 'live' ? 'light' : 'default'}
              aria-pressed={show === 'live'}
              leftSection={<Radio size={14} aria-hidden />}
              onClick={() => toggle('live')}
            >
              Live
            </Button>
            {!isOfPeople && <SavedQuestions question={question as MailQuestion} />}
            <ExportMenu question={question} />
            {isFiltered && <OrderAll question={question as MailQuestion} onTask={setTask} />}
          </>
        }
      />
      <FilterBar filters={messageFilters} state={filters} search={search} />
      <LinkTabs
        label="Messages by state"
        tabs={[
          { label: 'all', to: to('state', ''), isHere: question.state === undefined },
          ...stateTabs.map((each) => ({
            label: each,
            to: to('state', each),
            isHere: question.state === each,
          })),
        ]}
      />
      {task && <OrderProgress started={task} />}
      {show === 'counts' && <MessageCounts question={question} />}
      {show === 'live' && <LiveTail question={question} />}
      <MessageList list={list} isFiltered={isFiltered} />
    </>
  )
}

/** A download is a plain link: it needs no memory of the page, however long it is. */
function ExportMenu({ question }: { readonly question: Readonly<Record<string, string>> }) {
  const scope = useScope()
  const hrefOf = (format: string) =>
    `${routes.exportMessages.path}?${new URLSearchParams({ ...question, format, ...(scope !== null && { scope }) }).toString()}`
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<Download size={14} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {['csv', 'json'].map((format) => (
          <Menu.Item key={format} component="a" href={hrefOf(format)} download={`messages.${format}`}>
            {format.toUpperCase()}, a line a delivery
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
