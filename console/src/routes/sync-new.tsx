import { NewSource } from '../features/sync/new-source.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Section } from '../ui/section.tsx'

/** A new source of people. */
export function Page() {
  return (
    <>
      <PageHead
        title="Add a source of people"
        text="Nothing changes yet: you see first what it would do."
        back={{ to: '/sync', label: 'User sync' }}
      />
      <Section title="Where people come from">
        <NewSource />
      </Section>
    </>
  )
}
