import { useEffect, useSyncExternalStore } from 'react'

/** A key, as `KeyboardEvent.key` has it, and what it does where it is offered. */
export interface KeyAction {
  readonly key: string
  /** For the help: `next line`. */
  readonly does: string
  /** Answers false where it had nothing to do and the key should go on. */
  readonly run: () => void
}

let offered: readonly KeyAction[] = []
const listeners = new Set<() => void>()

function offer(next: readonly KeyAction[]): void {
  offered = next
  for (const each of listeners) each()
}

/** Offers keys while a component is there. Typing in fields, and keys held with Ctrl, Alt or Meta, are left alone. */
export function useKeys(actions: readonly KeyAction[]): void {
  useEffect(() => {
    offer([...offered, ...actions])
    return () => offer(offered.filter((each) => !actions.includes(each)))
  }, [actions])
}

/** Every key that does something here. */
export function useOfferedKeys(): readonly KeyAction[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => offered,
  )
}

/** Listens once, for the whole page. What was offered last goes first. */
export function listenToKeys(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return
    const action = offered.findLast((each) => each.key === event.key)
    if (!action) return
    event.preventDefault()
    action.run()
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}

function isTyping({ target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest('[role=dialog],[role=menu],[role=listbox]')) return true
  return target.matches('input:not([type=checkbox]):not([type=radio]),textarea,select')
}
