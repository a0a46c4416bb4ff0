import type { VersionEdit } from '@mailkeep/contract'
import { subjectOf } from '#services/policy/make-step.ts'
import type { PolicyEdit } from '#services/policy/policy-version.ts'

/** One thing that a step of policy changes, as the contract has it. */
export function describeEdit(edit: PolicyEdit): VersionEdit {
  const { what, scope: level } = edit
  const title = subjectOf(edit)
  switch (edit.what) {
    case 'setting':
      return { what, level, title, subject: edit.name, before: { ...edit.before }, after: { ...edit.after } }
    case 'sender': {
      const { kind, entry, before, after } = edit
      const state = (there: typeof before) => there && { kind, ...there }
      return { what, level, title, subject: entry, before: state(before), after: state(after) }
    }
    case 'rule':
      return {
        what,
        level,
        title,
        subject: edit.id,
        before: edit.before && { ...edit.before },
        after: edit.after && { ...edit.after },
      }
    case 'order': {
      const ids = (all: readonly string[]) => ({ ids: [...all] })
      return { what, level, title, subject: level, before: ids(edit.before), after: ids(edit.after) }
    }
  }
}
