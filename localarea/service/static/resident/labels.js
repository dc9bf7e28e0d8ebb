// Where names stand on the map: the largest first, none over another, the same at each zoom.

/** The boxes that a name may fill beside its point, in order of preference. */
function boxesOf({ x, y, width, height, kind, spots }) {
  if (kind === "shield") {
    return spots.map(([sx, sy]) => [sx - width / 2, sy - height / 2, sx + width / 2, sy + height / 2]);
  }
  if (kind !== "place") return [[x - width / 2, y - height / 2, x + width / 2, y + height / 2]];
  const gap = 6;
  const above = y - height / 2;
  return [
    [x + gap, above, x + gap + width, above + height],
    [x - gap - width, above, x - gap, above + height],
    [x - width / 2, y - gap - height, x + width / 2, y - gap],
    [x - width / 2, y + gap, x + width / 2, y + gap + height],
  ];
}

const clash = (one, other) =>
  one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];

const within = (box, frame) =>
  box[0] >= frame[0] && box[2] <= frame[2] && box[1] >= frame[1] && box[3] <= frame[3];

/** The boxes of a name, those that the edge of the map cuts last. */
function wholeFirst(name, frame) {
  const boxes = boxesOf(name);
  if (!frame || name.kind !== "place") return boxes;
  return [...boxes.filter((box) => within(box, frame)), ...boxes.filter((box) => !within(box, frame))];
}

/**
 * Choose which names are shown, and where.
 *
 * Names come in order of precedence; each takes the first of its places that is free and, where
 * there is one, not cut by `frame`. They are placed anew at another zoom alone, so that a name does
 * not jump when the map is moved.
 */
export function placeLabels(names, { margin = 2, apart = 260, frame = null } = {}) {
  const taken = [];
  const placed = [];
  const shields = [];
  for (const name of names) {
    const dot = name.kind === "place" && [name.x - 4, name.y - 4, name.x + 4, name.y + 4];
    if (dot && taken.some((other) => clash(dot, other))) continue; // under another name
    for (const box of wholeFirst(name, frame)) {
      const wide = [box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin];
      const middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
      const repeated = name.kind === "shield" && shields.some(
        ({ text, at }) => text === name.text && Math.hypot(at[0] - middle[0], at[1] - middle[1]) < apart,
      );
      if (repeated || taken.some((other) => clash(wide, other))) continue;
      taken.push(box);
      if (dot) taken.push(dot);
      if (name.kind === "shield") shields.push({ text: name.text, at: middle });
      placed.push({ ...name, box });
      if (name.kind !== "shield") break;
    }
  }
  return placed;
}
