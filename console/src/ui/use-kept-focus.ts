import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { useLocation } from 'react-router'
import { focusRow } from './focus-row.ts'
import { isFocusNowhere } from './is-focus-nowhere.ts'

/** The line that had the focus last, by the visit of the page and what is listed. */
const left = new Map<string, string>()
const mostLeft = 200
const drawnMs = 100
const lookAgainMs = 50

/** A line of a list: its key, and where it stood when it had the focus. */
export interface KeptLine {
  readonly key: string
  readonly index: number
}

/**
 * Keeps the focus of a list for who works with keys. Where its line goes, as one that was released does, the line that
 * takes its place has it; who comes back from a line finds it where he left. @param keys of all lines, in their order
 * @returns the line that had it last, until something else of the page has it
 */
export function useKeptFocus(
  body: RefObject<HTMLElement | null>,
  keys: readonly string[],
  label: string,
): RefObject<KeptLine | null> {
  const last = useRef<KeptLine | null>(null)
  const visit = `${useLocation().key} ${label}`
  useEffect(() => {
    const note = ({ target }: FocusEvent) => {
      const place = target as Element
      const row = body.current?.contains(place) ? place.closest<HTMLElement>('[data-index]') : null
      if (row) {
        last.current = { key: row.dataset.key ?? '', index: Number(row.dataset.index) }
        if (left.size >= mostLeft) left.clear()
        left.set(visit, last.current.key)
      }
      // A question about the line gives the focus back; who has gone elsewhere stays there.
      else if (!place.closest('[role=dialog]')) last.current = null
    }
    document.addEventListener('focusin', note)
    return () => document.removeEventListener('focusin', note)
  }, [body, visit])
  // biome-ignore lint/correctness/useExhaustiveDependencies: who comes back does so once
  useEffect(() => {
    const index = keys.indexOf(left.get(visit) ?? '')
    if (index < 0) return
    // Lines are drawn, and the page is where it was, a moment after the list is there.
    const timer = window.setTimeout(() => isFocusNowhere() && focusRow(body.current, index), drawnMs)
    return () => window.clearTimeout(timer)
  }, [])
  useLayoutEffect(() => {
    let timer = 0
    const giveOn = () => {
      // A line that is only out of sight is not gone, and keeps its place.
      if (last.current === null || keys.includes(last.current.key)) return
      // The question about it may stand longer than the line: what goes of it draws no list.
      if (!isFocusNowhere()) timer = window.setTimeout(giveOn, lookAgainMs)
      else {
        const { index } = last.current
        last.current = null
        focusRow(body.current, Math.min(index, keys.length - 1))
      }
    }
    giveOn()
    return () => window.clearTimeout(timer)
  })
  return last
}
