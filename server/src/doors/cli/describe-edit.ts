import type { PolicyEdit } from '#services/policy/policy-version.ts'

/** A change of settings, lists or rules on one line. */
export function describeEdit(edit: PolicyEdit): string {
  switch (edit.what) {
    case 'setting': {
      const words = ({ value, locked }: typeof edit.before) =>
        `${value ?? 'inherited'}${locked ? ', locked' : ''}`
      return `${edit.name}: ${words(edit.before)} -> ${words(edit.after)}`
    }
    case 'sender':
      return `${edit.entry} ${edit.after === null ? 'off' : 'on'} the ${edit.kind} list`
    case 'rule': {
      const name = (edit.after ?? edit.before)?.name || edit.id
      if (edit.before === null) return `rule "${name}" added`
      if (edit.after === null) return `rule "${name}" deleted`
      const [was, is] = [edit.before.enabled, edit.after.enabled]
      return `rule "${name}" ${was === is ? 'changed' : is ? 'switched on' : 'switched off'}`
    }
    case 'order':
      return 'order of the rules'
  }
}
