// Colours and patterns of the map. Classes run from light to dark; what was gained or lost also
// differs in pattern, for readers who see no difference in colour and for copies without it.

const SVG = "http://www.w3.org/2000/svg";

export const LOOK = {
  land: "#f7f4ee",
  beyond: "#eeece6",
  member: "#8db8dc",
  both: "#c3ccd6",
  unknown: "#ffffff",
  outline: "#003078",
  gained: { fill: "#a6d5f0", ink: "#0b5c8c" },
  lost: { fill: "#f0a868", ink: "#8a3606" },
};

function shape(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

function drawHatch(kind, { fill, ink }, id, parent) {
  const pattern = shape("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse" }, parent);
  shape("rect", { width: 8, height: 8, fill }, pattern);
  if (kind === "gained") {
    const d = "M-2 2 L2 -2 M0 8 L8 0 M6 10 L10 6";
    shape("path", { d, stroke: ink, "stroke-width": 1.5 }, pattern);
  } else {
    for (const [cx, cy] of [[2, 2], [6, 6]]) shape("circle", { cx, cy, r: 1.3, fill: ink }, pattern);
  }
}

let made = 0;

/** Put the patterns into a map's element, and return the fill of each by name. */
export function addPatterns(element) {
  made += 1;
  const svg = shape("svg", { width: 0, height: 0, "aria-hidden": "true", focusable: "false" }, element);
  svg.classList.add("la-rmap__patterns");
  const fills = {};
  for (const kind of ["gained", "lost"]) {
    const id = `la-${kind}-${made}`;
    drawHatch(kind, LOOK[kind], id, svg);
    fills[kind] = `url(#${id})`;
  }
  return fills;
}

/** A sample of a fill, for the legend. */
export function swatch(fill, { stroke = "#7d828c", width = 1 } = {}) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ width: 28, height: 18, "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  shape("rect", { x: 1, y: 1, width: 26, height: 16, fill, stroke, "stroke-width": width }, svg);
  return svg;
}

/** A sample of a line, for the legend. */
export function strokeSample(colour, width, dash = "") {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ width: 44, height: 14, "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  const look = { x1: 2, y1: 7, x2: 42, y2: 7, stroke: colour, "stroke-width": width };
  shape("line", dash ? { ...look, "stroke-dasharray": dash } : look, svg);
  return svg;
}
