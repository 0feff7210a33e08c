// A place on the map, as a message of its own and in the header of a template (docs/sources.md, sending).

import { z } from "zod";
import { characters } from "./characters.ts";

/** Not documented; a bound of ours, beyond anything sensible. */
const PLACE_MAX = 1_000;

const DEGREES = /^-?\d{1,3}(\.\d{1,20})?$/;

/** Numbers and texts are both accepted: Meta's pages show texts. */
function degrees(name: string, limit: number) {
  const kind = `${name} is a number of degrees`;
  return z
    .union([z.number(), z.string().regex(DEGREES, { error: kind, abort: true })], {
      error: ({ input }) => (input === undefined ? `${name} is required` : kind),
    })
    .refine((value) => Math.abs(Number(value)) <= limit, `${name} lies between -${limit} and ${limit}`);
}

export const location = z.strictObject({
  latitude: degrees("latitude", 90).meta({ description: "Degrees north, as a number or a text.", example: 52.5163 }),
  longitude: degrees("longitude", 180).meta({ description: "Degrees east, as a number or a text.", example: 13.3777 }),
  name: characters("location.name", { max: PLACE_MAX }).optional(),
  address: characters("location.address", { max: PLACE_MAX }).optional(),
});
