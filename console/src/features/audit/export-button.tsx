import { type AuditList, type AuditQuery, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { ask } from '../../api/ask.ts'
import { useScope } from '../../session/scope.ts'
import { saveText } from '../../ui/save-text.ts'
import { tellDone, tellFault } from '../../ui/toast.tsx'

const most = 10_000

/** Everything that the filter finds as JSON lines, up to 10,000. */
export function ExportButton({ filter }: { readonly filter: Omit<AuditQuery, 'after' | 'limit' | 'scope'> }) {
  const scope = useScope()
  const [isRunning, setRunning] = useState(false)
  const run = async () => {
    setRunning(true)
    try {
      const lines = await readAll({ ...filter, ...(scope !== null && { scope }) })
      saveText(
        lines.map((each) => `${JSON.stringify(each)}\n`).join(''),
        `audit-log-${new Date().toISOString().slice(0, 10)}.jsonl`,
        'application/jsonl',
      )
      tellDone(
        lines.length === most ? `The newest ${most} lines are saved.` : `${lines.length} lines are saved.`,
      )
    } catch (cause) {
      tellFault(cause)
    }
    setRunning(false)
  }
  return (
    <Button
      variant="default"
      loading={isRunning}
      leftSection={<Download size={15} aria-hidden />}
      onClick={() => void run()}
    >
      Export
    </Button>
  )
}

async function readAll(query: AuditQuery): Promise<AuditList['lines']> {
  const lines: AuditList['lines'] = []
  for (let after: string | null = null; lines.length < most; ) {
    const page: AuditList = await ask(routes.auditLog, {
      query: { ...query, limit: 50, ...(after !== null && { after }) },
    })
    lines.push(...page.lines)
    if (page.next === null) break
    after = page.next
  }
  return lines.slice(0, most)
}
