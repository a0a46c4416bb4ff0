import { createContext, type ReactNode, useContext, useEffect, useId, useMemo, useState } from 'react'

interface Told {
  readonly id: string
  readonly words: string
  readonly again: (() => void) | undefined
}

interface Faults {
  readonly told: readonly Told[]
  readonly tell: (one: Told) => () => void
}

const OneFaultContext = createContext<Faults | null>(null)

/** A page whose parts all ask the same server: what fails in the same words is told once, and asked for again at once. */
export function OneFault({ children }: { readonly children: ReactNode }) {
  const [told, setTold] = useState<readonly Told[]>([])
  const faults = useMemo(
    () => ({
      told,
      tell(one: Told) {
        setTold((before) => [...before, one])
        return () => setTold((before) => before.filter((each) => each !== one))
      },
    }),
    [told],
  )
  return <OneFaultContext value={faults}>{children}</OneFaultContext>
}

/** Whether this fault is the one that is shown for all that have its words, and what asks again for all of them. */
export function useOneFault(
  words: string,
  again: (() => void) | undefined,
): { readonly isShown: boolean; readonly again: (() => void) | undefined } {
  const faults = useContext(OneFaultContext)
  const id = useId()
  const tell = faults?.tell
  // biome-ignore lint/correctness/useExhaustiveDependencies: what asks again is another function each time
  useEffect(() => tell?.({ id, words, again }), [id, words])
  if (faults === null) return { isShown: true, again }
  const same = faults.told.filter((each) => each.words === words)
  const askAll = () => {
    for (const each of same) each.again?.()
  }
  return { isShown: same[0]?.id === id, again: same.some((each) => each.again) ? askAll : undefined }
}
