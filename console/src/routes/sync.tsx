import { Button } from '@mantine/core'
import { Plus } from 'lucide-react'
import { SourceList } from '../features/sync/source-list.tsx'
import { useGo } from '../session/scope.ts'
import { PageHead } from '../ui/page-head.tsx'

/** Where people come from. */
export function Page() {
  const go = useGo()
  return (
    <>
      <PageHead
        title="User sync"
        text="People, aliases and groups that follow a directory. A source that fails changes nothing."
        actions={
          <Button leftSection={<Plus size={15} aria-hidden />} onClick={() => go('/sync/new')}>
            Add a source
          </Button>
        }
      />
      <SourceList />
    </>
  )
}
