import { SuspendMailbox } from '../features/senders/suspend-mailbox.tsx'
import { SuspendedList } from '../features/senders/suspended-list.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** Mailboxes that send as stolen ones do. */
export function Page() {
  return (
    <>
      <PageHead
        title="Suspended mailboxes"
        text="They send as stolen ones do. Nothing of theirs is lost: programs keep what hears 451, and the rest is held."
        actions={<SuspendMailbox />}
      />
      <SuspendedList />
    </>
  )
}
