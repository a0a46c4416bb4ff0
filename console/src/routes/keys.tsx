import { KeyList } from '../features/keys/key-list.tsx'
import { MakeKey } from '../features/keys/make-key.tsx'
import { RemoveKeysOf } from '../features/keys/remove-keys-of.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { type Filter, useFilters } from '../ui/use-filters.ts'

const filters: readonly Filter[] = [{ name: 'madeBy', label: 'Made by', kind: 'text' }]

/** What programs come in with. */
export function Page() {
  const state = useFilters(filters)
  const { madeBy } = state.values
  return (
    <>
      <PageHead title="Keys" text="For programs that ask the API." actions={<MakeKey />} />
      <FilterBar filters={filters} state={state}>
        {madeBy !== undefined && <RemoveKeysOf manager={madeBy} />}
      </FilterBar>
      <KeyList {...(madeBy !== undefined && { madeBy })} />
    </>
  )
}
