// What the service sends, made into lines and areas: borders are sent once, as whole numbers.
import { Pace } from "./pace.js";

/** Undo the packing of a line: [x, y, dx, dy, ...] on the grid becomes [[lat, lng], ...]. */
export function unpack(packed, { west, south, across, up }) {
  const line = [];
  let x = 0;
  let y = 0;
  for (let at = 0; at < packed.length; at += 2) {
    x += packed[at];
    y += packed[at + 1];
    line.push([south + y * up, west + x * across]);
  }
  return line;
}

function ringOf(numbers, arcs) {
  const ring = [];
  for (const number of numbers) {
    const arc = number < 0 ? [...arcs[~number]].reverse() : arcs[number];
    for (let at = ring.length ? 1 : 0; at < arc.length; at += 1) ring.push(arc[at]);
  }
  return ring;
}

/** Which areas lie on either side of each arc: a zone's number, or "~" with a name beyond. */
function sidesOf(data) {
  const sides = data.arcs.map(() => []);
  const note = (rings, owner) => {
    for (const ring of rings) {
      for (const number of ring) {
        const both = sides[number < 0 ? ~number : number];
        if (!both.includes(owner)) both.push(owner);
      }
    }
  };
  data.zones.forEach(([, , , rings], at) => note(rings, at));
  data.beyond.forEach(([, rings], at) => note(rings, ~at));
  return sides;
}

async function mapInPieces(list, pace, made) {
  const all = [];
  for (const one of list) {
    if (pace.due) await pace.rest();
    all.push(made(one));
  }
  return all;
}

/** Return the zones, the land beyond, and the lines between them by what they divide. */
export async function decode(data) {
  const pace = new Pace();
  const arcs = await mapInPieces(data.arcs, pace, (packed) => unpack(packed, data.grid));
  const sides = sidesOf(data);
  const districtOf = (owner) =>
    owner < 0 ? data.beyond[~owner][0] : data.districts[data.zones[owner][2]][1];
  const lines = { coast: [], district: [], zone: [] };
  sides.forEach((both, at) => {
    if (both.length < 2) lines.coast.push(arcs[at]);
    else if (districtOf(both[0]) !== districtOf(both[1])) lines.district.push(arcs[at]);
    else lines.zone.push(arcs[at]);
  });
  const zones = await mapInPieces(data.zones, pace, ([code, name, district, rings]) => ({
    code,
    name,
    district: data.districts[district][1],
    rings: rings.map((ring) => ringOf(ring, arcs)),
  }));
  const beyond = await mapInPieces(data.beyond, pace, ([name, rings]) => ({
    name,
    rings: rings.map((ring) => ringOf(ring, arcs)),
  }));
  const roads = await mapInPieces(data.roads, pace, ([road, kind, packed]) => [road, kind, unpack(packed, data.grid)]);
  return { arcs, sides, zones, beyond, lines, roads };
}

/** The lines around some zones: those with one of them on one side alone. */
export function outline({ arcs, sides }, inside) {
  const lines = { land: [], coast: [] };
  arcs.forEach((arc, at) => {
    if (sides[at].filter((owner) => inside.has(owner)).length !== 1) return;
    lines[sides[at].length < 2 ? "coast" : "land"].push(arc);
  });
  return lines;
}

/** Whether a place is inside a zone. */
export function holds({ rings }, [lat, lng]) {
  let inside = false;
  for (const ring of rings) {
    for (let at = 0, last = ring.length - 1; at < ring.length; last = at, at += 1) {
      const [y, x] = ring[at];
      const [py, px] = ring[last];
      if (y > lat !== py > lat && lng < ((px - x) * (lat - y)) / (py - y) + x) inside = !inside;
    }
  }
  return inside;
}
