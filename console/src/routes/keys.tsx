import { KeyList } from '../features/keys/key-list.tsx'
import { MakeKey } from '../features/keys/make-key.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** What programs come in with. */
export function Page() {
  return (
    <>
      <PageHead title="Keys" text="For programs that ask the API." actions={<MakeKey />} />
      <KeyList />
    </>
  )
}
