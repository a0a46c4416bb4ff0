// Loaded before the program (`--import`): its clock is off by SHIFT_CLOCK_MS.
const shiftMs = Number(process.env.SHIFT_CLOCK_MS ?? 0)
const real = Date.now
const RealDate = Date
Date.now = () => real() + shiftMs
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(real() + shiftMs)
    else super(...given)
  }
}
globalThis.Date.now = () => real() + shiftMs
