/** Least contrast of text to its ground (WCAG 2.2, 1.4.3). */
export const leastContrast = 4.5

type Colour = readonly [red: number, green: number, blue: number]

/** Reads `#rrggbb`; null: it is no such colour. */
export function readColour(text: string): Colour | null {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text)
  return found && [Number(`0x${found[1]}`), Number(`0x${found[2]}`), Number(`0x${found[3]}`)]
}

/** Contrast of two colours, from 1 to 21 (WCAG 2.2). */
export function contrast(one: Colour, two: Colour): number {
  const [light, dark] = [luminance(one), luminance(two)].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((each) => {
    const part = each / 255
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** The colour as it is, or lighter, until it can be read on a dark ground. */
export function readableOnDark(colour: Colour, ground: Colour): string {
  for (let share = 0; share < 1; share += 0.05) {
    const lighter = colour.map((each) => Math.round(each + (255 - each) * share)) as unknown as Colour
    if (contrast(lighter, ground) >= leastContrast) return writeColour(lighter)
  }
  return '#ffffff'
}

function writeColour(colour: Colour): string {
  return `#${colour.map((each) => each.toString(16).padStart(2, '0')).join('')}`
}
