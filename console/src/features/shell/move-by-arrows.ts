import type { KeyboardEvent } from 'react'

/** Arrows go from the field of a choice to what it found, and from one to the next; Tab does so too. */
export function moveByArrows(event: KeyboardEvent<HTMLElement>): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (by === undefined) return
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('input, li button')]
  const present = stops.indexOf(document.activeElement as HTMLElement)
  stops[Math.min(stops.length - 1, Math.max(0, present + by))]?.focus()
  event.preventDefault()
}
