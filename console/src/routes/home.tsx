import { HomeView, useOverview } from '../features/home/home-view.tsx'
import { MessageList, useNewest } from '../features/messages/message-list.tsx'
import { Answered } from '../ui/answered.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { ScopedLink } from '../ui/scoped-link.tsx'
import { Section } from '../ui/section.tsx'

/** The first page: is all well, what needs me? */
export function Page() {
  const overview = useOverview()
  return (
    <>
      <PageHead title="Home" completeUpTo={overview.value?.completeUpTo} />
      <Answered answer={overview} lines={10}>
        {(value) => (
          <HomeView overview={value}>
            <NewestMessages />
          </HomeView>
        )}
      </Answered>
    </>
  )
}

function NewestMessages() {
  const found = useNewest(12)
  return (
    <Section title="Newest messages" actions={<ScopedLink to="/messages">All</ScopedLink>} isFlush>
      <MessageList list={found} isFiltered={false} isPart />
    </Section>
  )
}
