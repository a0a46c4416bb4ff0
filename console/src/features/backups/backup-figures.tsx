import type { BackupState } from '@mailkeep/contract'
import { Figure, Figures } from '../../ui/figure.tsx'
import { formatBytes } from '../../ui/format-number.ts'
import { formatDuration } from '../../ui/format-time.ts'
import { Moment, useNow } from '../../ui/moment.tsx'
import type { Tone } from '../../ui/state-mark.tsx'

/** How old the newest backup is and whether it was proved, at a glance. */
export function BackupFigures({ found }: { readonly found: BackupState }) {
  const now = useNow()
  const { goalMs, everyMs, databaseBytes, freeBytes, folder } = found
  const [newest] = found.backups
  // A folder that is away may have many.
  const none = found.state === 'first' ? 'none yet' : null
  const ageMs = newest === undefined ? null : Math.max(0, now - Date.parse(newest.at))
  return (
    <Figures>
      <Figure
        label="Age of the newest"
        value={ageMs === null ? none : formatDuration(ageMs)}
        tone={ageMs === null ? 'none' : toneOf(found, ageMs)}
        hint={`${formatDuration(goalMs)} at most; one every ${formatDuration(everyMs)}`}
      />
      <Verified found={found} />
      <Figure
        label="New in the newest"
        value={newest === undefined ? none : sizeOf(newest.bytes)}
        hint={newest?.tookMs != null && `took ${formatDuration(newest.tookMs)}`}
      />
      <Figure label="Database" value={sizeOf(databaseBytes)} hint="put together whole when restored" />
      <Figure
        label="Room on its disk"
        value={sizeOf(freeBytes)}
        hint={<span style={{ overflowWrap: 'anywhere' }}>{folder}</span>}
      />
    </Figures>
  )
}

/** Older than what is promised is bad where it is not what the settings want. */
function toneOf({ state, goalMs, everyMs }: BackupState, ageMs: number): Tone {
  if (ageMs <= goalMs) return 'good'
  return state === 'late' || everyMs < goalMs ? 'bad' : 'wait'
}

function Verified({ found: { proof, backups } }: { readonly found: BackupState }) {
  if (proof === null)
    return (
      <Figure label="Verified" value="never" tone="aside" hint="that one can be restored is not proved" />
    )
  const isWhole = proof.faults.length === 0
  const later = backups.filter(({ at }) => at > proof.of).length
  return (
    <Figure
      label="Verified"
      value={isWhole ? 'whole' : 'damaged'}
      tone={isWhole ? 'good' : 'bad'}
      hint={
        <>
          <Moment at={proof.checkedAt} />
          {later === 0 ? ', the newest' : `; ${later} newer since`}
        </>
      }
    />
  )
}

const sizeOf = (bytes: number | null) => (bytes === null ? null : formatBytes(bytes))
