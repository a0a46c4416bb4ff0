import { type ReviewPeopleLine, type ReviewPeopleQuery, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { Send } from 'lucide-react'
import { useState } from 'react'
import type { List } from '../../session/use-list.ts'
import { useList } from '../../session/use-list.ts'
import { useMay } from '../../session/who.tsx'
import { DataList, type RowKey } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { useSelection } from '../../ui/use-selection.ts'
import { reviewPeopleColumns } from './review-people-columns.tsx'
import { SendDialog } from './send-dialog.tsx'

/** Mails go out and arrive meanwhile. */
const everyMs = 15_000

type Conditions = Omit<ReviewPeopleQuery, 'scope' | 'after' | 'limit'>

export function useReviewPeople(conditions: Conditions): List<ReviewPeopleLine> {
  return useList(routes.reviewPeople, conditions, { every: everyMs })
}

/** Who gets review mails, and what has become of them; whoever may sends them to one or many now. */
export function ReviewPeopleList({
  list,
  conditions,
}: {
  readonly list: List<ReviewPeopleLine>
  readonly conditions: Conditions
}) {
  const mayAct = useMay('quarantine.act')
  const selection = useSelection(JSON.stringify(conditions))
  const [chosen, setChosen] = useState<readonly ReviewPeopleLine[] | null>(null)
  const keys: readonly RowKey<ReviewPeopleLine>[] = [
    { key: 's', does: 'send the review mail now', run: (line) => setChosen([line]) },
  ]
  return (
    <>
      <DataList
        label="People and their review mails"
        list={list}
        columns={reviewPeopleColumns}
        keyOf={({ address }) => address}
        hrefOf={hrefOf}
        nameOf={({ address, displayName }) => `${displayName || address}, ${address}`}
        empty={<Nobody isFiltered={Object.keys(conditions).length > 0} />}
        {...(mayAct && {
          selection,
          rowKeys: keys,
          actions: ({ keys: addresses }) => (
            <Button
              leftSection={<Send size={14} aria-hidden />}
              onClick={() =>
                setChosen((list.lines ?? []).filter(({ address }) => addresses.includes(address)))
              }
            >
              Send the review mail now…
            </Button>
          ),
        })}
      />
      {chosen && (
        <SendDialog
          lines={chosen}
          onClose={() => setChosen(null)}
          onDone={() => {
            setChosen(null)
            selection.clear()
          }}
        />
      )}
    </>
  )
}

/** Whom the directory does not name has no page of his own. */
function hrefOf({ address, isListed }: ReviewPeopleLine): string {
  const own = encodeURIComponent(address)
  return isListed ? `/people/${own}/mail` : `/quarantine?recipient=${own}`
}

function Nobody({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered)
    return (
      <Empty title="Nobody fits" action={<ScopedLink to="/people/review">Show all</ScopedLink>}>
        A part of an address or of a name is enough; a group is named as <code>example.com/sales</code>.
      </Empty>
    )
  return (
    <Empty title="Nobody yet">
      Here will stand people with what waits for each in quarantine, and when mails tell them of it. Next
      step: add them on <ScopedLink to="/people">People</ScopedLink>.
    </Empty>
  )
}
