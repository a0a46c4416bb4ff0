import type { LiveDrill as LiveDrillView } from '@mailkeep/contract'
import {
  hasPassed,
  type KeptDrill,
  type LiveDrill,
  liveDrillWords,
  type Said,
} from '#services/drill/live-drill.ts'
import { describeDrill } from '#services/drill/live-drill-words.ts'
import { moment, momentOrNull } from './moment.ts'

const said = (each: Said | null) => each && { ...each, at: moment(each.at) }

/** A drill as it is shown. */
export function describeLiveDrill(drill: LiveDrill & Pick<KeptDrill, 'stoppedBy'>): LiveDrillView {
  const { id, kind, who, forMs, rings, phase, ending, lines, seen } = drill
  return {
    ...{ id, kind, who, rings, phase, ending, lines: [...lines] },
    ...{ words: liveDrillWords[kind], forSeconds: forMs / 1000, isStopping: drill.stoppedBy !== null },
    orderedAt: moment(drill.orderedAt),
    startedAt: momentOrNull(drill.startedAt),
    faultAt: momentOrNull(drill.faultAt),
    mendedAt: momentOrNull(drill.mendedAt),
    endedAt: momentOrNull(drill.endedAt),
    ...{ passed: hasPassed(drill), stand: describeDrill(drill) },
    seen: {
      ...seen,
      ...{ alarm: said(seen.alarm), finding: said(seen.finding) },
      ...{ incident: said(seen.incident), cause: said(seen.cause) },
      ...{ quietAt: momentOrNull(seen.quietAt), told: [...seen.told] },
    },
  }
}
