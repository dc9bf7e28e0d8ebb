// The names on the map: what may be named at a zoom, in what order, and the elements that say it.
import * as L from "/static/leaflet/leaflet-src.esm.js";
import { make } from "./frame.js";
import { placeLabels } from "./labels.js";

const FROM_ZOOM = { place: [0, 0, 8.5, 9.5, 10.5], water: 8.5, district: 8, shield: 8, zone: 12.5 };
const DISTRICTS_TO = 12;
const SHIELD_EVERY_PX = 150;

const FONTS = {
  "place-1": "700 17px", "place-2": "700 15px", "place-3": "400 15px", "place-4": "400 13px",
  district: "400 13px", water: "italic 400 14px", shield: "700 12px", zone: "400 12px",
};
const PADDING = { shield: [8, 4], district: [6, 2] };
const WIDER = { district: 1.3 }; // spaced capitals

function middleOf(rings) {
  const area = (ring) => ring.reduce((sum, [y, x], at) => {
    const [ny, nx] = ring[(at + 1) % ring.length];
    return sum + x * ny - nx * y;
  }, 0) / 2;
  const largest = rings.reduce((best, ring) => (Math.abs(area(ring)) > Math.abs(area(best)) ? ring : best));
  const whole = area(largest);
  let [lat, lng] = [0, 0];
  const [y0, x0] = largest[0];
  largest.forEach(([y, x], at) => {
    const [ny, nx] = largest[(at + 1) % largest.length];
    const turn = (x - x0) * (ny - y0) - (nx - x0) * (y - y0);
    lat += (y + ny - 2 * y0) * turn;
    lng += (x + nx - 2 * x0) * turn;
  });
  return [y0 + lat / (6 * whole), x0 + lng / (6 * whole)];
}

/** Every name with its kind, in order of precedence; the zoom decides which of them are asked. */
export function namesOf(data, land) {
  const places = data.places.filter(([, size]) => size).map(([text, size, lat, lng], at) => ({
    text, kind: "place", size, look: `place-${size}`, at: [lat, lng], anchor: at === 0,
  }));
  const ofSize = (size) => places.filter((one) => one.size === size);
  const called = new Set(places.filter(({ size }) => size < 3).map(({ text }) => text));
  const districts = data.districts.filter(([, name]) => !called.has(name)).map(([, text, lat, lng]) => ({
    text, kind: "district", look: "district", at: [lat, lng],
  }));
  const waters = data.places.filter(([, size]) => !size).map(([text, , lat, lng]) => ({
    text, kind: "water", look: "water", at: [lat, lng],
  }));
  const roads = new Map();
  for (const [text, kind, line] of land.roads) {
    if (text) roads.set(text, { kind, lines: [...(roads.get(text)?.lines ?? []), line] });
  }
  const shields = [...roads].map(([text, { kind, lines }]) => ({
    text, kind: "shield", look: "shield", motorway: kind === 0, lines,
  }));
  const zones = land.zones.map(({ name, rings }) => ({ text: name, kind: "zone", look: "zone", at: middleOf(rings) }));
  return [...ofSize(1), ...ofSize(2), ...districts, ...shields, ...ofSize(3), ...waters, ...ofSize(4), ...zones];
}

/** Places along a road for its number, from the middle of its lines outwards. */
function spotsAlong(lines, project) {
  const spots = [];
  for (const line of lines) {
    let left = SHIELD_EVERY_PX / 2;
    let before = null;
    for (const corner of line) {
      const now = project(corner);
      if (before) {
        let length = Math.hypot(now.x - before.x, now.y - before.y);
        while (length > left) {
          const share = left / length;
          before = { x: before.x + (now.x - before.x) * share, y: before.y + (now.y - before.y) * share };
          spots.push([before.x, before.y]);
          length -= left;
          left = SHIELD_EVERY_PX;
        }
        left -= length;
      }
      before = now;
    }
  }
  return spots;
}

export class Names {
  constructor(map, data, land, { onTiles = false } = {}) {
    this.map = map;
    this.names = namesOf(data, land).filter(({ kind }) => !onTiles || kind === "district");
    this.pane = map.createPane("names");
    this.pane.style.zIndex = 460;
    this.box = make("div", "la-rmap__names leaflet-zoom-hide");
    this.box.setAttribute("aria-hidden", "true");
    this.pane.append(this.box);
    this.pen = document.createElement("canvas").getContext("2d");
    this.family = getComputedStyle(map.getContainer()).fontFamily;
    this.widths = new Map();
    map.on("zoomend viewreset", () => this.draw());
  }

  /** Measure the names of this zoom, which takes time the first time, and place them. */
  async begin(pace) {
    for (const name of this.#asked(this.map.getZoom())) {
      if (pace.due) await pace.rest();
      this.#width(name);
    }
    await pace.rest();
    this.draw();
    await pace.rest();
  }

  #width({ text, look, kind }) {
    const key = `${look} ${text}`;
    if (!this.widths.has(key)) {
      this.pen.font = `${FONTS[look]} ${this.family}`;
      const said = kind === "district" ? text.toUpperCase() : text;
      this.widths.set(key, Math.ceil(this.pen.measureText(said).width * (WIDER[kind] ?? 1)) + 2);
    }
    return this.widths.get(key);
  }

  #asked(zoom) {
    return this.names.filter(({ kind, size }) => {
      if (kind === "place") return zoom >= FROM_ZOOM.place[size];
      if (kind === "district" && zoom > DISTRICTS_TO) return false;
      return zoom >= FROM_ZOOM[kind];
    });
  }

  /** Place the names of this zoom; the map moves them along when it is moved. */
  draw() {
    const zoom = this.map.getZoom();
    const project = (place) => this.map.project(L.latLng(place), zoom);
    const measured = this.#asked(zoom).map((name) => {
      const [dx, dy] = PADDING[name.kind] ?? [0, 0];
      const height = parseInt(FONTS[name.look].match(/(\d+)px/)[1], 10) + 4 + dy;
      const spots = name.lines ? spotsAlong(name.lines, project) : [];
      const { x, y } = name.at ? project(name.at) : { x: 0, y: 0 };
      return { ...name, x, y, spots, width: this.#width(name) + dx, height };
    });
    const origin = this.map.getPixelOrigin();
    const { min, max } = this.map.getPixelBounds();
    const frame = [min.x, min.y, max.x, max.y];
    this.box.replaceChildren(...placeLabels(measured, { frame }).flatMap((name) => this.#elements(name, origin)));
  }

  #elements({ text, kind, look, box, x, y, size, motorway }, origin) {
    const said = make("span", `la-rmap__name la-rmap__name--${look}`, text);
    if (motorway) said.classList.add("la-rmap__name--motorway");
    said.style.left = `${box[0] - origin.x}px`;
    said.style.top = `${box[1] - origin.y}px`;
    said.style.width = `${box[2] - box[0]}px`;
    said.style.height = said.style.lineHeight = `${box[3] - box[1]}px`;
    if (kind !== "place") return [said];
    const dot = make("span", `la-rmap__dot la-rmap__dot--${size}`);
    dot.style.left = `${x - origin.x}px`;
    dot.style.top = `${y - origin.y}px`;
    return [dot, said];
  }
}
