import { useCallback, useMemo, useState } from 'react'

/** Which lines of a list are chosen. */
export interface Selection {
  readonly keys: ReadonlySet<string>
  /** Everything that the filter finds, also what has not been read yet; `keys` is then what was taken out of it again. */
  readonly isAll: boolean
  readonly has: (key: string) => boolean
  readonly toggle: (key: string) => void
  readonly setMany: (keys: readonly string[], chosen: boolean) => void
  readonly chooseAll: () => void
  readonly clear: () => void
}

const none = { keys: new Set<string>() as ReadonlySet<string>, isAll: false }

/** Keeps what is chosen. `about`: names the question; another one starts with nothing chosen. */
export function useSelection(about: string): Selection {
  const [state, setState] = useState({ about, keys: new Set<string>() as ReadonlySet<string>, isAll: false })
  const present = state.about === about ? state : none
  const setMany = useCallback(
    (keys: readonly string[], chosen: boolean) =>
      setState((before) => {
        const isAll = before.about === about && before.isAll
        const next = new Set(before.about === about ? before.keys : [])
        for (const key of keys) {
          if (chosen !== isAll) next.add(key)
          else next.delete(key)
        }
        return { about, keys: next, isAll }
      }),
    [about],
  )
  return useMemo(() => {
    const has = (key: string) => present.keys.has(key) !== present.isAll
    return {
      keys: present.keys,
      isAll: present.isAll,
      has,
      toggle: (key) => setMany([key], !has(key)),
      setMany,
      chooseAll: () => setState({ about, keys: new Set(), isAll: true }),
      clear: () => setState({ about, keys: new Set(), isAll: false }),
    }
  }, [present.keys, present.isAll, setMany, about])
}
