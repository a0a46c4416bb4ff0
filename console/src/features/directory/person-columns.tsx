import type { PersonLine } from '@mailkeep/contract'
import { Address } from '../../ui/address.tsx'
import type { Column } from '../../ui/data-list.tsx'

/** Who somebody is, in every list of people. */
export const personColumns: readonly Column<PersonLine>[] = [
  {
    name: 'address',
    label: 'Address',
    width: 'minmax(180px, 4fr)',
    card: 'lead',
    render: ({ address }) => <Address value={address} isQuiet />,
  },
  {
    name: 'name',
    label: 'Name',
    width: 'minmax(120px, 3fr)',
    render: ({ displayName }) => <bdi>{displayName}</bdi>,
  },
]
