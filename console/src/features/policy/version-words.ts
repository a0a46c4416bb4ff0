import type { PolicyVersion } from '@mailkeep/contract'

const words: Readonly<Record<string, string>> = {
  'policy-setting': 'Set',
  'policy-undone': 'Took back',
  'policy-trial-promoted': 'Promoted from a trial:',
  'rule-added': 'Added',
  'rule-changed': 'Changed',
  'rule-enabled': 'Switched on',
  'rule-disabled': 'Switched off',
  'rule-moved': 'Moved',
  'rule-deleted': 'Deleted',
  'rules-imported': 'Imported',
  'allow-added': 'Allowed',
  'block-added': 'Blocked',
  'allow-removed': 'No longer allowed:',
  'block-removed': 'No longer blocked:',
}

/** A version in one line: what was done, and with what. */
export function titleOfVersion({ what, edits, count, level }: PolicyVersion): string {
  const first = (edits[0]?.title ?? '')
    .replace(/ on the (?:allow|block) list of .*$/, '')
    .replace(` of ${level}`, '')
    .replace(` at ${level}`, '')
  return `${words[what] ?? what} ${first}${count > 1 ? ` and ${count - 1} more` : ''}`
}

type State = object | null

/** Fields that say when and by whom, not what. */
const besides = new Set(['changedAt', 'changedBy', 'addedAt', 'addedBy', 'paused', 'position', 'id', 'scope'])

/** A state in lines, those that differ from the other marked. */
export function stateText(state: State, other: State): string {
  if (state === null) return 'not there'
  return Object.entries(state)
    .filter(([name]) => !besides.has(name))
    .map(([name, value]) => {
      const isSame =
        other !== null &&
        JSON.stringify((other as Readonly<Record<string, unknown>>)[name]) === JSON.stringify(value)
      return `${isSame ? '  ' : '● '}${name}: ${plain(value)}`
    })
    .join('\n')
}

function plain(value: unknown): string {
  if (value === null) return 'inherited'
  return typeof value === 'string' ? value || '-' : JSON.stringify(value, null, 1)
}
