import type { SyncKind, SyncLineKind, SyncRun, SyncSource } from '@mailkeep/contract'
import type { Tone } from '../../ui/state-mark.tsx'

/** Kinds of sources as people call them. */
export const kindNames: Readonly<Record<SyncKind, string>> = {
  csv: 'CSV file',
  ldap: 'LDAP or Active Directory',
  graph: 'Microsoft 365',
  google: 'Google Workspace',
  scim: 'Pushed by SCIM',
}

/** How a source stands: in a word, with its tone. */
export function stateOf({ state, fault, waitingRun, isRunning }: SyncSource): { tone: Tone; word: string } {
  if (waitingRun !== null && state === 'enabled') return { tone: 'aside', word: 'a loss waits' }
  if (fault && state === 'enabled') return { tone: 'bad', word: 'failing' }
  if (isRunning) return { tone: 'wait', word: 'running' }
  if (state === 'enabled') return { tone: 'good', word: 'enabled' }
  return { tone: 'none', word: { draft: 'new', previewed: 'previewed', disabled: 'off' }[state] }
}

export function runStateOf({ state, kind }: SyncRun): { tone: Tone; word: string } {
  switch (state) {
    case 'done':
      return { tone: 'good', word: kind === 'run' ? 'done' : 'read' }
    case 'failed':
      return { tone: 'bad', word: 'failed' }
    case 'waiting':
      return { tone: 'aside', word: 'not carried out' }
    default:
      return { tone: 'wait', word: state }
  }
}

/** Lines of a run by what becomes of a person, in the order in which they are listed. */
export const lineLooks: Readonly<Record<SyncLineKind, { tone: Tone; word: string }>> = {
  add: { tone: 'good', word: 'added' },
  take: { tone: 'wait', word: 'taken over' },
  change: { tone: 'wait', word: 'changed' },
  remove: { tone: 'bad', word: 'removed' },
  kept: { tone: 'none', word: 'left alone' },
  skipped: { tone: 'aside', word: 'skipped' },
}

export const lineKinds = Object.keys(lineLooks) as readonly SyncLineKind[]
