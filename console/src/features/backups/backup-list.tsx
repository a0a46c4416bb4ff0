import type { BackupState } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { CopyButton } from '../../ui/copy-button.tsx'
import { countOf, formatBytes } from '../../ui/format-number.ts'
import { formatDuration } from '../../ui/format-time.ts'
import { Moment } from '../../ui/moment.tsx'
import { PlainTable } from '../../ui/plain-table.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'

const pageSize = 12

/** Every backup that can be restored, the newest first. */
export function BackupList({ found: { backups, proof, restore } }: { readonly found: BackupState }) {
  const [shown, setShown] = useState(pageSize)
  return (
    <Section title="All backups" text={`${countOf(backups.length, 'backup')}, newest first`}>
      <PlainTable
        label="All backups"
        heads={[
          'Has everything up to',
          { label: 'New', isNumber: true },
          { label: 'Took', isNumber: true },
          'State',
          'Command',
        ]}
        rows={backups.slice(0, shown).map(({ at, bytes, tookMs, isDamaged }) => ({
          key: at,
          cells: [
            <Moment key="at" at={at} form="clock" />,
            bytes === null ? 'unknown' : formatBytes(bytes),
            tookMs === null ? 'unknown' : formatDuration(tookMs),
            <StateOf key="state" isDamaged={isDamaged} proof={proof?.of === at ? proof : null} />,
            <CopyButton key="copy" text={`${restore} --at ${at}`} what={`the command that restores ${at}`} />,
          ],
        }))}
      />
      {shown < backups.length && (
        <Button variant="subtle" m="sm" onClick={() => setShown(shown + 10 * pageSize)}>
          Show older ones
        </Button>
      )}
    </Section>
  )
}

function StateOf({
  isDamaged,
  proof,
}: {
  readonly isDamaged: boolean
  readonly proof: BackupState['proof']
}) {
  if (isDamaged || (proof !== null && proof.faults.length > 0)) return <Mark tone="bad">damaged</Mark>
  if (proof !== null) return <Mark tone="good">verified</Mark>
  return <Mark tone="none">not verified</Mark>
}
