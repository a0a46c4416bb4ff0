import { OrderError } from '#services/ledger/order-error.ts'
import type { ListParts } from './list-parts.ts'

/**
 * Takes the weight from a list, at all times until it is switched on again; it is asked on for evidence. Inspection
 * has it within seconds, and has mail judged anew that the list had a say in. @throws OrderError
 */
export function switchListOff(parts: ListParts, zone: string, who: string, why: string): void {
  if (!parts.zones().includes(zone))
    throw new OrderError('not-found', `${zone} is no list that is asked (lists.ask)`)
  const others = parts.switches().filter((each) => each.zone !== zone)
  parts.write([...others, { zone, since: parts.now(), who, why }])
}

/** @throws OrderError where it is not off, or is so by the settings */
export function switchListOn(parts: ListParts, zone: string): void {
  if (parts.offBySettings().includes(zone))
    throw new OrderError('conflict', `${zone} is off by the setting lists.off; take it out there`)
  const others = parts.switches().filter((each) => each.zone !== zone)
  if (others.length === parts.switches().length) throw new OrderError('not-found', `${zone} is not off`)
  parts.write(others)
}
