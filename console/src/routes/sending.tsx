import { AddAddress } from '../features/addresses/add-address.tsx'
import { AddressList } from '../features/addresses/address-list.tsx'
import { ReceiverList } from '../features/addresses/receiver-list.tsx'
import { LinkTabs, useWith } from '../ui/link-tabs.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { useFilters } from '../ui/use-filters.ts'

const filters = [{ name: 'list', label: 'List' }]

/** Addresses that mail leaves by, and what receivers have taught them. */
export function Page() {
  const { list } = useFilters(filters).values
  const to = useWith()
  const isReceivers = list === 'receivers'
  return (
    <>
      <PageHead
        title="Sending addresses"
        text={
          isReceivers
            ? 'What each address has learnt of each receiver in the last seven days.'
            : 'What mail leaves by. Figures are those of yesterday and today.'
        }
        actions={!isReceivers && <AddAddress />}
      />
      <LinkTabs
        label="Sending addresses"
        tabs={[
          { label: 'Addresses', to: to('list', ''), isHere: !isReceivers },
          { label: 'Receivers', to: to('list', 'receivers'), isHere: isReceivers },
        ]}
      />
      {isReceivers ? <ReceiverList /> : <AddressList />}
    </>
  )
}
