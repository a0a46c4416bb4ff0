import { AddRelay } from '../features/sending/add-relay.tsx'
import { RelayList } from '../features/sending/relay-list.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** Servers of customers that send to the world. */
export function Page() {
  return (
    <>
      <PageHead
        title="Sending"
        text="Servers that may send to the world; people have passwords for their programs, on their own pages."
        actions={<AddRelay />}
      />
      <RelayList />
    </>
  )
}
